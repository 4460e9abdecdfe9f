package engine

import (
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

var leaked = detector.Series{Class: detector.ClassSecret, Service: "svc-9", Name: "password", Key: "dsn"}

// told are the incidents of the secret that were opened, and the lines that it has now.
func (r *rig) told() (opened int, lines uint64) {
	for _, ch := range r.ledger.changes {
		if ch.Incident.Service == leaked.Service && ch.Event == detector.ChangeOpened {
			opened++
		}
	}
	for _, in := range r.ledger.last {
		if in.Service == leaked.Service {
			lines = in.Lines
		}
	}
	return opened, lines
}

// empty loses all counts.
func (r *rig) empty() {
	r.backend, r.counters = rate.NewMemory(), nil
	r.e.backend, r.e.reader = r.backend, rate.NewReader(r.backend, rate.ReaderOptions{Now: func() time.Time { return r.now }})
	r.v.filling = r.v.newFilling()
}

// What cannot be looked at to the end yet, as it is counted anew, is not read at every step.
func TestMissedBucketsAreNotReadAtEveryStep(t *testing.T) {
	var m missed
	now := day.Add(time.Hour)
	back := day.Add(-time.Minute)
	m.note(reach{complete: back, whole: back, back: back}, day)
	if m.next(now) == 0 {
		t.Fatal("nothing is to be looked at after the counts went back")
	}
	m.done(now, m.next(now))
	for wait, want := range map[time.Duration]bool{tick: false, missedAgain - 1: false, missedAgain: true} {
		if got := m.next(now.Add(wait)) > 0; got != want {
			t.Errorf("%s after a look that found nothing complete: looks %v, want %v", wait, got, want)
		}
	}
	m.note(reach{complete: day.Add(-30 * time.Second), whole: day.Add(-30 * time.Second)}, day)
	if n := m.next(now.Add(tick)); n == 0 {
		t.Error("what is complete since is not looked at")
	}
	m.done(now.Add(tick), m.next(now.Add(tick)))
	if want := day.Add(-30 * time.Second); !m.from.Equal(want) {
		t.Errorf("goes on at %s, want %s", m.from, want)
	}
}

// A clock that was ahead leaves watermarks beyond now: what is told at once does not wait until the time is reached.
func TestASecretDoesNotWaitForAClockThatWasAhead(t *testing.T) {
	r := newRig(t, rate.NewMemory(), newMemoryLedger())
	r.own()
	until := day.Add(time.Hour)
	r.until(until, traffic(1))
	step(t, r)
	ahead := until.Add(90 * time.Second)
	r.until(ahead, nil)
	r.now = until
	step(t, r)
	r.counters[1].Hit(leaked, r.counters[1].Open(until), 1, 100)
	r.until(ahead, nil)
	r.now = until.Add(time.Second)
	step(t, r)
	if opened, lines := r.told(); opened != 1 || lines != 1 {
		t.Fatalf("told %d times, %d lines, want once before the clock is where it was", opened, lines)
	}
	r.until(ahead.Add(time.Minute), nil)
	step(t, r)
	if opened, lines := r.told(); opened != 1 || lines != 1 {
		t.Errorf("told %d times, %d lines once its bucket is judged", opened, lines)
	}
}

func TestASecretInABucketThatWasJudgedIsTold(t *testing.T) {
	late := func(r *rig) { r.counters[2].Hit(leaked, r.now.Add(-2*time.Minute), 1, 100) }
	for _, c := range []struct {
		name string
		hurt func(t *testing.T, r *rig)
	}{
		{"its partition was passed over", func(t *testing.T, r *rig) {
			lame := r.counters[2]
			r.counters = r.counters[:2]
			r.until(day.Add(2*time.Hour+longWait+time.Minute), nil)
			step(t, r)
			r.counters = append(r.counters, lame)
			late(r)
		}},
		{"the counts were lost and the clock went back", func(t *testing.T, r *rig) {
			r.empty()
			step(t, r)
			r.own()
			late(r)
		}},
		{"the watermark went back", func(t *testing.T, r *rig) {
			r.empty()
			r.own()
			r.until(r.now.Add(-time.Minute), nil)
			step(t, r)
			r.counters[2].Hit(leaked, r.now, 1, 100)
			r.now = r.now.Add(time.Minute)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, rate.NewMemory(), newMemoryLedger())
			r.own()
			r.until(day.Add(2*time.Hour), traffic(1))
			step(t, r)
			c.hurt(t, r)
			for range 8 { // an hour is looked at within them
				r.until(r.now.Add(time.Second), nil)
				step(t, r)
			}
			if opened, lines := r.told(); opened != 1 || lines != 1 {
				t.Errorf("told %d times, %d lines, want once with one", opened, lines)
			}
			if !r.v.missed.to.IsZero() {
				t.Errorf("buckets %s to %s are looked at for ever", r.v.missed.from, r.v.missed.to)
			}
		})
	}
}

// The state of a shard that was judged further than the counts stand is not what its next owner may go on from.
func TestAStateBeyondTheCountsIsNotSaved(t *testing.T) {
	r := newRig(t, rate.NewMemory(), newMemoryLedger())
	r.own()
	r.until(day.Add(time.Hour), traffic(1))
	step(t, r)
	r.empty()
	r.own()
	r.until(day.Add(time.Hour-time.Minute), nil)
	save := func() []byte {
		if err := r.v.saveShards(t.Context(), rate.ShardsOf(7)); err != nil {
			t.Fatal(err)
		}
		state, err := r.backend.LoadState(t.Context(), 7)
		if err != nil {
			t.Fatal(err)
		}
		return state
	}
	if save() != nil {
		t.Error("a state was saved although the counts stand a minute before it")
	}
	r.until(day.Add(time.Hour), nil)
	if save() == nil {
		t.Error("no state was saved although the counts stand where it was judged to")
	}
}
