package anomaly

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

// TestMoreExcursionsAskForMore: a series of a thousand small excursions a week has some that are twice as large, and these page nobody.
func TestMoreExcursionsAskForMore(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 5))
	var few, many record
	for i := range 1000 {
		peak := float32(excursionFloor + random.ExpFloat64())
		if i < 900 && random.IntN(50) == 0 {
			peak += float32(6 * random.ExpFloat64()) // a clump, about once a day, none today
		}
		many.book(peak, 19, false)
		if i < 10 {
			few.book(peak, 19, false)
		}
	}
	if got := few.bar(); got > 19 {
		t.Errorf("ten small excursions ask for %.0f nats, more than the bar of all", got)
	}
	if got := many.bar(); got < 1.8*float64(many.second) {
		t.Errorf("a thousand with clumps ask for %.0f nats; the second largest was %.0f", got, many.second)
	}
}

// TestAHabitOfItsWeekday: what a service does each Tuesday is no page on the third, though it was one on the first two and goes
// further than any other hour may.
func TestAHabitOfItsWeekday(t *testing.T) {
	const hour, day = 360, 8640
	var d depth
	for _, n := range []int64{1*day + 16*hour, 8*day + 16*hour} {
		d.book(dip{n: n, depth: 1.4, full: 2.1, paged: true}, &moment{n: n + 60, day: day, hour: hour})
	}
	for _, c := range []struct {
		name  string
		n     int64
		least float64
		most  float64
	}{
		{"the third week at that hour", 15*day + 16*hour, 2.1, 3},
		{"the day before at that hour", 14*day + 16*hour, .5, 1.2},
		{"that day at another hour", 15*day + 4*hour, .5, .5},
	} {
		if got := d.bar(.5, &moment{n: c.n, day: day, hour: hour}); got < c.least || got > c.most {
			t.Errorf("%s: the bar is %.2f, want %.1f to %.1f", c.name, got, c.least, c.most)
		}
	}
}

// TestAJobThatWritesForMinutesIsABeat: lines two minutes into each run of a job are no period of it, so that a job that no longer runs
// is told.
func TestAJobThatWritesForMinutesIsABeat(t *testing.T) {
	b := newBench(Options{}, shop()...)
	job := line{"shop", detector.LevelInfo, 300, 9}
	run := func(buckets int, runs bool) (silent []detector.Signal) {
		for range buckets {
			var extra []line
			if at := b.n % 90; runs && (at == 18 || at == 24 || at == 31) {
				extra = []line{job}
			}
			for _, s := range b.suite.Step(b.bucket(extra...)) {
				if s.Series.Shape == job.shape && s.Kind == detector.KindSilence {
					silent = append(silent, s)
				}
			}
			b.n++
		}
		return silent
	}
	if got := run(4*dayBuckets, true); len(got) > 0 {
		t.Fatalf("while it runs it is called silent: %v", got[0])
	}
	if got := run(4*90, false); len(got) == 0 {
		t.Error("it has missed four runs and is not called silent")
	}
}

// TestNothingToComeBackTo: a surge that was called after slow growth leaves no memory of the height that it began at; what is expected
// the next morning is what the service does.
func TestNothingToComeBackTo(t *testing.T) {
	b := newBench(Options{}, shop()...)
	b.run(3 * dayBuckets)
	usual := slices.Clone(b.lines)
	for i := range 4 * 360 {
		for k := range b.lines {
			b.lines[k].rate = usual[k].rate * (1 + 2*float64(i)/(4*360))
		}
		b.run(1)
	}
	for k := range b.lines {
		b.lines[k].rate = usual[k].rate * 9
	}
	b.run(30)
	b.lines = usual
	b.run(12 * 360)
	for _, v := range b.suite.order {
		for _, s := range v.order {
			if s.outlived != 0 && s.prior() > 1.3 {
				t.Errorf("%s: what was normal before is said to be %.1f times what is expected", s.id.shape, s.prior())
			}
		}
	}
}

// TestALineThatIsLostNowAndThenIsNoSilence: a beat of two minutes of which one in three hundred is missing pages nobody for the next one, and
// is told within three periods when it stops.
func TestALineThatIsLostNowAndThenIsNoSilence(t *testing.T) {
	b := newBench(Options{}, shop()...)
	beats := 0
	run := func(buckets int, runs bool) (silent []detector.Signal) {
		for range buckets {
			out := b.bucket()
			if b.n%12 == 5 && runs {
				if beats++; beats%300 != 0 {
					out.Rows = append(out.Rows, detector.Row{Series: detector.Series{Class: detector.ClassLine, Service: "shop", Level: detector.LevelInfo, Shape: 300}, Lines: 1})
				}
			}
			for _, s := range b.suite.Step(out) {
				if s.Series.Shape == 300 && s.Kind == detector.KindSilence {
					silent = append(silent, s)
				}
			}
			b.n++
		}
		return silent
	}
	if got := run(6*dayBuckets, true); len(got) > 0 {
		t.Fatalf("at %s one beat is missing and it is called silent", got[0].At)
	}
	if got := run(3*12, false); len(got) == 0 {
		t.Error("it has missed two beats and is not called silent")
	}
}

// TestErrorsThatGoOnAreNoBurst: what bursts is held against the lines of a burst. Errors that go on for ten minutes as they began count as
// long as they last, those that came at once and are over do not.
func TestErrorsThatGoOnAreNoBurst(t *testing.T) {
	env := &moment{n: 50_000, hour: 360, day: 8640}
	for _, c := range []struct {
		name string
		err  bool
		age  int64
		sum  float32
		mid  float64
		want float64
	}{
		{"twelve in ten minutes", true, 60, 12, .2, 12},
		{"twelve at once, ten minutes ago", true, 60, 12, .06, 1.8},
		{"twelve of which most came now", true, 60, 12, .4, 12},
		{"a few in an hour", true, 360, 20, .06, 1.8},
		{"a job", false, 60, 12, .2, 6},
	} {
		s := &series{err: c.err, mid: c.mid, up: excursion{zero: env.n - c.age, sumX: c.sum}}
		if got := s.burstNow(env.n, env); got < .99*c.want || got > 1.01*c.want {
			t.Errorf("%s: a burst of %.1f lines, want %.1f", c.name, got, c.want)
		}
	}
}

// TestAClockGrowsInSteps: health checks that come half as often again are more hosts, and no ramp; those that come thrice as often are.
func TestAClockGrowsInSteps(t *testing.T) {
	for times, want := range map[float64]bool{1.5: false, 3: true} {
		env := &moment{n: 50_000, hour: 360, day: 8640, opt: &Options{Learning: 1, Warm: 1, Width: width}}
		s := newSeries(templateKey{detector.LevelInfo, 300}, roleTemplate, 0, newService(serviceKey{name: "shop"}, 0))
		s.day, s.dayLevel, s.hourU = &daily{even: 1}, 6, float32(6*times)
		for range 30 {
			env.n += env.minutes(1)
			s.follow(0, 1, env)
		}
		if s.ramp.alarm != want {
			t.Errorf("%.1f times: a ramp %v, want %v", times, s.ramp.alarm, want)
		}
	}
}
