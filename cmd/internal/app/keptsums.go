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

// sumFunc makes a sum up to a time. It may keep what later ones have in common with it.
type sumFunc func(ctx context.Context, now time.Time) (dashboards.CountSum, error)

// keptBy are kept values by key, of which those stay that pages asked for lately.
type keptBy[K comparable, V any] struct {
	now func() time.Time

	mu  sync.Mutex
	all map[K]*kept[V]
}

// How many values are kept, and for how long after the last page that asked for one it is made anew.
const (
	maxKeptBy = 8
	keptByFor = 5 * time.Minute
)

func newKeptBy[K comparable, V any](now func() time.Time) *keptBy[K, V] {
	return &keptBy[K, V]{now: now, all: make(map[K]*kept[V])}
}

// get returns a value, that of whoever asked before where there is one; else newMake says how it is made.
func (k *keptBy[K, V]) get(ctx context.Context, key K, newMake func() func(context.Context) (V, error)) (V, error) {
	return k.want(key, newMake).get(ctx)
}

// want says that pages ask for a value, so that it is made beside them.
func (k *keptBy[K, V]) want(key K, newMake func() func(context.Context) (V, error)) *kept[V] {
	k.mu.Lock()
	defer k.mu.Unlock()
	one := k.all[key]
	if one == nil {
		k.forget()
		one = &kept[V]{now: k.now, make: newMake()}
		k.all[key] = one
	}
	one.want()
	return one
}

// forget makes room for one more: what nobody asked for lately goes, and any where all are asked for.
func (k *keptBy[K, V]) forget() {
	for key, one := range k.all {
		if !one.used(keptByFor) {
			delete(k.all, key)
		}
	}
	for key := range k.all {
		if len(k.all) < maxKeptBy {
			return
		}
		delete(k.all, key)
	}
}

// refresh makes those anew that pages asked for within a while.
func (k *keptBy[K, V]) refresh(ctx context.Context, within time.Duration) error {
	k.mu.Lock()
	var due []*kept[V]
	for _, one := range k.all {
		if one.used(within) {
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
