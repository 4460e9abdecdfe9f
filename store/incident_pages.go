package store

import (
	"context"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// PastPage is an incident that paged, or would have if nothing muted it, as a report over thousands needs it.
type PastPage struct {
	ID, Service string
	Kind        detector.Kind
	Rule        string // of rules' incidents: its name
	Onset       time.Time
	Open        bool // nobody took it, and it goes on
	Assigned    bool // a person took it
	Muted       bool // a silence or mark held it back, or covers it now
}

// Of a PastPage, as one number: SQLite takes as long for each column as for each row.
const (
	pastOpen = 1 << iota
	pastAssigned
	pastMuted
)

// PastPages returns what paged, or would have if nothing muted it, among the newest that were opened in [from, to), newest
// first, and whether more than limit were to be looked at.
func (s *Store) PastPages(ctx context.Context, from, to time.Time, limit int) (pages []PastPage, more bool, err error) {
	w := Filter{From: from, To: to, Pages: true}.where()
	read := 0
	err = each(ctx, s.read, func(row scanner) error {
		var p PastPage
		var kind string
		var onset int64
		var is int
		var facts []byte
		if err := row.Scan(&p.ID, &kind, &p.Service, &p.Rule, &onset, &is, &facts); err != nil {
			return err
		}
		if read++; read > limit {
			more = true
			return nil
		}
		if facts != nil {
			var whole detector.Incident
			if err := decode(&whole, facts); err != nil {
				return err
			}
			if whole.Muted == nil || !whole.Muted.Page {
				return nil // it would not have paged either
			}
		}
		p.Kind, p.Onset = detector.Kind(kind), fromMicros(onset)
		p.Open, p.Assigned, p.Muted = is&pastOpen != 0, is&pastAssigned != 0, is&pastMuted != 0
		pages = append(pages, p)
		return nil
	}, fmt.Sprintf(`SELECT i.id, i.kind, i.service, i.rule, i.onset, CASE WHEN i.status = 'open' THEN %d ELSE 0 END
			+ CASE WHEN i.assignee <> '' THEN %d ELSE 0 END + CASE WHEN i.muted_by <> '' THEN %d ELSE 0 END,
			CASE WHEN NOT i.page THEN (SELECT d.facts FROM incident_documents d WHERE d.incident_id = i.id) END
		FROM incidents i%s ORDER BY i.opened_at DESC, i.id DESC LIMIT %d`, pastOpen, pastAssigned, pastMuted, w.sql(), limit+1), w.args...)
	if err != nil {
		return nil, false, fmt.Errorf("store: what paged: %w", s.scrub(err))
	}
	return pages, more, nil
}
