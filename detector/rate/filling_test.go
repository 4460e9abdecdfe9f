package rate_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/sketch"
)

// fillWorld is partitions that count at random, and somebody who follows their buckets.
type fillWorld struct {
	*testing.T
	rnd      *rand.Rand
	backend  *fillBackend
	reader   *rate.Reader
	filling  *rate.Filling
	without  sketch.Parts                // summaries that are left out
	skip     func(*detector.Series) bool // series that are
	epoch    uint64
	epochs   map[rate.Partition]uint64
	counters map[rate.Partition]*rate.Counter
	last     []rate.Filled
	skipped  int // shards that did not change
}

// fillBackend is another one after all was lost.
type fillBackend struct{ rate.Backend }

// mergedAs is the series that a template's lines are judged as: every third is that of the first.
func mergedAs(s *detector.Series) {
	if s.Shape%3 == 0 {
		s.Shape = 1
	}
}

func fillCompare(a, b detector.Series) int {
	return cmp.Or(cmp.Compare(a.Class, b.Class), strings.Compare(a.Service, b.Service), cmp.Compare(a.Shape, b.Shape), strings.Compare(a.Name, b.Name))
}

// claim gives a partition to another owner.
func (w *fillWorld) claim(p rate.Partition) {
	w.epoch++
	w.epochs[p] = w.epoch
	w.own(p)
}

func (w *fillWorld) own(p rate.Partition) {
	got, err := w.backend.Claim(w.Context(), p, w.epochs[p])
	if err != nil {
		w.Fatal(err)
	}
	w.counters[p] = rate.NewCounter(p, w.epochs[p], got, w.backend, rate.CounterOptions{})
}

// lose loses all that was counted. The owners are the same, as after a backend lost what it acknowledged last.
func (w *fillWorld) lose() {
	w.backend.Backend = rate.NewMemory()
	for p := range w.epochs {
		w.own(p)
	}
}

// count lets one partition count some lines of some series, and now and then measures a rule or misses a line's time.
func (w *fillWorld) count(next int64) {
	p := rate.Partition{Topic: "logs", ID: w.rnd.IntN(3)}
	c := w.counters[p]
	for range w.rnd.IntN(6) {
		at := epoch0.Add(time.Duration(w.rnd.IntN(40)) * time.Second)
		service := fmt.Sprint("s", w.rnd.IntN(5))
		switch w.rnd.IntN(8) {
		case 0:
			parts := []sketch.Parts{sketch.Quantiles, 0}[w.rnd.IntN(2)]
			if _, sum := c.Observe(detector.Series{Class: detector.ClassRule, Name: fmt.Sprint(service, parts)}, at, 1, 10, parts); sum != nil {
				sum.AddNumber(float64(w.rnd.IntN(100)))
			}
		case 1:
			c.Hit(detector.Series{Class: detector.ClassField, Service: service, Name: "status"}, at, 1, 0)
		case 2:
			c.Hit(detector.Series{Class: detector.ClassLate, Service: service}, at, uint64(w.rnd.IntN(3)), 0)
		default:
			c.Hit(detector.Series{Class: detector.ClassLine, Service: service, Shape: detector.ShapeID(1 + w.rnd.IntN(12))}, at, uint64(w.rnd.IntN(3)), 10)
		}
	}
	mustFlush(w, c, rate.Checkpoint{Next: next})
}

// want is the buckets as they are read all anew.
func (w *fillWorld) want(n int) (out [][rate.Shards]*detector.Bucket) {
	out, err := w.reader.Buckets(w.Context(), epoch0, n, rate.AllShards)
	if err != nil {
		w.Fatal(err)
	}
	for i := range out {
		for shard := range rate.AllShards.All {
			b := out[i][shard]
			rows := map[detector.Series]*detector.Row{}
			for j := range b.Rows {
				r := &b.Rows[j]
				mergedAs(&r.Series)
				if w.skip != nil && w.skip(&r.Series) {
					continue
				}
				if r.Summary != nil && r.Summary.Parts&w.without != 0 {
					r.Summary = nil
				}
				if at := rows[r.Series]; at != nil {
					at.Lines, at.Bytes = at.Lines+r.Lines, at.Bytes+r.Bytes
					if at.Summary == nil { // where an index was given away again after a loss, a line may have one
						at.Summary = r.Summary
					} else if r.Summary != nil && r.Summary.Parts == at.Summary.Parts {
						if err := at.Summary.Merge(r.Summary); err != nil {
							w.Fatal(err)
						}
					}
				} else {
					rows[r.Series] = r
				}
			}
			var merged []detector.Row
			for _, r := range rows {
				merged = append(merged, *r)
			}
			slices.SortFunc(merged, func(a, b detector.Row) int { return fillCompare(a.Series, b.Series) })
			b.Rows = merged
		}
	}
	return out
}

