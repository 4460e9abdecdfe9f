package engine

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/anomaly/world"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/sketch"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

// arrival is a part of what one series has in one bucket, and the partition that brings it.
type arrival struct {
	partition int
	at        time.Time
	row       detector.Row
}

// arrivals spreads what a world logs over three partitions, line by line.
func arrivals(seed uint64, buckets int) (out []arrival, end time.Time) {
	w := world.New(world.Config{Family: world.Real, Seed: seed, Services: 3, Days: 2, Quiet: 1})
	r := rand.New(rand.NewPCG(seed, 4))
	for range buckets {
		b, _ := w.Next()
		end = b.End()
		for _, row := range b.Rows {
			if row.Summary != nil {
				out = append(out, arrival{r.IntN(3), b.Start, row})
				continue
			}
			for p, left := 0, row.Lines; left > 0; p = (p + 1) % 3 {
				n := 1 + r.Uint64N(left)
				left -= n
				part := row
				part.Lines, part.Bytes = n, n*100
				out = append(out, arrival{p, b.Start, part})
			}
		}
	}
	return out, end
}

// jumbled lets nothing move by more than two buckets.
func jumbled(all []arrival, r *rand.Rand) []arrival {
	out := slices.Clone(all)
	for from := 0; from < len(out); {
		to := from
		for to < len(out) && out[to].at.Sub(out[from].at) < 2*rate.Fine {
			to++
		}
		part := out[from:to]
		r.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
		from = to
	}
	return out
}

// live judges arrivals as they come over the partitions: in batches of any size, with owners that change.
func live(t *testing.T, all []arrival, end time.Time, r *rand.Rand) []string {
	t.Helper()
	backend, ledger := rate.NewMemory(), newMemoryLedger()
	rig := newRig(t, backend, ledger)
	rig.own()
	ctx := context.Background()
	flush := func(i int, mark time.Time) {
		if err := rig.counters[i].Flush(ctx, rate.Checkpoint{Next: 1, End: 1, Watermark: mark, Updated: rig.now}); err != nil {
			t.Fatal(err)
		}
	}
	marks := [3]time.Time{all[0].at, all[0].at, all[0].at}
	for at := all[0].at; at.Before(end); {
		at = earlier(at.Add(time.Duration(1+r.IntN(150))*rate.Fine), end)
		ahead := at.Add(2 * rate.Fine)
		n := 0
		for n < len(all) && all[n].at.Before(ahead) {
			a := all[n]
			c := rig.counters[a.partition]
			if a.row.Summary != nil {
				_, sum := c.Observe(a.row.Series, a.at, a.row.Lines, a.row.Bytes, a.row.Summary.Parts)
				if err := sum.Merge(a.row.Summary); err != nil {
					t.Fatal(err)
				}
			} else {
				c.Hit(a.row.Series, a.at, a.row.Lines, a.row.Bytes)
			}
			if r.IntN(500) == 0 {
				flush(a.partition, marks[a.partition])
			}
			n++
		}
		all = all[n:]
		rig.now = at
		for i := range marks {
			marks[i] = at
			flush(i, at)
		}
		step(t, rig)
		if r.IntN(8) > 0 {
			continue
		}
		if r.IntN(2) == 0 {
			if err := rig.v.leave(ctx); err != nil {
				t.Fatal(err)
			}
		}
		rig = newRig(t, backend, ledger)
		rig.now = at
		rig.own()
	}
	return outline(ledger)
}

// again judges the same arrivals without partitions, in pieces of any size.
func again(t *testing.T, all []arrival, end time.Time, r *rand.Rand) []string {
	t.Helper()
	ledger := newMemoryLedger()
	o := withSuite()
	o.Changed = func(c detector.Change) { ledger.last[c.Incident.ID] = *c.Incident }
	replay := NewReplay(o)
	for _, a := range all {
		row := replay.Add(a.row.Series, a.at, a.row.Lines, a.row.Bytes)
		if row == nil {
			t.Fatalf("a line of %s is late", a.at)
		}
		if a.row.Summary != nil {
			if row.Summary == nil {
				row.Summary = sketch.New(a.row.Summary.Parts)
			}
			if err := row.Summary.Merge(a.row.Summary); err != nil {
				t.Fatal(err)
			}
		}
		if r.IntN(100) == 0 {
			replay.Advance(a.at)
		}
	}
	replay.Finish(end)
	return outline(ledger)
}

// TestTheSameInputGivesTheSameIncidents: whatever the batches, partitions, owners and speed, live or replayed.
func TestTheSameInputGivesTheSameIncidents(t *testing.T) {
	testkit.OneGoroutine(t)
	all, end := arrivals(0, 10_500)
	r := rand.New(rand.NewPCG(0, 8))
	want := again(t, all, end, r)
	if len(want) < 5 {
		t.Fatalf("too little happens: %v", want)
	}
	if diff := cmp.Diff(want, again(t, jumbled(all, r), end, r)); diff != "" {
		t.Errorf("replayed in another order: %s", diff)
	}
	if diff := cmp.Diff(want, live(t, jumbled(all, r), end, r)); diff != "" {
		t.Errorf("live: %s", diff)
	}
}
