package store

import (
	"context"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Acts returns what people did about the incidents that were opened in [from, to), by incident: acknowledged, resolved, a
// note, expected, noise.
func (s *Store) Acts(ctx context.Context, from, to time.Time) (map[string][]detector.EntryKind, error) {
	out := map[string][]detector.EntryKind{}
	err := each(ctx, s.read, func(row scanner) error {
		var id, kind string
		err := row.Scan(&id, &kind)
		out[id] = append(out[id], detector.EntryKind(kind))
		return err
	}, `SELECT t.incident_id, t.kind FROM incidents i JOIN timeline t ON t.incident_id = i.id
		WHERE i.opened_at >= $1 AND i.opened_at < $2 AND t.actor <> ''
			AND t.kind IN ('acknowledged', 'resolved', 'note', 'expected', 'noise') ORDER BY t.incident_id, t.at`, micros(from), micros(to))
	if err != nil {
		return nil, fmt.Errorf("store: acts: %w", s.scrub(err))
	}
	return out, nil
}
