package dashtest

import (
	"context"
	"strconv"

	"github.com/tocsin-io/tocsin/dashboards"
)

// ListAudit pages by index.
func (w *World) ListAudit(_ context.Context, f dashboards.AuditFilter) (dashboards.AuditPage, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	at, err := cursor(f.Cursor)
	if w.Fail != nil {
		err = w.Fail
	}
	var p dashboards.AuditPage
	for n := at; err == nil && n < len(w.Acts); n++ {
		e := w.Acts[n]
		if f.Actor != "" && e.Actor != f.Actor || f.Action != "" && e.Action != f.Action || f.Subject != "" && e.Subject != f.Subject {
			continue
		}
		if len(p.Entries) == f.Limit {
			p.Next = "c" + strconv.Itoa(n)
			break
		}
		p.Entries = append(p.Entries, e)
	}
	return p, err
}

// AddAudit adds an act, the newest first.
func (w *World) AddAudit(_ context.Context, e dashboards.AuditEntry) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.Fail != nil {
		return w.Fail
	}
	w.Acts = append([]dashboards.AuditEntry{e}, w.Acts...)
	return nil
}
