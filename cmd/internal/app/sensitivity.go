package app

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/tocsin-io/tocsin/cmd/internal/config"
	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/anomaly"
	"github.com/tocsin-io/tocsin/detector/sensitivity"
	"github.com/tocsin-io/tocsin/store"
)

const (
	// sensitivityEvery is how soon a replica follows what was set through another one.
	sensitivityEvery = 2 * time.Second
	// nearMisses is how long near misses are kept: a little more than what is compared.
	nearMisses = 15 * 24 * time.Hour
)

// sensitivities are the settings that hold: what a person has set for a service, else what the configuration says of it,
// else the configuration's word for all. Safe for concurrent use; the detectors ask it for every service and bucket.
type sensitivities struct {
	conf atomic.Pointer[confSettings]
	set  atomic.Pointer[map[string]*store.Sensitivity]
}

type confSettings struct {
	all      sensitivity.Setting
	services map[string]sensitivity.Setting
}

func (s *sensitivities) configure(c config.Detection) {
	conf := &confSettings{
		all:      setting(c.Sensitivity, c.Notices),
		services: make(map[string]sensitivity.Setting, len(c.Services)),
	}
	for _, x := range c.Services {
		conf.services[x.Service] = setting(x.Sensitivity, x.Notices)
	}
	s.conf.Store(conf)
}

func setting(pages, notices string) sensitivity.Setting {
	return sensitivity.Setting{Pages: anomaly.Sensitivity(pages), Notices: anomaly.Sensitivity(notices)}
}

// configured is what the configuration says of a service.
func (s *sensitivities) configured(service string) sensitivity.Setting {
	conf := s.conf.Load()
	if own, ok := conf.services[service]; ok {
		return own
	}
	return conf.all
}

// of is what holds for a service, and what a person has set, if anybody has.
func (s *sensitivities) of(service string) (sensitivity.Setting, *store.Sensitivity) {
	if set := s.set.Load(); set != nil {
		if own, ok := (*set)[service]; ok {
			if chosen := setting(own.Pages, own.Notices); chosen.Check() == nil {
				return chosen, own
			}
		}
	}
	return s.configured(service), nil
}

// lowest is at what the detectors run for a service.
func (s *sensitivities) lowest(service string) anomaly.Sensitivity {
	now, _ := s.of(service)
	return now.Lowest()
}

func (s *sensitivities) read(ctx context.Context, from *store.Store) error {
	list, err := from.Sensitivities(ctx)
	if err != nil {
		return err
	}
	set := make(map[string]*store.Sensitivity, len(list))
	for i := range list {
		set[list[i].Service] = &list[i]
	}
	s.set.Store(&set)
	return nil
}

// followSensitivities reads what people set through any replica.
func (a *App) followSensitivities(ctx context.Context) error {
	read := func(ctx context.Context) {
		if err := a.sensitivities.read(ctx, a.store); err != nil && ctx.Err() == nil {
			a.log.Warn("the sensitivities that people set are not read; those before hold", "error", err)
		}
	}
	read(ctx)
	return every(ctx, sensitivityEvery, read)
}

// tuning shows sensitivities to the dashboard, and sets them.
type tuning struct {
	store    *store.Store
	settings *sensitivities
	since    time.Time // near misses are written down since then
}

func (t tuning) ServiceSensitivity(_ context.Context, service string) (dashboards.ServiceSensitivity, error) {
	now, set := t.settings.of(service)
	out := dashboards.ServiceSensitivity{Now: now, Configured: t.settings.configured(service), Since: t.since}
	if set != nil {
		out.SetBy, out.SetAt = set.Actor, set.At
	}
	return out, nil
}

func (t tuning) SetSensitivity(ctx context.Context, service string, to sensitivity.Setting, actor string, at time.Time) error {
	err := t.store.PutSensitivity(ctx, store.Sensitivity{
		Service: service, Pages: string(to.Pages), Notices: string(to.Notices), Actor: actor, At: at,
	})
	if err == nil {
		err = t.settings.read(ctx, t.store)
	}
	return translate(err)
}

func (t tuning) ListNearMisses(ctx context.Context, service string, from, to time.Time) ([]detector.NearMiss, error) {
	list, err := t.store.NearMisses(ctx, service, from, to)
	return list, translate(err)
}

// nearSince is when near misses were written down first.
func (a *App) nearSince(ctx context.Context) (time.Time, error) {
	b, err := a.store.MetaOnce(ctx, "near_misses_since", []byte(a.o.Now().UTC().Format(time.RFC3339)))
	if err != nil {
		return time.Time{}, err
	}
	return time.Parse(time.RFC3339, string(b))
}
