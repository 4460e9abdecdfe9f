package store

import (
	"context"
	"fmt"
	"time"
)

// Retention says what is old: rows from before these times are removed. A zero time keeps all.
type Retention struct {
	Incidents time.Time // resolved before it, with timeline, documents and outbox
	Outbox    time.Time // sent, dead or withdrawn and created before it
	Audit     time.Time
	Deploys   time.Time
	Shapes    time.Time // not seen since, unless an alias leads to it
	Near      time.Time // near misses
	Mutes     time.Time // silences and marks that ended before it
	Sessions  time.Time // ended before it, by themselves; and what need not be remembered as used once any more
	APIKeys   time.Time // came first before it
}

// Removed is how many rows Expire removed. Groups are those of pages, with references and budgets.
type Removed struct {
	Incidents, Groups, Outbox, Audit, Deploys, Shapes, Near, Mutes, Sessions, APIKeys int64
}

// expireRows is how many rows one transaction removes: others that write must not wait long.
const expireRows = 500

// Expire removes what is old, in small transactions. Unresolved incidents and unsent notifications stay, however old.
func (s *Store) Expire(ctx context.Context, r Retention) (Removed, error) {
	var out Removed
	for _, part := range []struct {
		name   string
		before time.Time
		into   *int64
		query  string
	}{
		{"outbox", r.Outbox, &out.Outbox, `DELETE FROM outbox WHERE id IN (
			SELECT id FROM outbox WHERE created_at < $1 AND state <> 'pending' LIMIT $2)`},
		{"incidents", r.Incidents, &out.Incidents, `DELETE FROM incidents WHERE id IN (
			SELECT i.id FROM incidents i WHERE i.resolved_at < $1 AND i.status = 'resolved'
				AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.incident_id = i.id AND o.state = 'pending') LIMIT $2)`},
		{"groups", r.Incidents, &out.Groups, `DELETE FROM page_groups WHERE id IN (
			SELECT g.id FROM page_groups g WHERE g.opened_at < $1
				AND NOT EXISTS (SELECT 1 FROM page_members m WHERE m.group_id = g.id) LIMIT $2)`},
		{"references", r.Incidents, &out.Groups, `DELETE FROM thread_references WHERE CAST($1 AS BIGINT) > 0 AND (thread, receiver) IN (
			SELECT t.thread, t.receiver FROM thread_references t WHERE NOT EXISTS (SELECT 1 FROM incidents i WHERE i.id = t.thread)
				AND NOT EXISTS (SELECT 1 FROM page_groups g WHERE g.id = t.thread) LIMIT $2)`},
		{"budgets", r.Incidents, &out.Groups, `DELETE FROM page_budgets WHERE (route, week) IN (
			SELECT route, week FROM page_budgets WHERE week < $1 LIMIT $2)`},
		{"audit", r.Audit, &out.Audit, `DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < $1 LIMIT $2)`},
		{"deploys", r.Deploys, &out.Deploys, `DELETE FROM deploys WHERE (service, at, version) IN (
			SELECT service, at, version FROM deploys WHERE at < $1 LIMIT $2)`},
		{"silences", r.Mutes, &out.Mutes, `DELETE FROM mutes WHERE id IN (SELECT id FROM mutes WHERE ends_at < $1 LIMIT $2)`},
		{"sessions", r.Sessions, &out.Sessions, `DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE ends_at < $1 LIMIT $2)`},
		{"what was used once", r.Sessions, &out.Sessions, `DELETE FROM used_once WHERE id IN (SELECT id FROM used_once WHERE ends_at < $1 LIMIT $2)`},
		{"idempotency keys", r.APIKeys, &out.APIKeys, `DELETE FROM api_keys WHERE id IN (SELECT id FROM api_keys WHERE at < $1 LIMIT $2)`},
		{"near misses", r.Near, &out.Near, `DELETE FROM near_misses WHERE (identity, hour) IN (
			SELECT identity, hour FROM near_misses WHERE at < $1 LIMIT $2)`},
		{"shapes", r.Shapes, &out.Shapes, `DELETE FROM shapes WHERE (id, service, environment, level) IN (
			SELECT id, service, environment, level FROM shapes s WHERE s.last_seen < $1
				AND NOT EXISTS (SELECT 1 FROM template_aliases a WHERE a.to_id = s.id) LIMIT $2)`},
	} {
		if part.before.IsZero() {
			continue
		}
		n, err := s.removeBefore(ctx, part.query, part.before)
		*part.into += n
		if err != nil {
			return out, fmt.Errorf("store: expire %s: %w", part.name, s.scrub(err))
		}
	}
	return out, nil
}

// removeBefore runs a DELETE of at most $2 rows from before $1 again and again, until it finds no more.
func (s *Store) removeBefore(ctx context.Context, query string, before time.Time) (int64, error) {
	var removed int64
	for {
		n, err := changed(s.write.ExecContext(ctx, query, micros(before), expireRows))
		removed += n
		if err != nil || n < expireRows {
			return removed, err
		}
	}
}
