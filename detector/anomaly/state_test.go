package anomaly_test

import (
	"math"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/anomaly"
	"github.com/tocsin-io/tocsin/detector/anomaly/world"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

// small is a world of few services with all incidents in two days, under the race detector of one service.
func small(seed uint64) *world.World {
	c := world.Config{Family: world.Real, Seed: seed, Services: 4, Days: 3, Quiet: 1}
	if testkit.Race {
		c.Services, c.Days = 1, 2
	}
	return world.New(c)
}

// TestSameThroughState steps one suite through, and another one that is saved and restored at odd times.
func TestSameThroughState(t *testing.T) {
	a, b := small(3), small(3)
	whole, parts := anomaly.New(anomaly.Options{}), anomaly.New(anomaly.Options{})
	said := 0
	for i := 0; ; i++ {
		x, ok := a.Next()
		if !ok {
			break
		}
		y, _ := b.Next()
		want, got := whole.Step(x), parts.Step(y)
		said += len(want)
		if len(want)+len(got) > 0 { // cmp is dear, and most buckets are quiet
			if d := cmp.Diff(want, got); d != "" {
				t.Fatalf("bucket %d: %s", i, d)
			}
		}
		if i%53 == 0 {
			state, err := parts.AppendState(nil)
			if err != nil {
				t.Fatal(err)
			}
			parts = anomaly.New(anomaly.Options{})
			if err := parts.Restore(state); err != nil {
				t.Fatal(err)
			}
		}
	}
	if said == 0 {
		t.Fatal("no signal at all: nothing was compared")
	}
}

// TestPeekChangesNothing peeks at every bucket before one of two suites steps it.
func TestPeekChangesNothing(t *testing.T) {
	a, b := small(4), small(4)
	plain, peeked := anomaly.New(anomaly.Options{}), anomaly.New(anomaly.Options{})
	for i := 0; i < 9000; i++ {
		x, _ := a.Next()
		y, _ := b.Next()
		peeked.Peek(y)
		if want, got := plain.Step(x), peeked.Step(y); len(want)+len(got) > 0 {
			if d := cmp.Diff(want, got); d != "" {
				t.Fatalf("bucket %d: %s", i, d)
			}
		}
	}
}

func FuzzRestore(f *testing.F) {
	w := world.New(world.Config{Family: world.Real, Seed: 5, Services: 1, Days: 3, Quiet: 1})
	s := anomaly.New(anomaly.Options{})
	for i := range 9100 {
		b, _ := w.Next()
		s.Step(b)
		if i%3000 == 10 {
			state, err := s.AppendState(nil)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(state)
			f.Add(state[:len(state)/2])
		}
	}
	old, err := os.ReadFile("testdata/state-3.bin")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(old)
	f.Add([]byte{})
	f.Add([]byte{1, 200, 1, 1})
	next, _ := w.Next()
	f.Fuzz(func(t *testing.T, state []byte) {
		s := anomaly.New(anomaly.Options{MaxSeries: 10_000})
		if err := s.Restore(state); err != nil {
			return
		}
		for _, sig := range s.Step(next) {
			finite(t, sig)
		}
	})
}

func finite(t *testing.T, s detector.Signal) {
	t.Helper()
	for _, v := range [...]float64{s.Observed, s.Expected, s.Low, s.High, s.Score} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Fatalf("a number of %s of %v is not finite: %+v", s.Kind, s.Series, s)
		}
	}
}

