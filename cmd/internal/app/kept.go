package app

import (
	"context"
	"errors"
	"sync"
	"time"
)

// kept is what takes long to make, as a sum over all templates. Pages get the last one as long as it is young against
// what it costs; refresh makes the next one beside them: every 3 s where it is cheap, every
// 45 s where it is dear, and where one takes longer than 22 s, half of the time.
type kept[T any] struct {
	make func(context.Context) (T, error)
	now  func() time.Time

	mu     sync.Mutex
	making *attempt // nil: none is under way
	made   int      // how often it was made; only whether none, one or more
	value  T
	madeAt time.Time     // when the making of it began
	took   time.Duration // to make the last one
	usedAt time.Time
}

// attempt is one making of a value. err and left are there once done is closed.
type attempt struct {
	done chan struct{}
	err  error
	left bool // whoever made it went away: the error says nothing of the source
}

// How old a kept value gets: before it is made again beside the pages, and before a page waits for the next.
const (
	keptYoung  = 3 * time.Second
	keptTimes  = 20 // times what it takes
	keptBeside = 45 * time.Second
	keptWaits  = 15 * time.Second // no page waits for the next of what is younger: what is made beside is in time
	keptPages  = 2 * time.Minute

	keptWait = 5 * time.Second // how long a page waits for one
)

// due is the age at which it is made again beside the pages. What the first took says little: it reads what later ones
// find read.
func (k *kept[T]) due() time.Duration {
	if k.made < 2 {
		return keptYoung
	}
	return max(keptYoung, min(keptTimes*k.took, max(keptBeside, 2*k.took)))
}

// tooOld is the age at which a page waits for the next one.
func (k *kept[T]) tooOld() time.Duration {
	return max(keptWaits, min(2*keptTimes*k.took, max(keptPages, 4*k.took)))
}

// get returns the value, and waits for one only where there is none or it is too old. It gives up after keptWait.
func (k *kept[T]) get(ctx context.Context) (T, error) {
	k.want()
	ctx, cancel := context.WithTimeout(ctx, keptWait)
	defer cancel()
	return k.await(ctx, func() bool { return k.younger(k.tooOld()) })
}

// younger reports whether the value was made less than so long ago. One of the future is not: the clock was put back.
func (k *kept[T]) younger(than time.Duration) bool {
	age := k.now().Sub(k.madeAt)
	return age >= 0 && age < than
}

// want says that a page asks for it, so that it is made beside the pages.
func (k *kept[T]) want() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.usedAt = k.now()
}

// latest returns a value whose making began after the call. It gives up after keptWait.
func (k *kept[T]) latest(ctx context.Context) (T, error) {
	asked := k.now()
	ctx, cancel := context.WithTimeout(ctx, keptWait)
	defer cancel()
	return k.await(ctx, func() bool { return !k.madeAt.Before(asked) && !k.madeAt.After(k.now()) })
}

// refresh makes the next value if it is due.
func (k *kept[T]) refresh(ctx context.Context) error {
	_, err := k.await(ctx, func() bool { return k.younger(k.due()) })
	return err
}

// await returns the value once it will do, and makes one where nobody else does. Whoever waited for an attempt that failed
// gets its error: a source that is away is not asked once for each that waits.
func (k *kept[T]) await(ctx context.Context, willDo func() bool) (T, error) {
	for {
		k.mu.Lock()
		if k.made > 0 && willDo() {
			defer k.mu.Unlock()
			return k.value, nil
		}
		one := k.making
		if one == nil {
			one = &attempt{done: make(chan struct{})}
			k.making = one
			k.mu.Unlock()
			return k.renew(ctx, one)
		}
		k.mu.Unlock()
		var none T
		select {
		case <-ctx.Done():
			return none, ctx.Err()
		case <-one.done:
		}
		if one.err != nil && !one.left {
			return none, one.err
		}
	}
}

func (k *kept[T]) renew(ctx context.Context, one *attempt) (v T, err error) {
	began, ended := k.now(), false
	defer func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		if ended && err == nil {
			k.made, k.value, k.madeAt, k.took = min(k.made+1, 2), v, began, k.now().Sub(began)
		}
		one.err, one.left = err, errors.Is(ctx.Err(), context.Canceled)
		k.making = nil
		close(one.done)
	}()
	v, err = k.make(ctx)
	ended = true // it did not panic
	return v, err
}

// used tells whether a page asked for it within a while.
func (k *kept[T]) used(within time.Duration) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.now().Sub(k.usedAt) < within
}
