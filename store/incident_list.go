package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Filter selects incidents. Empty fields select all; several values of a field are alternatives.
type Filter struct {
	ID          []string
	Status      []detector.Status
	Service     []string
	Environment []string
	Kind        []detector.Kind
	Severity    []detector.Severity
	Text        string    // in title, template or rule, without regard to case
	TemplateID  string    // of the incident or of its hidden error: 16 hex digits
	Rule        string    // name of the rule
	ExplainedBy string    // what this incident explains
	Unexplained bool      // leave out what another incident explains
	MutedBy     string    // what this silence or mark covers, or covered to the end
	From, To    time.Time // opened in [From, To); zero is unbounded
	Pages       bool      // leave out what does not page, and would not if nothing muted it
	Charts      bool      // load charts too
	Evidence    bool      // load samples, hosts and carriers too
	CountTo     int       // up to which Count counts, the newest first; 0: all
	Limit       int       // 1 to 500; 0: 100
	Cursor      string    // what the part before returned
}

func (f Filter) where() *where {
	w := &where{}
	in(w, "i.id", f.ID)
	in(w, "i.status", f.Status)
	in(w, "i.service", f.Service)
	in(w, "i.environment", f.Environment)
	kind, severity := "i.kind", "i.severity"
	if len(f.ID)+len(f.Service) > 0 || f.TemplateID+f.Rule+f.ExplainedBy+f.MutedBy != "" {
		// Where a finer column selects, these are not to be sought in an index of theirs, which SQLite would do.
		kind, severity = "i.kind || ''", "i.severity || ''"
	}
	in(w, kind, f.Kind)
	in(w, severity, f.Severity)
	if f.Text != "" {
		w.add(`(i.search LIKE ? ESCAPE '!' OR i.id = ?)`, like(f.Text), clean(f.Text))
	}
	if f.TemplateID != "" {
		w.add(`(i.template_id = ? AND i.template_id <> '' OR i.hidden_id = ? AND i.hidden_id <> '')`, key(f.TemplateID), key(f.TemplateID))
	}
	if f.Rule != "" {
		w.add(`i.rule = ? AND i.rule <> ''`, key(f.Rule))
	}
	if f.ExplainedBy != "" {
		w.add(`i.explained_by = ? AND i.explained_by <> ''`, clean(f.ExplainedBy))
	}
	if f.MutedBy != "" {
		w.add(`i.muted_by = ? AND i.muted_by <> ''`, key(f.MutedBy))
	}
	if f.Pages {
		w.add(`(i.page OR i.muted_by <> '')`)
	}
	if f.Unexplained {
		w.add(`i.explained_by = ''`)
	}
	if !f.From.IsZero() {
		w.add(`i.opened_at >= ?`, micros(f.From))
	}
	if !f.To.IsZero() {
		w.add(`i.opened_at < ?`, micros(f.To))
	}
	return w
}

const incidentList = "incidents"

// Incidents returns incidents newest first by when they were opened, without samples and timeline, and the cursor of the
// next part, empty at the end. ErrCursor where the cursor is none of this list's.
func (s *Store) Incidents(ctx context.Context, f Filter) ([]detector.Incident, string, error) {
	w := f.where()
	if err := w.after(incidentList, "(i.opened_at, i.id) < (?, ?)", f.Cursor, 1); err != nil {
		return nil, "", err
	}
	limit := limitOf(f.Limit)
	// The narrow table alone decides, and if it must sort it sorts ids; the rest is joined to the few rows that are shown.
	query := `SELECT ` + columns + chartColumn(f.Charts) + evidenceColumn(f.Evidence) + ` FROM (
			SELECT i.id FROM incidents i` + w.sql() + ` ORDER BY i.opened_at DESC, i.id DESC LIMIT ` + strconv.Itoa(limit+1) + `
		) AS found JOIN incidents i ON i.id = found.id JOIN incident_documents d ON d.incident_id = i.id
		ORDER BY i.opened_at DESC, i.id DESC`
	var out []detector.Incident
	err := each(ctx, s.read, func(row scanner) error {
		var chart, wide []byte
		r, err := scanRecord(row, &chart, &wide)
		if err == nil {
			err = decodeWide(&r.Incident, chart, wide)
		}
		if err == nil {
			out = append(out, r.Incident)
		}
		return err
	}, query, w.args...)
	if err != nil {
		return nil, "", fmt.Errorf("store: incidents: %w", s.scrub(err))
	}
	out, next := incidentPart(out, limit)
	return out, next, nil
}

// incidentPart leaves of one incident more than the limit those within it, and says where the next part begins.
func incidentPart(found []detector.Incident, limit int) (part []detector.Incident, next string) {
	if len(found) <= limit {
		return found, ""
	}
	last := found[limit-1]
	return found[:limit], cursor(incidentList, strconv.FormatInt(micros(last.OpenedAt), 10), last.ID)
}

func evidenceColumn(load bool) string {
	if load {
		return ", d.evidence"
	}
	return ", NULL"
}

func chartColumn(load bool) string {
	if load {
		return `, d.chart`
	}
	return `, NULL`
}
