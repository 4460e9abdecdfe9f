package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"

	"github.com/tocsin-io/tocsin/detector"
)

// BriefIncidents is Incidents without what stands in documents alone: of each only id, kind, service, environment,
// severity, status, level, page, silenced, explained by, template id, rule's name, times, assignee, series key, the hidden
// error's template id, and how it is muted. It is for reports over thousands.
func (s *Store) BriefIncidents(ctx context.Context, f Filter) ([]detector.Incident, string, error) {
	w := f.where()
	if err := w.after(incidentList, "(i.opened_at, i.id) < (?, ?)", f.Cursor, 1); err != nil {
		return nil, "", err
	}
	limit := limitOf(f.Limit)
	var out []detector.Incident
	err := each(ctx, s.read, func(row scanner) error {
		in, err := scanBrief(row)
		out = append(out, in)
		return err
	}, `SELECT i.id, i.kind, i.service, i.environment, i.severity, i.status, i.level, i.page, i.silenced, i.explained_by, i.template_id,
			i.rule, i.onset, i.opened_at, i.updated_at, i.resolved_at, i.assignee, i.series_key, i.hidden_id, i.muted_by,
			CASE WHEN i.muted_by <> '' THEN (SELECT d.facts FROM incident_documents d WHERE d.incident_id = i.id) END
		FROM incidents i`+
		w.sql()+` ORDER BY i.opened_at DESC, i.id DESC LIMIT `+strconv.Itoa(limit+1), w.args...)
	if err != nil {
		return nil, "", fmt.Errorf("store: incidents in brief: %w", s.scrub(err))
	}
	out, next := incidentPart(out, limit)
	return out, next, nil
}

func scanBrief(row scanner) (detector.Incident, error) {
	var in detector.Incident
	var kind, severity, status, rule, hidden, mutedBy string
	var level int
	var onset, opened, updated int64
	var resolved sql.NullInt64
	var series, facts []byte
	err := row.Scan(&in.ID, &kind, &in.Service, &in.Environment, &severity, &status, &level, &in.Page, &in.Silenced, &in.ExplainedBy, &in.TemplateID,
		&rule, &onset, &opened, &updated, &resolved, &in.Assignee, &series, &hidden, &mutedBy, &facts)
	if err != nil {
		return in, err
	}
	in.Kind, in.Severity, in.Status, in.Level = detector.Kind(kind), detector.Severity(severity), detector.Status(status), detector.Level(level)
	in.Onset, in.OpenedAt, in.UpdatedAt = fromMicros(onset), fromMicros(opened), fromMicros(updated)
	if rule != "" {
		in.Rule = &detector.RuleFacts{Name: rule}
	}
	in.SeriesKey = string(series)
	if hidden != "" {
		id, err := detector.ParseShapeID(hidden)
		if err != nil {
			return in, err
		}
		in.Hidden = &detector.Hidden{TemplateID: id}
	}
	if resolved.Valid {
		at := fromMicros(resolved.Int64)
		in.ResolvedAt = &at
	}
	if mutedBy == "" {
		return in, nil
	}
	var whole detector.Incident
	err = decode(&whole, facts)
	in.Muted = whole.Muted // and whether it would have paged
	return in, err
}
