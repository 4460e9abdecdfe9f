package anomaly

import (
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// TestAFallIsHeldAgainstTheMinutesBeforeIt: a service of two lines a bucket that falls to a quarter needs minutes to tell of it, and the factor's
// own mean, which follows within ten, takes nothing from what speaks for it. What has stood for longer is a level.
func TestAFallIsHeldAgainstTheMinutesBeforeIt(t *testing.T) {
	o := Options{}.withDefaults()
	env := &moment{n: 50_000, day: 8640, hour: 360, opt: &o}
	f := factor{x: .5, mu: 2}
	var p partial
	p.alarmLow.zero = env.n
	for i := range 45 {
		f.mean -= (1.4 + f.mean) / slowFactor
		env.n++
		p.move(&f, 20, env)
		if i == 0 && p.low != f.mean {
			t.Error("it is not held against the mean as it began")
		}
	}
	if fewer*p.fall < familyBar {
		t.Errorf("after seven minutes %.0f nats speak for the fall, want over %.0f", fewer*p.fall, float64(familyBar))
	}
	env.n += 60
	if p.move(&f, 20, env); p.low != f.mean {
		t.Errorf("after a quarter of an hour it is held against %.2f, want what the factor has, %.2f", p.low, f.mean)
	}
}

// TestClocksGoOnWhileTrafficFalls: a heartbeat and a health check are two thirds of the lines of a service at night; what its traffic does shows in
// the rest.
func TestClocksGoOnWhileTrafficFalls(t *testing.T) {
	v := newService(serviceKey{name: "shop"}, 0)
	env := &moment{n: 50_000, hour: 360, day: 8640, space: &space{}}
	add := func(id detector.ShapeID, x, mu float64) *series {
		s := newSeries(templateKey{detector.LevelInfo, id}, roleTemplate, 0, v)
		s.x, s.mu = x, mu
		v.active = append(v.active, s)
		return s
	}
	add(100, 0, 1)
	add(101, 1, 1)
	beat := add(200, 1, 1)
	beat.gaps.beats, beat.gaps.period = 200, 6
	check := add(201, 3, 3)
	check.day = &daily{even: .4}
	if v.factor.find(v, env); v.factor.x != 1 || v.factor.mu != 2 {
		t.Errorf("traffic is %.0f lines of %.0f, want 1 of 2", v.factor.x, v.factor.mu)
	}
}

// TestASlotThatWasAnAlarmIsLearnedOnTheSecondDay: the first bucket of an alarm closes the slot before it, and that is no habit.
func TestASlotThatWasAnAlarmIsLearnedOnTheSecondDay(t *testing.T) {
	var d daily
	for day := range int64(3) {
		for slot := day*slots + 1; slot <= (day+1)*slots; slot++ {
			for range 90 {
				if at := slot % slots; at != 8 && at != 9 {
					d.add(slot, 1, 90)
				} else if learned := d.tell(slot, 40, 90); learned != (day > 0 && at == 9 && d.toldCount == 1) {
					t.Fatalf("day %d, slot %d, after %.0f buckets of it: learned %v", day, at, d.toldCount, learned)
				}
			}
		}
	}
}

// TestTheReturnOfATemplateIsNoGrowth: a template that was silent for five hours comes back to what it was; the day that its silence has made
// small is not what it is held against.
func TestTheReturnOfATemplateIsNoGrowth(t *testing.T) {
	for _, rate := range []float64{.8, 4} {
		b := newBench(Options{}, append(shop(), line{"shop", detector.LevelInfo, 300, rate})...)
		b.run(3 * dayBuckets)
		of := len(b.lines) - 1
		b.lines[of].rate = 0
		one(t, b.run(5*360), detector.KindSilence)
		b.lines[of].rate = rate
		for _, s := range b.run(dayBuckets) {
			t.Errorf("after the return to %.1f, at %s: %s of %s, %.0f, expected %.0f", rate, s.At, s.Kind, s.Series.Shape, s.Observed, s.Expected)
		}
	}
}

// TestAFallDoesNotWidenItsScale: what the blocks of a fall deviate by counts when it is over, and not at all where it paged.
func TestAFallDoesNotWidenItsScale(t *testing.T) {
	for _, paged := range []bool{false, true} {
		o := Options{}.withDefaults()
		env := &moment{n: 50_000, hour: 360, day: 8640, slot: 90, per: 1, opt: &o}
		env.weigh()
		v := newService(serviceKey{name: "shop"}, 0)
		s := newSeries(templateKey{detector.LevelInfo, 100}, roleTemplate, 0, v)
		s.r, s.blocks, s.down.on, s.down.paged = 20, 60, true, paged
		for range 600 {
			s.x = 1
			s.block(4, env)
		}
		if s.scale != 1 || s.wander < 2 {
			t.Fatalf("while it lasts the scale is %.1f, and %.1f is held", s.scale, s.wander)
		}
		held := s.wander
		s.bookFall(env.n, familyBar, env)
		if want := map[bool]float32{false: held, true: 1}[paged]; s.scale != want || s.wander != want {
			t.Errorf("paged %v: when it is over the scale is %.1f, want %.1f", paged, s.scale, want)
		}
	}
}

// TestAMinuteOfAFewLinesIsNoRecovery: a template of few lines that has fallen to a third has minutes with two thirds of them, and what speaks
// for the fall stands; it is over when five minutes say so.
func TestAMinuteOfAFewLinesIsNoRecovery(t *testing.T) {
	for mid, stands := range map[float64]bool{.4: true, .8: false} {
		b := newBench(Options{}, append(shop(), line{"shop", detector.LevelInfo, 300, 2})...)
		b.run(dayBuckets)
		s := b.suite.order[0].templates[templateKey{detector.LevelInfo, 300}]
		env := b.suite.moment(start.Add(time.Duration(b.n)*width), b.suite.last)
		s.bank.down = [3]float32{30, 20, 10}
		s.down.on, s.down.zero, s.down.sumX, s.down.sumM = true, env.n-40, 30, 80
		s.x, s.fast, s.mid = 1, s.mu*.9, s.midM*mid
		s.judgeFall(env.n, 1, familyBar, env)
		if got := s.bank.down[0] > 20; got != stands {
			t.Errorf("at %.1f of the usual for five minutes %.0f nats speak for the fall, and stand: %v", mid, s.bank.down[0], got)
		}
	}
}
