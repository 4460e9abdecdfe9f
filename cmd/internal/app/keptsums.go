package app

import (
	"context"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
)

// sumKey names a sum over the time up to now.
type sumKey struct {
	span time.Duration
	by   dashboards.Dimensions
}

// keptSums are sums over the time up to now that pages asked for.
type keptSums struct {
	now func() time.Time

	mu  sync.Mutex
	all map[sumKey]*kept[dashboards.CountSum]
}

// How many sums are kept, and for how long after the last page that asked for one it is made anew.
const (
	maxKeptSums = 8
	keptSumFor  = 5 * time.Minute
)

func newKeptSums(now func() time.Time) *keptSums {
	return &keptSums{now: now, all: make(map[sumKey]*kept[dashboards.CountSum])}
}

// sumFunc makes a sum up to a time. It may keep what later ones have in common with it.
type sumFunc func(ctx context.Context, now time.Time) (dashboards.CountSum, error)

// get returns a sum, that of whoever asked before where there is one; else newSum says how it is made.
func (k *keptSums) get(ctx context.Context, key sumKey, newSum func() sumFunc) (dashboards.CountSum, error) {
	k.mu.Lock()
	one := k.all[key]
	if one == nil {
		k.forget()
		sum := newSum()
		one = &kept[dashboards.CountSum]{now: k.now, make: func(ctx context.Context) (dashboards.CountSum, error) { return sum(ctx, k.now()) }}
		k.all[key] = one
	}
	k.mu.Unlock()
	return one.get(ctx)
}

// forget makes room for one more: what nobody asked for lately goes, and any where all are asked for.
func (k *keptSums) forget() {
	for key, one := range k.all {
		if !one.used(keptSumFor) {
			delete(k.all, key)
		}
	}
	for key := range k.all {
		if len(k.all) < maxKeptSums {
			return
		}
		delete(k.all, key)
	}
}

// refresh makes those anew that pages look at.
func (k *keptSums) refresh(ctx context.Context) error {
	k.mu.Lock()
	var due []*kept[dashboards.CountSum]
	for _, one := range k.all {
		if one.used(keptSumFor) {
			due = append(due, one)
		}
	}
	k.mu.Unlock()
	for _, one := range due {
		if err := one.refresh(ctx); err != nil {
			return err
		}
	}
	return nil
}
