package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/store"
)

// services lists what logs, from what the catalogue knows.
type services struct {
	catalogue *catalogue
	traffic   *kept[*dashboards.Traffic]
}

// learning is how long the detectors look at a service before its baselines are ready.
const learning = time.Hour

// ListServices implements dashboards.Services.
func (s services) ListServices(ctx context.Context) ([]dashboards.Service, error) {
	l, err := s.catalogue.listing.get(ctx)
	if err != nil {
		return nil, translate(err)
	}
	return l.services, nil
}

// Traffic implements dashboards.Services.
func (s services) Traffic(ctx context.Context) (*dashboards.Traffic, error) {
	t, err := s.traffic.get(ctx)
	return t, translate(err)
}

// Service implements dashboards.Services.
func (s services) Service(ctx context.Context, name string) (dashboards.Service, error) {
	l, err := s.catalogue.knowing(ctx, func(l *listing) bool { return len(l.byService[name]) > 0 }, func() (bool, error) {
		shapes, _, err := s.catalogue.store.ListShapes(ctx, store.ShapeFilter{Service: name, Limit: 1})
		return len(shapes) > 0, err
	})
	if err != nil {
		return dashboards.Service{}, translate(err)
	}
	k, _ := slices.BinarySearchFunc(l.services, name, func(s dashboards.Service, name string) int { return strings.Compare(s.Name, name) })
	return l.services[k], nil
}

func servicesOf(templates map[string][]*listed, now time.Time) []dashboards.Service {
	out := make([]dashboards.Service, 0, len(templates))
	for name, list := range templates {
		svc := dashboards.Service{Name: name}
		for _, t := range list {
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
		slices.Sort(svc.Environments)
		if until := svc.FirstSeen.Add(learning); until.After(now) {
			svc.LearningUntil = until
		}
		out = append(out, svc)
	}
	slices.SortFunc(out, func(a, b dashboards.Service) int { return strings.Compare(a.Name, b.Name) })
	return out
}
