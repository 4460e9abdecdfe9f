package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// PutNearMisses keeps what was too weak to be called, the strongest of each series, kind and hour. The same again changes
// nothing.
func (s *Store) PutNearMisses(ctx context.Context, list []detector.NearMiss) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		for i := range list {
			n := &list[i]
			id := (&detector.Incident{SeriesKey: n.SeriesKey, Kind: n.Kind}).Identity()
			_, err := tx.ExecContext(ctx, `
				INSERT INTO near_misses (identity, hour, at, service, environment, kind, template_id, template, observed, expected,
					unit, width, strength)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
				ON CONFLICT (identity, hour) DO UPDATE SET
					observed = CASE WHEN excluded.strength > near_misses.strength THEN excluded.observed ELSE near_misses.observed END,
					expected = CASE WHEN excluded.strength > near_misses.strength THEN excluded.expected ELSE near_misses.expected END,
					width = CASE WHEN excluded.strength > near_misses.strength THEN excluded.width ELSE near_misses.width END,
					strength = CASE WHEN excluded.strength > near_misses.strength THEN excluded.strength ELSE near_misses.strength END`,
				id[:], micros(n.At.Truncate(time.Hour)), micros(n.At), key(n.Service), key(n.Environment), string(n.Kind),
				key(n.TemplateID), cut(n.Template, maxEntryText), finite(n.Observed), finite(n.Expected), clean(n.Unit),
				n.Window.Microseconds(), finite(n.Strength))
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store: near misses: %w", err)
	}
	return nil
}

// maxNearMisses bounds what NearMisses returns, the newest kept.
const maxNearMisses = 5000

// NearMisses returns those of [from, to), newest first; an empty service means all.
func (s *Store) NearMisses(ctx context.Context, service string, from, to time.Time) ([]detector.NearMiss, error) {
	var out []detector.NearMiss
	where, args := `at >= $1 AND at < $2`, []any{micros(from), micros(to), maxNearMisses}
	if service != "" {
		where, args = where+` AND service = $4`, append(args, key(service))
	}
	err := each(ctx, s.read, func(row scanner) error {
		var n detector.NearMiss
		var at, width int64
		err := row.Scan(&at, &n.Service, &n.Environment, &n.Kind, &n.TemplateID, &n.Template, &n.Observed, &n.Expected, &n.Unit,
			&width, &n.Strength)
		n.At, n.Window = fromMicros(at), time.Duration(width)*time.Microsecond
		out = append(out, n)
		return err
	}, `SELECT at, service, environment, kind, template_id, template, observed, expected, unit, width, strength FROM near_misses
		WHERE `+where+` ORDER BY at DESC LIMIT $3`, args...)
	if err != nil {
		return nil, fmt.Errorf("store: near misses: %w", s.scrub(err))
	}
	return out, nil
}