// look holds what is followed against what is read anew, and what did not change against the look before.
func (w *fillWorld) look(step int) {
	const n = 4
	got, err := w.filling.Look(w.Context(), epoch0, n, rate.AllShards)
	if err != nil {
		w.Fatalf("step %d: %v", step, err)
	}
	want := w.want(n)
	for i := range got {
		for shard := range rate.AllShards.All {
			a, b := got[i].Buckets[shard], want[i][shard]
			if !slices.EqualFunc(a.Rows, b.Rows, sameRow) || a.Late != b.Late || !a.Start.Equal(b.Start) {
				w.Fatalf("step %d, bucket %d, shard %d: %+v is followed, %+v is counted", step, i, shard, a, b)
			}
			if w.last != nil && !got[i].Changed.Has(shard) {
				w.skipped++
				if !slices.EqualFunc(w.last[i].Buckets[shard].Rows, a.Rows, sameRow) {
					w.Fatalf("step %d, bucket %d, shard %d: it changed, and that is not said", step, i, shard)
				}
			}
		}
	}
	w.last = make([]rate.Filled, n) // copies: what was looked at changes at the next look
	for i := range got {
		for shard := range rate.AllShards.All {
			b := *got[i].Buckets[shard]
			b.Rows = slices.Clone(b.Rows)
			w.last[i].Buckets[shard] = &b
		}
	}
}

func sameRow(a, b detector.Row) bool {
	if a.Series != b.Series || a.Lines != b.Lines || a.Bytes != b.Bytes || (a.Summary == nil) != (b.Summary == nil) {
		return false
	}
	// Which partition was added up first decides on a sketch's inner form.
	return a.Summary == nil || a.Summary.Count == b.Summary.Count && a.Summary.Sum == b.Summary.Sum &&
		a.Summary.Min == b.Summary.Min && a.Summary.Max == b.Summary.Max
}

// TestFilling follows buckets while partitions count into them, change their owners and lose what they wrote.
func TestFilling(t *testing.T) {
	for seed := range uint64(20) {
		w := &fillWorld{
			T: t, rnd: rand.New(rand.NewPCG(seed, 3)), backend: &fillBackend{rate.NewMemory()},
			epochs: make(map[rate.Partition]uint64), counters: make(map[rate.Partition]*rate.Counter),
		}
		w.reader = rate.NewReader(w.backend, rate.ReaderOptions{Now: func() time.Time { return epoch0 }})
		if seed%2 == 0 {
			w.without = sketch.Quantiles
			w.skip = func(s *detector.Series) bool { return s.Class == detector.ClassRule && s.Name < "s3" }
		}
		w.filling = w.reader.NewFilling(rate.FillingOptions{As: mergedAs, Compare: fillCompare, Without: w.without, Skip: w.skip})
		for i := range 3 {
			w.claim(rate.Partition{Topic: "logs", ID: i})
		}
		for step := range 60 {
			w.count(int64(step))
			switch w.rnd.IntN(12) {
			case 0:
				w.claim(rate.Partition{Topic: "logs", ID: w.rnd.IntN(3)})
				w.last = nil
			case 1:
				w.filling.Forget()
				w.last = nil
			case 2:
				w.lose()
				w.last = nil
			}
			if w.rnd.IntN(3) > 0 {
				w.look(step)
			}
		}
		if w.skipped == 0 {
			t.Errorf("seed %d: every shard changed at every look", seed)
		}
	}
}
