package anomaly

import (
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

// learnedShop lets a shop learn for a day and an hour, early in which the habits come twice, and returns what makes benches of it.
func learnedShop(t *testing.T, habits ...func(*bench)) func(*testing.T, Options) *bench {
	t.Helper()
	learned := newBench(Options{}, shop()...)
	for range 2 {
		for _, habit := range habits {
			habit(learned)
		}
		learned.run(180)
	}
	learned.run(25 * 360)
	state, err := learned.suite.AppendState(nil)
	if err != nil {
		t.Fatal(err)
	}
	return func(t *testing.T, o Options) *bench {
		t.Helper()
		b := newBench(o, learned.lines...)
		if err := b.suite.Restore(state); err != nil {
			t.Fatal(err)
		}
		b.n = learned.n
		return b
	}
}

// TestBurstsOfErrorsAreKnownByTheirService: after two bursts of retries that were over within a minute another one of as many lines pages
// nobody, whatever its template; one that lasts does, one of many more lines does at once, and a keen service is told of each.
func TestBurstsOfErrorsAreKnownByTheirService(t *testing.T) {
	shop := learnedShop(t)
	burst := func(shape detector.ShapeID, rate float64) line { return line{"shop", detector.LevelError, shape, rate} }
	warnings := func(rate float64) line { return line{"shop", detector.LevelWarn, 202, rate} }
	for _, c := range []struct {
		name    string
		first   bool // two bursts came, an hour apart
		extra   line
		buckets int
		words   Sensitivity
		within  int // buckets until it is called, 0: never
	}{
		{"the first new error", false, burst(901, 5), 6, Normal, 3},
		{"a new error as large", true, burst(901, 5), 6, Normal, 0},
		{"a known error as large", true, burst(200, 5), 6, Normal, 0},
		{"a new error that lasts", true, burst(901, 1.5), 60, Normal, 18},
		{"a known error that lasts", true, burst(200, 5), 60, Normal, 36},
		{"a known warning as large", true, warnings(5), 6, Normal, 0},
		{"a known warning that lasts", true, warnings(5), 60, Normal, 36},
		{"the first warnings", false, warnings(5), 6, Normal, 6},
		{"far more lines", true, burst(901, 60), 6, Normal, 3},
		{"far more lines of a known error", true, burst(200, 60), 6, Normal, 4},
		{"a keen service", true, burst(901, 5), 6, Keen, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := shop(t, Options{Sensitivity: c.words})
			if c.first {
				one(t, b.run(6, burst(900, 6)), detector.KindNewError)
				b.run(360)
				one(t, b.run(6, burst(910, 6)), detector.KindNewError)
				b.run(360)
			}
			called := 0
			for i := range c.buckets + 30 {
				var extra []line
				if i < c.buckets {
					extra = append(extra, c.extra)
				}
				for _, s := range b.run(1, extra...) {
					if called == 0 && s.Series.Level >= detector.LevelWarn {
						called = i + 1
					}
				}
			}
			if called > c.within || (c.within > 0 && called == 0) {
				t.Errorf("called after %d buckets, want within %d", called, c.within)
			}
		})
	}
}

// TestSwellsAreKnownByTheirService: where templates have risen for minutes thrice, one that rises to three times must last for five.
func TestSwellsAreKnownByTheirService(t *testing.T) {
	shop := learnedShop(t)
	for _, c := range []struct {
		name   string
		before int
		within int // buckets until three times are called
	}{{"none before", 0, 24}, {"three before", 3, 60}} {
		t.Run(c.name, func(t *testing.T) {
			b := shop(t, Options{})
			for i := range c.before {
				b.run(30, line{"shop", detector.LevelInfo, detector.ShapeID(100 + i), 30})
				b.run(600)
			}
			called := 0
			for i := range 120 {
				for _, s := range b.run(1, line{"shop", detector.LevelInfo, 108, 20}) {
					if s.Kind == detector.KindSurge && called == 0 {
						called = i + 1
					}
				}
			}
			if called == 0 || called > c.within || (c.before > 0 && called < 30) {
				t.Errorf("called after %d buckets, want within %d, and after 30 where it had swells", called, c.within)
			}
		})
	}
}

// TestWhatFollowsAStartIsANotice: cold caches after the lines of a start are a notice, errors are a page; as many rare lines at
// different times are no start.
func TestWhatFollowsAStartIsANotice(t *testing.T) {
	// begin logs each of three lines once, apart buckets after each other, or all in one bucket where that is 0.
	begin := func(b *bench, apart int) {
		at := b.bucket()
		for i := range 3 {
			at.Rows = append(at.Rows, detector.Row{
				Series: detector.Series{Class: detector.ClassLine, Service: "shop", Level: detector.LevelInfo, Shape: detector.ShapeID(300 + i)},
				Lines:  1, Bytes: 80,
			})
			if apart == 0 && i < 2 {
				continue
			}
			b.suite.Step(at)
			b.n++
			if apart > 1 {
				b.run(apart - 1)
			}
			at = b.bucket()
		}
	}
	shop := learnedShop(t, func(b *bench) { begin(b, 0) })
	for _, c := range []struct {
		name  string
		apart int
		extra line
		pages bool
	}{
		{"a cold cache after a start", 1, line{"shop", detector.LevelInfo, 100, 20}, false},
		{"after a start within one bucket", 0, line{"shop", detector.LevelInfo, 100, 20}, false},
		{"the same lines at other times", 60, line{"shop", detector.LevelInfo, 100, 20}, true},
		{"errors after a start", 0, line{"shop", detector.LevelError, 201, 40}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := shop(t, Options{})
			begin(b, c.apart)
			pages := len(b.run(60, c.extra)) > 0
			if pages != c.pages {
				t.Errorf("pages: %v, want %v", pages, c.pages)
			}
		})
	}
}