// TestHostileCounts feeds what no log should be: jumps of ten orders of magnitude, constants, gaps of days, time that
// stands or goes back.
func TestHostileCounts(t *testing.T) {
	s := anomaly.New(anomaly.Options{})
	at := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	step := func(level detector.Level, lines uint64) {
		b := &detector.Bucket{Start: at, Width: 10 * time.Second}
		if lines > 0 {
			b.Rows = []detector.Row{{
				Series: detector.Series{Service: "s", Level: level, Shape: 7}, Lines: lines, Bytes: lines,
			}}
		}
		for _, sig := range s.Step(b) {
			finite(t, sig)
		}
		at = at.Add(10 * time.Second)
	}
	for i := range 30000 {
		switch {
		case i%5000 < 5:
			step(detector.LevelError, math.MaxUint64)
		case i%5000 < 1000:
			step(detector.LevelInfo, 5)
		case i%5000 < 2000:
			step(detector.LevelInfo, 0)
		default:
			step(detector.LevelInfo, 50_000_000_000)
		}
		if i%7000 == 6999 {
			at = at.Add(5 * 24 * time.Hour)
		}
		if i%9000 == 8999 {
			at = at.Add(-time.Hour)
		}
	}
}

// TestBound gives a million templates in many services to a suite of a thousand series.
func TestBound(t *testing.T) {
	s := anomaly.New(anomaly.Options{MaxSeries: 1000})
	at := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for i := range 100 {
		b := &detector.Bucket{Start: at, Width: 10 * time.Second}
		for j := range 10_000 {
			b.Rows = append(b.Rows, detector.Row{Series: detector.Series{
				Service: string(rune('a' + j%400)), Level: detector.LevelInfo, Shape: detector.ShapeID(1 + i*10_000 + j),
			}, Lines: 1})
		}
		s.Step(b)
		at = at.Add(10 * time.Second)
	}
	if s.Series() > 1100 {
		t.Fatalf("%d series are kept, the bound is 1000 and an overflow for each service", s.Series())
	}
	if s.Dropped() == 0 {
		t.Fatal("lines of services for which there was no room are not counted")
	}
}

// BenchmarkStep prints what a series and bucket cost, and the bytes of its state.
func BenchmarkStep(b *testing.B) {
	w := world.New(world.Config{Seed: 9, Days: 2})
	s := anomaly.New(anomaly.Options{})
	for range 8640 {
		k, _ := w.Next()
		s.Step(k)
	}
	var kept []*detector.Bucket
	for range 1000 {
		k, _ := w.Next()
		c := *k
		c.Rows = append([]detector.Row(nil), k.Rows...)
		kept = append(kept, &c)
	}
	at := kept[0].Start
	b.ResetTimer()
	for i := range b.N {
		k := *kept[i%len(kept)]
		k.Start = at.Add(time.Duration(i) * 10 * time.Second)
		s.Step(&k)
	}
	b.StopTimer()
	state, err := s.AppendState(nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(s.Series()), "ns/series")
	b.ReportMetric(float64(len(state))/float64(s.Series()), "B/series")
}

// BenchmarkPeek prints what a look at an unfinished bucket costs a series.
func BenchmarkPeek(b *testing.B) {
	w := world.New(world.Config{Seed: 9, Days: 2})
	s := anomaly.New(anomaly.Options{})
	for range 8640 {
		k, _ := w.Next()
		s.Step(k)
	}
	next, _ := w.Next()
	half := *next
	half.Rows = append([]detector.Row(nil), next.Rows...)
	for i := range half.Rows {
		half.Rows[i].Lines = (half.Rows[i].Lines + 1) / 2
	}
	b.ReportAllocs()
	for b.Loop() {
		s.Peek(&half)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(s.Series()), "ns/series")
}

// BenchmarkState prints what saving and restoring a series costs: a start and a checkpoint of many of them.
func BenchmarkState(b *testing.B) {
	w := world.New(world.Config{Seed: 9, Days: 2})
	s := anomaly.New(anomaly.Options{})
	for range 8640 + 100 {
		k, _ := w.Next()
		s.Step(k)
	}
	state, err := s.AppendState(nil)
	if err != nil {
		b.Fatal(err)
	}
	a := func(name string, do func() error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := do(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(s.Series()), "ns/series")
		})
	}
	a("save", func() error {
		_, err := s.AppendState(nil)
		return err
	})
	a("restore", func() error { return anomaly.New(anomaly.Options{}).Restore(state) })
}
