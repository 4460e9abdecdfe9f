package dashboards

import (
	"context"
	"time"
)

// Audit is who did what. Sources write down the acts that they do themselves.
type Audit interface {
	// ListAudit returns a part of the audit, newest first; ErrBadCursor where the cursor is not one of its own.
	ListAudit(ctx context.Context, f AuditFilter) (AuditPage, error)
	// AddAudit writes an act down.
	AddAudit(ctx context.Context, e AuditEntry) error
}

// AuditEntry is an act: who did what to what.
type AuditEntry struct {
	At      time.Time
	Actor   string
	Action  string // incident.acknowledged, silence.created, rules.reload, session.started…
	Subject string // what it was done to: the id of an incident or silence, the name of a service or a person
	Text    string
}

// AuditFilter selects acts. Empty fields select all.
type AuditFilter struct {
	Actor, Action, Subject string // equal to
	Cursor                 string
	Limit                  int // 1 to 500
}

// AuditPage is a part of the audit. Next is the cursor of the next one, empty at the end.
type AuditPage struct {
	Entries []AuditEntry
	Next    string
}
