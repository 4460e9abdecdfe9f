package app

import (
	"context"
	"sync"
	"time"
)

// kept is what takes long to make, as a sum over all templates. Pages get the last one as long as it is young against
// what it costs; refresh makes the next one beside them. It is 3 s old where it is cheap, and where it is dear it costs at
// most a twentieth of a processor.
type kept[T any] struct {
	make func(context.Context) (T, error)
	now  func() time.Time

	making sync.Mutex // held while one is made

	mu     sync.Mutex
	have   bool
	value  T
	madeAt time.Time
	took   time.Duration
	usedAt time.Time
}

// How old a kept value gets: before it is made again beside the pages, and before a page waits for the next.
const (
	keptYoung = 3 * time.Second
	keptTimes = 20 // times what it takes
)

// get returns the value, and waits for one only where there is none or it is too old.
func (k *kept[T]) get(ctx context.Context) (T, error) {
	if v, ok := k.last(2, true); ok {
		return v, nil
	}
	k.making.Lock()
	defer k.making.Unlock()
	if v, ok := k.last(2, true); ok {
		return v, nil // of whoever was first
	}
	return k.renew(ctx)
}

// last is the value, if it is younger than so many times what is due.
func (k *kept[T]) last(times int, use bool) (T, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	if use {
		k.usedAt = now
	}
	limit := max(keptYoung, time.Duration(times*keptTimes)*k.took)
	return k.value, k.have && now.Sub(k.madeAt) < limit
}

func (k *kept[T]) renew(ctx context.Context) (T, error) {
	began := k.now()
	v, err := k.make(ctx)
	if err != nil {
		return v, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.have, k.value, k.madeAt, k.took = true, v, began, k.now().Sub(began)
	return v, nil
}

// refresh makes the next value if it is due.
func (k *kept[T]) refresh(ctx context.Context) error {
	if _, ok := k.last(1, false); ok {
		return nil
	}
	k.making.Lock()
	defer k.making.Unlock()
	if _, ok := k.last(1, false); ok {
		return nil
	}
	_, err := k.renew(ctx)
	return err
}

// used tells whether a page asked for it within a while.
func (k *kept[T]) used(within time.Duration) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.now().Sub(k.usedAt) < within
}
