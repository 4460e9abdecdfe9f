package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// unheardAtOnce bounds the incidents that one call of ExpireUnheard looks at.
const unheardAtOnce = 200

// ExpireUnheard resolves what is open although neither the engine nor a person has said anything of it for so long, but
// secrets: its rule or its service may be gone, so that nothing will ever say that it is over. Whoever was told of it is told
// that it expired. Time in which nothing was evaluated does not count: who was silent then was tocsin. It returns the
// incidents that this call resolved, as they are after it.
func (s *Store) ExpireUnheard(ctx context.Context, unheard time.Duration) ([]*detector.Incident, error) {
	now := fromMicros(micros(s.now()))
	var evaluated sql.NullInt64
	if err := s.read.QueryRowContext(ctx, `SELECT MIN(evaluated) FROM shards WHERE evaluated > 0`).Scan(&evaluated); err != nil {
		return nil, fmt.Errorf("store: expire what is unheard of: %w", s.scrub(err))
	}
	if !evaluated.Valid {
		return nil, nil
	}
	before := min(micros(now), evaluated.Int64) - unheard.Microseconds()
	var ids []string
	err := each(ctx, s.read, func(row scanner) error {
		var id string
		err := row.Scan(&id)
		ids = append(ids, id)
		return err
	}, `SELECT id FROM incidents WHERE status <> 'resolved' AND updated_at < $1 AND kind <> $2 ORDER BY id LIMIT $3`,
		before, string(detector.KindSecret), unheardAtOnce)
	if err != nil {
		return nil, fmt.Errorf("store: expire what is unheard of: %w", s.scrub(err))
	}
	var out []*detector.Incident
	for _, id := range ids {
		var expired bool
		err := s.inTx(ctx, func(tx *sql.Tx) (err error) {
			expired, err = s.expireOne(ctx, tx, id, before, unheard, now)
			return err
		})
		if err != nil {
			return out, fmt.Errorf("store: expire incident %s: %w", id, err)
		}
		if !expired {
			continue
		}
		in, err := s.Incident(ctx, id)
		if err != nil {
			return out, err
		}
		out = append(out, in)
	}
	return out, nil
}

// expireOne reports whether it resolved the incident: something may have been said of it meanwhile, or another replica was first.
func (s *Store) expireOne(ctx context.Context, tx *sql.Tx, id string, before int64, unheard time.Duration, now time.Time) (bool, error) {
	r, err := s.load(ctx, tx, `i.id = $1`, id)
	if err != nil || micros(r.UpdatedAt) >= before {
		return false, err
	}
	out := expire(r, now, unheard)
	if out.event == "" {
		return false, nil
	}
	if err := s.quieten(ctx, tx, r, &out); err != nil {
		return false, err
	}
	r.UpdatedAt = now
	told, err := s.save(ctx, tx, r, out, micros(now))
	if err != nil {
		return false, err
	}
	if err := appendAudit(ctx, tx, AuditEntry{At: now, Actor: "tocsin", Action: "incident.expired", Subject: id, Text: out.entries[0].Text}); err != nil {
		return false, err
	}
	return true, s.enqueue(ctx, tx, told)
}
