package app

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
)

// TestKept: a value is made when it is asked for, again when it is old against what it cost, and beside the pages before
// one of them waits.
func TestKept(t *testing.T) {
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	made, cost, failure := 0, time.Second, error(nil)
	k := kept[int]{now: func() time.Time { return now }, make: func(context.Context) (int, error) {
		now = now.Add(cost)
		made++
		return made, failure
	}}
	want := func(when string, value int) {
		t.Helper()
		if got, err := k.get(t.Context()); err != nil || got != value {
			t.Errorf("%s: %d, %v, want %d", when, got, err, value)
		}
	}
	refresh := func() {
		t.Helper()
		if err := k.refresh(t.Context()); err != nil {
			t.Error(err)
		}
	}
	want("first", 1)
	now = now.Add(18 * time.Second)
	refresh()
	want("before it is due", 1)
	now = now.Add(time.Second)
	want("due, and not made yet", 1)
	refresh()
	want("made beside", 2)
	now = now.Add(39 * time.Second)
	cost = time.Millisecond
	want("nobody made it", 3)
	now = now.Add(4 * time.Second)
	want("cheap", 4)
	failure = errors.New("away")
	now = now.Add(time.Minute)
	if _, err := k.get(t.Context()); !errors.Is(err, failure) {
		t.Errorf("a failure is %v", err)
	}
}

// TestKeptSumsAreFew: sums that nobody asks for any more make room.
func TestKeptSumsAreFew(t *testing.T) {
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	k := newKeptSums(func() time.Time { return now })
	made := 0
	sum := func(context.Context, time.Time) (dashboards.CountSum, error) {
		made++
		return dashboards.CountSum{}, nil
	}
	for i := range 3 * maxKeptSums {
		if _, err := k.get(t.Context(), sumKey{span: time.Duration(i)}, sum); err != nil {
			t.Fatal(err)
		}
	}
	if len(k.all) != maxKeptSums {
		t.Errorf("%d sums are kept, want %d", len(k.all), maxKeptSums)
	}
	made = 0
	now = now.Add(time.Minute)
	if err := k.refresh(t.Context()); err != nil || made != maxKeptSums {
		t.Errorf("%d are made anew, %v, want %d", made, err, maxKeptSums)
	}
	now = now.Add(keptSumFor)
	if err := k.refresh(t.Context()); err != nil || made != maxKeptSums {
		t.Errorf("%d are made anew, %v; nobody looks at them", made-maxKeptSums, err)
	}
}
