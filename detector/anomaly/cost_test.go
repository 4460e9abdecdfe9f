//go:build !race

package anomaly_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/anomaly"
	"github.com/tocsin-io/tocsin/detector/anomaly/world"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

// What a series may cost (BenchmarkStep measures it): processor time a bucket, twice what is aimed at, while it logs and
// while it does not, its saved state, and its memory. 100,000 series that log are then under a tenth of a second in a bucket
// of ten: a hundredth of a processor. The race detector has costs of its own: these tests run without it.
const (
	mostBusy  = 1000 * time.Nanosecond
	mostIdle  = 100 * time.Nanosecond
	mostState = 640
	mostHeap  = 1024
)

// learned is a suite after a day of a small world, and the buckets that follow.
func learned() (*anomaly.Suite, []*detector.Bucket) {
	w := world.New(world.Config{Seed: 9, Days: 2, Services: 4})
	s := anomaly.New(anomaly.Options{})
	for range 8640 {
		b, _ := w.Next()
		s.Step(b)
	}
	return s, copied(w, 1000)
}

func copied(w *world.World, n int) []*detector.Bucket {
	var kept []*detector.Bucket
	for range n {
		b, _ := w.Next()
		c := *b
		c.Rows = append([]detector.Row(nil), b.Rows...)
		kept = append(kept, &c)
	}
	return kept
}

// least is the shortest processor time of step among many short stretches.
func least(t *testing.T, n int, step func()) time.Duration {
	t.Helper()
	const stretch = 20
	best := time.Hour
	for range n / stretch {
		begin := testkit.CPU(t)
		for range stretch {
			step()
		}
		best = min(best, (testkit.CPU(t)-begin)/stretch)
	}
	return best
}

func TestCostOfASeriesThatLogs(t *testing.T) {
	s, next := learned()
	got := least(t, len(next), func() {
		s.Step(next[0])
		next = next[1:]
	}) / time.Duration(s.Series())
	t.Logf("%s a series and bucket", got)
	if got > mostBusy {
		t.Errorf("a series and bucket cost %s, the bound is %s", got, mostBusy)
	}
	state, err := s.AppendState(nil)
	if err != nil {
		t.Fatal(err)
	}
	if size := len(state) / s.Series(); size > mostState {
		t.Errorf("the saved state is %d bytes a series, the bound is %d", size, mostState)
	}
}

// TestMemoryOfASeries restores what was learned many times over: what else the process holds is then little beside it.
func TestMemoryOfASeries(t *testing.T) {
	heap := func() int64 {
		var m runtime.MemStats
		for range 3 { // what pools and finalizers hold goes with the second and third
			runtime.GC()
		}
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	s, next := learned()
	state, err := s.AppendState(nil)
	if err != nil {
		t.Fatal(err)
	}
	series, bucket := s.Series(), next[0]
	s, next = nil, nil // or they would be freed between the two measures
	const copies = 50
	suites := make([]*anomaly.Suite, copies)
	before := heap()
	for i := range suites {
		suites[i] = anomaly.New(anomaly.Options{})
		if err := suites[i].Restore(state); err != nil {
			t.Fatal(err)
		}
		suites[i].Step(bucket)
	}
	size := int(heap()-before) / (copies * series)
	t.Logf("%d bytes of memory a series, %d of them saved", size, len(state)/series)
	if size > mostHeap {
		t.Errorf("a series takes %d bytes of memory, the bound is %d", size, mostHeap)
	}
	runtime.KeepAlive(suites)
	runtime.KeepAlive(state)
	runtime.KeepAlive(bucket)
}

// TestCostOfASeriesThatIsSilent lets thousands of templates log now and then, and nothing after.
func TestCostOfASeriesThatIsSilent(t *testing.T) {
	s := anomaly.New(anomaly.Options{})
	at := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	step := func(rows ...detector.Row) {
		s.Step(&detector.Bucket{Start: at, Width: world.Width, Rows: rows})
		at = at.Add(world.Width)
	}
	for i := range 4000 {
		series := detector.Series{Service: fmt.Sprint("s", i/1000), Level: detector.LevelInfo, Shape: detector.ShapeID(100 + i)}
		step(detector.Row{Series: series, Lines: 1, Bytes: 100})
	}
	for range 3000 { // what the services themselves are used to fades
		step()
	}
	got := least(t, 1000, func() { step() }) / time.Duration(s.Series())
	t.Logf("%s a series and bucket", got)
	if got > mostIdle {
		t.Errorf("a series and bucket without lines cost %s, the bound is %s", got, mostIdle)
	}
}
