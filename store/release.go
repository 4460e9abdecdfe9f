package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// settleSoon is how far ahead the pages lie that wait for what may explain them; what is due later waits for something else.
const settleSoon = 10 * time.Second

// Evaluated is how far every shard is judged; zero while one never was.
func (s *Store) Evaluated(ctx context.Context) (time.Time, error) {
	at, err := evaluated(ctx, s.read)
	return at, s.scrub(err)
}

func evaluated(ctx context.Context, q queryer) (time.Time, error) {
	var shards int
	var least sql.NullInt64
	if err := q.QueryRowContext(ctx, `SELECT COUNT(*), MIN(evaluated) FROM shards`).Scan(&shards, &least); err != nil || shards < rate.Shards {
		return time.Time{}, err
	}
	return fromMicros(least.Int64), nil
}

// release lets pages go that waited for what may explain them: of incidents that were decided in buckets up to until, which all shards have
// judged, as nothing is decided there any more; and of those in early.
func release(ctx context.Context, tx *sql.Tx, until time.Time, early []string, now time.Time) error {
	if !until.IsZero() {
		if err := releaseOf(ctx, tx, `updated_at <= $3`, micros(until), now); err != nil {
			return err
		}
	}
	for _, id := range early {
		if err := releaseOf(ctx, tx, `id = $3`, key(id), now); err != nil {
			return err
		}
	}
	return nil
}

// releaseOf does so for the incidents of which which, a condition on $3, holds.
func releaseOf(ctx context.Context, tx *sql.Tx, which string, arg any, now time.Time) error {
	incidents := `SELECT id FROM incidents WHERE status <> 'resolved' AND ` + which
	args := []any{micros(now), micros(now.Add(settleSoon)), arg}
	if _, err := tx.ExecContext(ctx, `UPDATE page_groups SET due_at = $1 WHERE due_at > $1 AND due_at <= $2 AND ended_at = 0 AND sent_at = 0
		AND sort = '`+string(plan.Alone)+`' AND id IN (SELECT group_id FROM page_members WHERE incident_id IN (`+incidents+`))`, args...); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE outbox SET not_before = $1 WHERE not_before > $1 AND not_before <= $2 AND event IN ('`+
		string(detector.ChangeOpened)+`', '`+string(detector.ChangeReopened)+`') AND `+untouched+` AND incident_id IN (`+incidents+`)`, args...)
	return err
}
