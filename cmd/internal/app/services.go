package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
)

// services lists what logs, from what the catalogue knows.
type services struct {
	catalogue *catalogue
	now       func() time.Time
}

// learning is how long the detectors look at a service before its baselines are ready.
const learning = time.Hour

func (s services) ListServices(ctx context.Context) ([]dashboards.Service, error) {
	rows, err := s.catalogue.all(ctx)
	if err != nil {
		return nil, translate(err)
	}
	found := make(map[string]*dashboards.Service)
	for i := range rows {
		t := &rows[i]
		svc := found[t.Service]
		if svc == nil {
			svc = &dashboards.Service{Name: t.Service, FirstSeen: t.FirstSeen}
			found[t.Service] = svc
		}
		if !t.FirstSeen.IsZero() && (svc.FirstSeen.IsZero() || t.FirstSeen.Before(svc.FirstSeen)) {
			svc.FirstSeen = t.FirstSeen
		}
		if t.LastSeen.After(svc.LastSeen) {
			svc.LastSeen = t.LastSeen
		}
		if t.Environment != "" && !slices.Contains(svc.Environments, t.Environment) {
			svc.Environments = append(svc.Environments, t.Environment)
		}
	}
	now := s.now()
	out := make([]dashboards.Service, 0, len(found))
	for _, svc := range found {
		slices.Sort(svc.Environments)
		if until := svc.FirstSeen.Add(learning); until.After(now) {
			svc.LearningUntil = until
		}
		out = append(out, *svc)
	}
	slices.SortFunc(out, func(a, b dashboards.Service) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}
