package anomaly

import (
	"math"
	"testing"
)

// TestDepthBelongsToItsHour books excursions of a service and asks what a fall has to pass at noon and at midnight of the
// fifth day.
func TestDepthBelongsToItsHour(t *testing.T) {
	const hour, day = 360, 8640
	type excursion struct {
		day, hour   float64
		depth, full float64
		paged       bool
	}
	const least = .47
	for _, c := range []struct {
		name           string
		past           []excursion
		noon, midnight float64 // times .97^days is left out by the slack
	}{
		{"nothing", nil, least, least},
		{"one counts at all hours", []excursion{{4, 12, .6, 1, false}}, 1.25, .75},
		{"one at the same hour of two days counts there", []excursion{{3, 12, .6, 1, false}, {4, 12.3, .6, .9, false}}, 1.25, least},
		{"a page counts half at its hour", []excursion{{4, 12, .8, 1, true}}, .625, least},
		{"three pages in a few days are a habit", []excursion{{3, 4, .8, 1, true}, {3, 15, .8, 1, true}, {4, 20, .8, 1, true}}, 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var d depth
			for _, e := range c.past {
				n := int64(e.day*day + e.hour*hour)
				d.book(dip{n: n, depth: e.depth, full: e.full, paged: e.paged}, &moment{n: n + 60, day: day, hour: hour})
			}
			for _, at := range []struct {
				name string
				hour float64
				want float64
			}{{"noon", 12, c.noon}, {"midnight", 0, c.midnight}} {
				env := &moment{n: int64(5*day + at.hour*hour), day: day, hour: hour}
				if got := d.bar(least, env); math.Abs(got-at.want) > .1*at.want {
					t.Errorf("the bar at %s is %.2f, want about %.2f", at.name, got, at.want)
				}
			}
		})
	}
}

// TestDepthBooksWhatIsOver: while an excursion lasts it raises no bar, of which it would then be under.
func TestDepthBooksWhatIsOver(t *testing.T) {
	o := Options{}.withDefaults()
	env := &moment{n: 50_000, day: 8640, hour: 360, opt: &o}
	var d depth
	for range 30 {
		d.follow(1.2, 1.3, 0, false, env)
		d.note(1.2)
		env.n++
	}
	if got := d.bar(.47, env); got != .47 {
		t.Fatalf("the bar is %.2f inside the first excursion, want .47", got)
	}
	d.follow(0, 0, 0, false, env)
	if got := d.bar(.47, env); got < 1.5 {
		t.Fatalf("the bar is %.2f after an excursion of 1.3, want 1.6", got)
	}
	d.follow(2.4, 2.5, 0, false, env)
	d.note(2.4)
	env.n++
	d.follow(0, 0, 0, false, env)
	if got := d.bar(.47, env); got < 3 {
		t.Errorf("the bar is %.2f at the hour of a fall to a twelfth, want 3.1", got)
	}
}

// TestTheFirstDayOfAServiceIsNoHabit: what it did then, when nobody knew its day, bars its hour until the second day has passed
// it without another one.
func TestTheFirstDayOfAServiceIsNoHabit(t *testing.T) {
	const hour, day, least = 360, 8640, .47
	o := Options{}.withDefaults()
	for _, c := range []struct {
		name   string
		again  bool
		day    float64
		of     float64 // half hours from noon
		lowest float64
		most   float64
	}{
		{"the next day", false, 1, 0, 1.4, 1.6},
		{"the day after", false, 2, 0, least, least},
		{"the day after, of a habit", true, 2, 0, 1.35, 1.55},
		{"the day after, of a habit, an hour later", true, 2, 2, least, least},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := depth{ripe: 10_000 + day}
			excursion := func(n int64, deep float64) {
				env := &moment{n: n, day: day, hour: hour, opt: &o}
				for range 30 {
					d.follow(deep, deep, 0, false, env)
					d.note(deep)
					env.n++
				}
				d.follow(0, 0, 0, false, env)
			}
			excursion(12_000, 1.2)
			if c.again {
				excursion(12_000+day, .5)
			}
			env := &moment{n: 12_000 + int64(c.day*day+c.of*hour/2), day: day, hour: hour, opt: &o}
			if got := d.bar(least, env); got < c.lowest || got > c.most {
				t.Errorf("the bar is %.2f, want %.2f to %.2f", got, c.lowest, c.most)
			}
		})
	}
}

// TestDepthBooksWhatWasHeldAgainstTheBar: a fall that came within an hour is no record for sudden ones, and what the traffic was under
// before it began is no part of it.
func TestDepthBooksWhatWasHeldAgainstTheBar(t *testing.T) {
	o := Options{}.withDefaults()
	env := &moment{n: 50_000, day: 8640, hour: 360, opt: &o}
	var d depth
	for range 30 {
		d.follow(.7, 1.1, .4, false, env)
		d.note(.3)
		env.n++
	}
	d.follow(0, 0, 0, false, env)
	if got := d.bar(.1, env); math.Abs(got-1.25*.7) > .02 {
		t.Errorf("at its hour the bar is %.2f, want 1.25 times .7", got)
	}
	env.n += 3 * env.hour
	if got := d.bar(.1, env); math.Abs(got-1.25*.3) > .02 {
		t.Errorf("at another hour the bar is %.2f, want 1.25 times .3", got)
	}
}

// TestWhatFollowsAnIncidentCountsAtItsHour: the tail of a fall that was told is no measure for the rest of the day.
func TestWhatFollowsAnIncidentCountsAtItsHour(t *testing.T) {
	o := Options{}.withDefaults()
	for _, c := range []struct {
		beside  bool
		another float64
	}{{false, 1.25 * .8}, {true, .1}} {
		env := &moment{n: 50_000, day: 8640, hour: 360, opt: &o}
		d := depth{beside: c.beside}
		for range 30 {
			d.follow(.8, .9, 0, false, env)
			d.note(.8)
			env.n++
		}
		d.follow(0, 0, 0, false, env)
		if got := d.bar(.1, env); math.Abs(got-1.25*.9) > .02 {
			t.Errorf("beside an incident %v: at its hour the bar is %.2f, want 1.25 times .9", c.beside, got)
		}
		env.n += 3 * env.hour
		if got := d.bar(.1, env); math.Abs(got-c.another) > .02 {
			t.Errorf("beside an incident %v: at another hour the bar is %.2f, want %.2f", c.beside, got, c.another)
		}
	}
}

// TestAFallIsSudden: one whose statistic has stood for over ten minutes is what the traffic does.
func TestAFallIsSudden(t *testing.T) {
	o := Options{}.withDefaults()
	env := &moment{n: 50_000, day: 8640, hour: 360, opt: &o}
	for _, c := range []struct {
		since int64 // buckets
		want  bool
	}{{6, true}, {50, true}, {80, false}} {
		p := partial{lowRun: 6, fall: 60}
		p.down.begin, p.alarmLow.zero = env.n-5, env.n-c.since
		if got := p.fallen(.8, .8, .5, familyBar, env); got != c.want {
			t.Errorf("after %d buckets: fallen %v, want %v", c.since, got, c.want)
		}
	}
}
