package app

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
)

// TestKept: a value is made when it is asked for, again when it is old against what it cost but never minutes old, and
// beside the pages before one of them waits.
func TestKept(t *testing.T) {
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	made, cost, failure := 0, 30*time.Second, error(nil)
	k := kept[int]{now: func() time.Time { return now }, make: func(context.Context) (int, error) {
		now = now.Add(cost)
		made++
		return made, failure
	}}
	for _, step := range []struct {
		when    string
		later   time.Duration
		cost    time.Duration // of the next one
		refresh bool          // beside; otherwise a page asks
		want    int           // how many were made, and what a page gets
	}{
		{"the first is dear", 0, 30 * time.Second, false, 1},
		{"and says nothing of the next", 0, time.Second, true, 2},
		{"not due", 18 * time.Second, time.Second, true, 2},
		{"due", time.Second, time.Second, false, 2},
		{"made beside", 0, 2 * time.Second, true, 3},
		{"nobody made it, young enough for a page", 77 * time.Second, time.Second, false, 3},
		{"nobody made it for longer", time.Second, time.Millisecond, false, 4},
		{"no page waits while it is made beside", 14900 * time.Millisecond, time.Millisecond, false, 4},
		{"unless nobody makes it", 100 * time.Millisecond, time.Millisecond, false, 5},
		{"cheap", 2900 * time.Millisecond, time.Millisecond, true, 5},
		{"cheap and due", 100 * time.Millisecond, 30 * time.Second, true, 6},
		{"so dear that half of the time goes into it", 29 * time.Second, time.Second, true, 6},
		{"a page waits for none", 0, time.Second, false, 6},
		{"dear and due", time.Second, time.Second, true, 7},
	} {
		now, cost = now.Add(step.later), step.cost
		if step.refresh {
			if err := k.refresh(t.Context()); err != nil || made != step.want {
				t.Errorf("%s: %d were made, %v, want %d", step.when, made, err, step.want)
			}
		} else if got, err := k.get(t.Context()); err != nil || got != step.want {
			t.Errorf("%s: %d, %v, want %d", step.when, got, err, step.want)
		}
	}
	if got, err := k.latest(t.Context()); err != nil || got != 8 {
		t.Errorf("the latest is %d, %v, want 8", got, err)
	}
	now = now.Add(-time.Hour) // the clock is put back: how old the value is nobody knows
	for range 2 {
		if got, err := k.get(t.Context()); err != nil || got != 9 {
			t.Errorf("after the clock was put back: %d, %v, want 9", got, err)
		}
	}
	now = now.Add(-time.Hour)
	if got, err := k.latest(t.Context()); err != nil || got != 10 {
		t.Errorf("the latest after the clock was put back is %d, %v, want 10", got, err)
	}
	failure = errors.New("away")
	now = now.Add(time.Minute)
	if _, err := k.get(t.Context()); !errors.Is(err, failure) {
		t.Errorf("a failure is %v", err)
	}
}

// TestKeptAway: while the source hangs a page gives up within its bound, and those that wait get the error of the one
// before them instead of asking each for itself.
func TestKeptAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		made := 0
		k := kept[int]{now: time.Now, make: func(ctx context.Context) (int, error) {
			made++
			<-ctx.Done()
			return 0, ctx.Err()
		}}
		began := time.Now()
		errs := make(chan error)
		for range 20 {
			go func() { _, err := k.get(t.Context()); errs <- err }()
		}
		synctest.Wait()
		gone, leave := context.WithCancel(t.Context())
		leave()
		if _, err := k.get(gone); !errors.Is(err, context.Canceled) || time.Since(began) > 0 {
			t.Errorf("who left got %v after %v", err, time.Since(began))
		}
		for range 20 {
			if err := <-errs; !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v", err)
			}
		}
		if took := time.Since(began); took != keptWait || made != 1 {
			t.Errorf("it was tried %d times and given up after %v", made, took)
		}
	})
}

// TestKeptMakerLeaves: that the reader who makes a value goes away is no error of those who wait for it.
func TestKeptMakerLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		made := 0
		k := kept[int]{now: time.Now, make: func(ctx context.Context) (int, error) {
			if made++; made == 1 {
				<-ctx.Done()
			}
			return made, ctx.Err()
		}}
		first, leave := context.WithCancel(t.Context())
		left, waited := make(chan error, 1), make(chan error, 1)
		go func() { _, err := k.get(first); left <- err }()
		synctest.Wait()
		go func() {
			got, err := k.get(t.Context())
			if got != 2 || err != nil {
				err = fmt.Errorf("%d, %w", got, err)
			}
			waited <- err
		}()
		synctest.Wait()
		leave()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("who left got %v", err)
		}
		if err := <-waited; err != nil {
			t.Errorf("who waited got %v", err)
		}
	})
}

// TestKeptSumsAreFew: sums that nobody asks for any more make room.
func TestKeptSumsAreFew(t *testing.T) {
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	k := newKeptBy[sumKey, dashboards.CountSum](func() time.Time { return now })
	made := 0
	sum := func(context.Context) (dashboards.CountSum, error) {
		made++
		return dashboards.CountSum{}, nil
	}
	for i := range 3 * maxKeptBy {
		if _, err := k.get(t.Context(), sumKey{span: time.Duration(i)}, func() func(context.Context) (dashboards.CountSum, error) { return sum }); err != nil {
			t.Fatal(err)
		}
	}
	if len(k.all) != maxKeptBy {
		t.Errorf("%d sums are kept, want %d", len(k.all), maxKeptBy)
	}
	made = 0
	now = now.Add(time.Minute)
	if err := k.refresh(t.Context(), keptByFor); err != nil || made != maxKeptBy {
		t.Errorf("%d are made anew, %v, want %d", made, err, maxKeptBy)
	}
	now = now.Add(keptByFor)
	if err := k.refresh(t.Context(), keptByFor); err != nil || made != maxKeptBy {
		t.Errorf("%d are made anew, %v; nobody looks at them", made-maxKeptBy, err)
	}
}
