package store

import (
	"context"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Acts returns what people did about the incidents that were opened in [from, to), by incident: acknowledged, resolved, a
// note, expected, noise. Nobody acts before an incident is there, so acts before from are not looked at.
func (s *Store) Acts(ctx context.Context, from, to time.Time) (map[string][]detector.EntryKind, error) {
	out := map[string][]detector.EntryKind{}
	err := each(ctx, s.read, func(row scanner) error {
		var id, kind string
		err := row.Scan(&id, &kind)
		out[id] = append(out[id], detector.EntryKind(kind))
		return err
	}, `SELECT t.incident_id, t.kind FROM timeline t CROSS JOIN incidents i
		WHERE t.actor <> '' AND t.at >= $1 AND i.id = t.incident_id AND i.opened_at >= $1 AND i.opened_at < $2
			AND t.kind IN ('acknowledged', 'resolved', 'note', 'expected', 'noise') ORDER BY t.incident_id, t.at`, micros(from), micros(to))
	if err != nil {
		return nil, fmt.Errorf("store: acts: %w", s.scrub(err))
	}
	return out, nil
}
