package store

import (
	"context"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// PutDeploy writes a deploy down. The same again is no error, and leaves who told of it first.
func (s *Store) PutDeploy(ctx context.Context, d detector.Deploy) error {
	if d.Service == "" || d.At.IsZero() {
		return invalid("a deploy needs a service and a time")
	}
	_, err := s.write.ExecContext(ctx, `INSERT INTO deploys (service, version, at, told_at, told_by) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		key(d.Service), key(d.Version), micros(d.At), micros(s.now()), clean(d.By))
	if err != nil {
		return fmt.Errorf("store: deploy: %w", s.scrub(err))
	}
	return nil
}

// Deploys returns those of [from, to), oldest first, at most 1,000 (the newest of them); an empty service means all.
func (s *Store) Deploys(ctx context.Context, service string, from, to time.Time) ([]detector.Deploy, error) {
	return s.deploys(ctx, `at >= $1 AND at < $2 AND (service = $3 OR $3 = '')`, micros(from), micros(to), key(service))
}

// DeploysTold returns those that were told since then, however long ago they were done, as Deploys does.
func (s *Store) DeploysTold(ctx context.Context, since time.Time) ([]detector.Deploy, error) {
	return s.deploys(ctx, `told_at >= $1`, micros(since))
}

func (s *Store) deploys(ctx context.Context, where string, args ...any) ([]detector.Deploy, error) {
	var out []detector.Deploy
	err := each(ctx, s.read, func(row scanner) error {
		var d detector.Deploy
		var at int64
		if err := row.Scan(&d.Service, &d.Version, &at, &d.By); err != nil {
			return err
		}
		d.At = fromMicros(at)
		out = append(out, d)
		return nil
	}, `SELECT service, version, at, told_by FROM (
			SELECT service, version, at, told_by FROM deploys WHERE `+where+` ORDER BY at DESC LIMIT 1000
		) AS newest ORDER BY at, service, version`, args...)
	if err != nil {
		return nil, fmt.Errorf("store: deploys: %w", s.scrub(err))
	}
	return out, nil
}
