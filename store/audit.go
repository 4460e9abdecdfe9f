package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"
)

// AuditEntry is a line of the audit log: who did what to what.
type AuditEntry struct {
	ID      int64
	At      time.Time // zero: now
	Actor   string
	Action  string // incident.acknowledged, rules.reload, silence.created, session.started…
	Subject string // what it was done to
	Text    string
}

// AuditFilter selects entries. Empty fields select all.
type AuditFilter struct {
	Subject string
	Actor   string
	Action  string
	Cursor  string
	Limit   int // 1 to 500; 0: 100
}

// Audit appends an entry. Acts on incidents are written by Act.
func (s *Store) Audit(ctx context.Context, e AuditEntry) error {
	if e.At.IsZero() {
		e.At = s.now()
	}
	if err := appendAudit(ctx, s.write, e); err != nil {
		return fmt.Errorf("store: audit: %w", s.scrub(err))
	}
	return nil
}

func appendAudit(ctx context.Context, q queryer, e AuditEntry) error {
	_, err := q.ExecContext(ctx, `INSERT INTO audit (at, actor, action, subject, text) VALUES ($1, $2, $3, $4, $5)`,
		micros(e.At), key(e.Actor), key(e.Action), key(e.Subject), cut(e.Text, maxEntryText))
	return err
}

// hasAudit reports whether just that stands in the audit already.
func hasAudit(ctx context.Context, tx *sql.Tx, e AuditEntry) (bool, error) {
	had := false
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM audit WHERE subject = $4 AND at = $1 AND actor = $2 AND action = $3 AND text = $5)`,
		micros(e.At), key(e.Actor), key(e.Action), key(e.Subject), cut(e.Text, maxEntryText)).Scan(&had)
	return had, err
}

// AuditLog returns entries newest first, and the cursor of the next part, empty at the end.
func (s *Store) AuditLog(ctx context.Context, f AuditFilter) ([]AuditEntry, string, error) {
	w := where{}
	if f.Subject != "" {
		w.add("subject = ?", key(f.Subject))
	}
	if f.Actor != "" {
		w.add("actor = ?", key(f.Actor))
	}
	if f.Action != "" {
		w.add("action = ?", key(f.Action))
	}
	if err := w.after("audit", "id < ?", f.Cursor, 1); err != nil {
		return nil, "", err
	}
	limit := limitOf(f.Limit)
	var out []AuditEntry
	err := each(ctx, s.read, func(row scanner) error {
		var e AuditEntry
		var at int64
		if err := row.Scan(&e.ID, &at, &e.Actor, &e.Action, &e.Subject, &e.Text); err != nil {
			return err
		}
		e.At = fromMicros(at)
		out = append(out, e)
		return nil
	}, `SELECT id, at, actor, action, subject, text FROM audit`+w.sql()+` ORDER BY id DESC LIMIT `+strconv.Itoa(limit+1), w.args...)
	if err != nil {
		return nil, "", fmt.Errorf("store: audit log: %w", s.scrub(err))
	}
	if len(out) <= limit {
		return out, "", nil
	}
	out = out[:limit]
	return out, cursor("audit", strconv.FormatInt(out[limit-1].ID, 10)), nil
}
