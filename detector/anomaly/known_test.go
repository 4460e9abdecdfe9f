package anomaly

import (
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// lineAt logs one line of a template in the buckets that are named, counted from now, and tells whether kind is called of it in so many.
func (b *bench) lineAt(l line, kind detector.Kind, buckets int, at func(i int) bool) (called bool) {
	for i := range buckets {
		bucket := b.bucket()
		if at(i) {
			bucket.Rows = append(bucket.Rows, detector.Row{
				Series: detector.Series{Class: detector.ClassLine, Service: l.service, Level: l.level, Shape: l.shape}, Lines: 1, Bytes: 100,
			})
		}
		for _, s := range b.suite.Step(bucket) {
			called = called || s.Kind == kind && s.Series.Shape == l.shape
		}
		b.n++
	}
	return called
}

// TestThreeLinesWithinAMinuteAreOneFailure: what fails once is tried again within a minute; a new error is what goes on.
func TestThreeLinesWithinAMinuteAreOneFailure(t *testing.T) {
	shop := learnedShop(t)
	for _, c := range []struct {
		name string
		at   []int
		want bool
	}{
		{"three within a minute", []int{0, 4, 5}, false},
		{"a fourth", []int{0, 4, 5, 9}, true},
		{"three over more than a minute", []int{0, 4, 8}, true},
	} {
		b := shop(t, Options{})
		got := b.lineAt(line{"shop", detector.LevelError, 900, 1}, detector.KindNewError, 60, func(i int) bool {
			for _, at := range c.at {
				if i == at {
					return true
				}
			}
			return false
		})
		if got != c.want {
			t.Errorf("%s: called is %v, want %v", c.name, got, c.want)
		}
	}
}

// TestTheNightAfterTheFirstDayIsNoSilence: of a poll that was heard for half a day nobody knows that it does not rest at night.
func TestTheNightAfterTheFirstDayIsNoSilence(t *testing.T) {
	const hour = 360
	for _, c := range []struct {
		name  string
		hours int
		want  bool
	}{{"half a day", 12, false}, {"a day and a quarter", 30, true}} {
		b := newBench(Options{}, shop()...)
		b.run(dayBuckets + 8*hour)
		poll := line{"shop", detector.LevelInfo, 300, 1}
		if b.lineAt(poll, detector.KindSilence, c.hours*hour, func(i int) bool { return i%60 == 0 }) {
			t.Fatalf("%s: it is called silent while it is heard", c.name)
		}
		if got := b.lineAt(poll, detector.KindSilence, 14*hour, func(int) bool { return false }); got != c.want {
			t.Errorf("heard for %s: its silence is called: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestARiseIsNoNatureOfTheSeriesWhileItLasts: the lines of a rise are most of what a rare template had in two days. That it comes in bursts is
// known once the rise is over, or was called.
func TestARiseIsNoNatureOfTheSeriesWhileItLasts(t *testing.T) {
	b := newBench(Options{}, append(shop(), line{"shop", detector.LevelInfo, 300, .05})...)
	b.run(dayBuckets)
	n := b.suite.last + 1
	for _, c := range []struct {
		name string
		up   excursion
		wild bool
	}{
		{"while it lasts", excursion{on: true, zero: n - 9}, false},
		{"once it was called", excursion{on: true, zero: n - 9, began: n - 3}, true},
		{"once it is over", excursion{zero: n - 1}, true},
	} {
		s := *b.suite.order[0].templates[templateKey{detector.LevelInfo, 300}]
		s.wild, s.share, s.up = false, s.volume, c.up
		s.observe(n, 1, 0, b.suite.moment(start.Add(time.Duration(b.n)*width), n))
		if s.wild != c.wild {
			t.Errorf("%s: it comes in bursts: %v, want %v", c.name, s.wild, c.wild)
		}
	}
}

// TestWhatGoesUpForHoursInTheFirstDayIsNoHabit: see untold.
func TestWhatGoesUpForHoursInTheFirstDayIsNoHabit(t *testing.T) {
	const hour = 360
	env := New(Options{}).moment(start, 10*hour)
	for _, c := range []struct {
		name             string
		filled, quarters float32
		lasted, born     int64
		want             bool
	}{
		{"always logs", 3000, 40, 60, 0, true},
		{"rare, in most quarters of an hour, for hours", 200, 36, 2 * hour, 0, true},
		{"rare, in most quarters of an hour, for minutes", 200, 36, 60, 0, false},
		{"a job of two hours", 700, 8, 2 * hour, 0, false},
		{"on another day", 3000, 40, 2 * hour, -dayBuckets, false},
	} {
		s := newSeries(templateKey{}, roleTemplate, 0, &service{born: c.born})
		s.filled, s.quarters = c.filled, c.quarters
		if got := s.untold(&excursion{zero: env.n - c.lasted}, env.n, env); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestWhatWandersForHoursAddsUpToNothing: a line in 150 seconds where one in twelve minutes is expected is evidence that forgets; ten times is
// called within minutes.
func TestWhatWandersForHoursAddsUpToNothing(t *testing.T) {
	const m, r = .014, 2.4
	for _, c := range []struct {
		name           string
		every, buckets int
		least, most    float64
	}{{"five times for two hours", 15, 720, 3, .7 * familyBar}, {"twelve times for half an hour", 6, 180, familyBar, maxNats}} {
		var b bank
		for i := range c.buckets {
			x := 0.
			if i%c.every == 0 {
				x = 1
			}
			b.rise(x, m, r)
		}
		if u, _ := b.upward(1, 0, false); u < c.least || u > c.most {
			t.Errorf("%s: %.1f nats, want %.1f to %.1f", c.name, u, c.least, c.most)
		}
	}
}

// TestEvidenceOfSumsCountsLess: what has taken long is divided by the scale of sums, what is sixteen times is not.
func TestEvidenceOfSumsCountsLess(t *testing.T) {
	slow, fast := bank{up: [5]float32{0, 0, 30, 4, 0}}, bank{up: [5]float32{0, 0, 30, 28, 0}}
	if got := slow.lasting(2, 0); got != 15 {
		t.Errorf("30 nats of four times at a scale of 2 count %v, want 15", got)
	}
	if got := fast.lasting(2, 0); got != 28 {
		t.Errorf("28 nats of sixteen times count %v, want 28", got)
	}
}

// TestARiseDoesNotWidenItsScale: of what follows its service; for half an hour.
func TestARiseDoesNotWidenItsScale(t *testing.T) {
	env := New(Options{}).moment(start, 10000)
	for _, c := range []struct {
		name string
		up   excursion
		day  *daily
		held bool
	}{
		{"while it lasts", excursion{on: true, zero: 9950}, nil, true},
		{"after half an hour", excursion{on: true, zero: 9800}, nil, false},
		{"with a clock of its own", excursion{on: true, zero: 9950}, &daily{even: 1}, false},
		{"without a rise", excursion{zero: 9999}, nil, false},
	} {
		s := newSeries(templateKey{level: detector.LevelInfo}, roleTemplate, 0, &service{})
		s.up, s.day, s.r, s.x, s.blockN, s.blockX, s.blockM = c.up, c.day, 20, 3, 29, 90, 30
		s.block(1, env)
		if held := s.scale == 1; held != c.held || s.wander <= 1 {
			t.Errorf("%s: the scale is %.2f of %.2f", c.name, s.scale, s.wander)
		}
	}
}

// TestAFallToAThirdIsToldFromDrift: a third of the lines for half an hour weighs more than the bar where the scale is 1.3, two thirds for hours nothing
// that would count.
func TestAFallToAThirdIsToldFromDrift(t *testing.T) {
	const scale = 1.3
	for _, c := range []struct {
		name        string
		every       int // of so many buckets one has two lines, where one line a bucket is expected
		buckets     int
		least, most float64
	}{{"a third", 6, 180, familyBar, maxNats}, {"two thirds", 3, 1080, 0, .5 * familyBar}} {
		var b bank
		for i := range c.buckets {
			x := 0.
			if i%c.every == 0 {
				x = 2
			}
			b.fall(x, 1, 20)
		}
		if u := b.downward(scale); u < c.least || u > c.most {
			t.Errorf("%s: %.1f nats, want %.1f to %.1f", c.name, u, c.least, c.most)
		}
	}
}

// TestALineInManyBucketsIsNoBurst: of a template that is bursty by single buckets ten times its lines, one or two a bucket, are called.
func TestALineInManyBucketsIsNoBurst(t *testing.T) {
	env := New(Options{}).moment(start, 20000)
	for _, c := range []struct {
		name     string
		quarters float32
		often    float32
		lasted   int64
		want     bool
	}{
		{"for ten minutes", 190, 40, 60, true},
		{"for two minutes", 190, 40, 12, false},
		{"no more buckets than ever", 190, 24, 60, false},
		{"a job", 60, 40, 60, false},
	} {
		s := newSeries(templateKey{level: detector.LevelInfo}, roleTemplate, env.n-2*dayBuckets, &service{})
		s.quarters, s.bank.often, s.up.zero = c.quarters, c.often, env.n-c.lasted
		s.rises = record{n: 40, total: 40, second: 12}
		if got := s.keepsOn(env.n, true, env); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
