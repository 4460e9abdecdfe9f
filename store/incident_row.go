package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// record is a row of incidents: the incident, and what only the store knows of it.
type record struct {
	detector.Incident
	resolvedBy   string // the person who resolved it; empty where the engine did
	settled      bool   // ExplainedBy was decided by Settle
	engineAt     time.Time
	engineRank   int
	engineDigest []byte
}

// columns of a record that win over its documents, in the order in which scanRecord reads them.
const columns = `i.id, i.kind, i.series_key, i.status, i.page, i.silenced, i.explained_by, i.updated_at, i.resolved_at,
	i.resolved_by, i.assignee, i.reopened, i.settled, i.engine_at, i.engine_rank, i.engine_digest, d.facts`

// scanRecord reads columns and then wide, which are the documents that were selected beside the facts.
func scanRecord(row scanner, wide ...*[]byte) (*record, error) {
	var r record
	var facts []byte
	var kind, status string
	var series []byte
	var updated, engineAt int64
	var resolved sql.NullInt64
	var head struct {
		id, explained, assignee string
		page, silenced          bool
		reopened                int
	}
	dest := []any{
		&head.id, &kind, &series, &status, &head.page, &head.silenced, &head.explained, &updated, &resolved,
		&r.resolvedBy, &head.assignee, &head.reopened, &r.settled, &engineAt, &r.engineRank, &r.engineDigest, &facts,
	}
	for _, w := range wide {
		dest = append(dest, w)
	}
	if err := row.Scan(dest...); err != nil {
		return nil, err
	}
	if err := decode(&r.Incident, facts); err != nil {
		return nil, err
	}
	r.ID, r.Kind, r.SeriesKey, r.Status = head.id, detector.Kind(kind), string(series), detector.Status(status)
	r.Page, r.Silenced, r.ExplainedBy, r.Assignee, r.Reopened = head.page, head.silenced, head.explained, head.assignee, head.reopened
	r.UpdatedAt, r.engineAt = fromMicros(updated), fromMicros(engineAt)
	r.ResolvedAt = nil
	if resolved.Valid {
		at := fromMicros(resolved.Int64)
		r.ResolvedAt = &at
	}
	return &r, nil
}

// identity is Incident.Identity as a column holds it.
func identity(in *detector.Incident) []byte {
	id := in.Identity()
	return id[:]
}

// maxSearch bounds, in bytes, the text by which an incident is found.
const maxSearch = 600

func searchText(in *detector.Incident) string {
	parts := []string{in.Title, in.Template}
	if in.Rule != nil {
		parts = append(parts, in.Rule.Name)
	}
	if in.Hidden != nil {
		parts = append(parts, in.Hidden.Template)
	}
	return cut(strings.ToLower(strings.Join(parts, "\n")), maxSearch)
}

func (r *record) args() []any {
	rule, hidden := "", ""
	if r.Rule != nil {
		rule = r.Rule.Name
	}
	if r.Hidden != nil {
		hidden = r.Hidden.TemplateID.String()
	}
	by, as := "", ""
	if r.Muted != nil {
		by, as = key(r.Muted.By), r.Muted.As
	}
	return []any{
		r.ID, identity(&r.Incident), []byte(r.SeriesKey), key(string(r.Kind)), key(r.Service), key(r.Environment),
		string(r.Severity), string(r.Status), int(r.Level), r.Page, r.Silenced, r.ExplainedBy, r.settled,
		key(r.TemplateID), hidden, key(rule), micros(r.Onset), micros(r.OpenedAt), micros(r.UpdatedAt),
		nullMicros(r.ResolvedAt), clean(r.resolvedBy), clean(r.Assignee), r.Reopened, micros(r.engineAt), r.engineRank,
		orEmpty(r.engineDigest), searchText(&r.Incident), by, as,
	}
}

func orEmpty(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// insert writes a new record; false where its id or its identity is taken.
func insert(ctx context.Context, tx *sql.Tx, r *record, d documents) (bool, error) {
	n, err := changed(tx.ExecContext(ctx, `
		INSERT INTO incidents (id, identity, series_key, kind, service, environment, severity, status, level, page,
			silenced, explained_by, settled, template_id, hidden_id, rule, onset, opened_at, updated_at, resolved_at,
			resolved_by, assignee, reopened, engine_at, engine_rank, engine_digest, search,
			muted_by, muted_as)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
			$24, $25, $26, $27, $28, $29)
		ON CONFLICT DO NOTHING`, r.args()...))
	if err != nil || n == 0 {
		return false, err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO incident_documents (incident_id, facts, chart, evidence) VALUES ($1, $2, $3, $4)`,
		r.ID, d.facts, d.chart, d.evidence)
	return err == nil, err
}

// update writes a record over the one with its id.
func update(ctx context.Context, tx *sql.Tx, r *record, d documents) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE incidents SET identity = $2, series_key = $3, kind = $4, service = $5, environment = $6, severity = $7,
			status = $8, level = $9, page = $10, silenced = $11, explained_by = $12, settled = $13, template_id = $14,
			hidden_id = $15, rule = $16, onset = $17, opened_at = $18, updated_at = $19, resolved_at = $20,
			resolved_by = $21, assignee = $22, reopened = $23, engine_at = $24, engine_rank = $25, engine_digest = $26,
			search = $27, muted_by = $28, muted_as = $29
		WHERE id = $1`, r.args()...)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE incident_documents SET facts = $2, chart = $3, evidence = $4 WHERE incident_id = $1`,
		r.ID, d.facts, d.chart, d.evidence)
	return err
}
