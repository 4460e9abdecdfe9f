package engine

import (
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// While a partition is hours behind, what the others count now is told, and a look costs the same however long it is.
func TestAPartitionThatIsBehindMakesALookNoDearer(t *testing.T) {
	const known = 7 * 360
	surge := detector.Series{Service: "svc-1", Level: detector.LevelInfo, Shape: 100}
	asks := make(map[time.Duration]int)
	for _, lag := range []time.Duration{30 * time.Minute, 20 * time.Hour} {
		r := newRig(t, rate.NewMemory(), newMemoryLedger())
		r.own()
		var past []count
		for i := range known {
			past = append(past, count{i % 3, day.Add(time.Duration(i) * rate.Fine), surge, 12})
		}
		for at := day.Add(time.Hour); !at.After(day.Add(known * rate.Fine)); at = at.Add(time.Hour) {
			past = r.until(at, past)
			step(t, r)
		}
		before := len(r.ledger.changes)
		r.now = day.Add(known*rate.Fine + lag)
		for i, c := range r.counters {
			mark := r.now.Add(-2 * time.Second)
			if i == 0 {
				mark = day.Add(known*rate.Fine + 2*time.Second)
			} else {
				c.Hit(surge, r.now.Add(-15*time.Second), 20_000, 2_000_000)
			}
			if err := c.Flush(t.Context(), rate.Checkpoint{Next: 2, End: 2, Watermark: mark, Updated: r.now}); err != nil {
				t.Fatal(err)
			}
		}
		b := &asked{Backend: r.backend}
		r.e.backend, r.e.reader = b, rate.NewReader(b, rate.ReaderOptions{Now: func() time.Time { return r.now }})
		step(t, r)
		asks[lag] = b.blocks
		told := false
		for _, ch := range r.ledger.changes[before:] {
			told = told || ch.Event == detector.ChangeOpened && ch.Incident.Service == "svc-1" && ch.Incident.Status == detector.StatusOpen
		}
		if !told {
			t.Errorf("one partition is %s behind: the surge in the others is not told", lag)
		}
	}
	if short, long := asks[30*time.Minute], asks[20*time.Hour]; short != long {
		t.Errorf("a look asks for the blocks of a partition %d times after half an hour, %d times after 20 hours", short, long)
	}
}
