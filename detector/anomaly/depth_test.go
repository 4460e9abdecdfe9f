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
	env := &moment{n: 50_000, day: 8640, hour: 360}
	var d depth
	for range 30 {
		d.follow(1.2, 1.3, false, false, env)
		env.n++
	}
	if got := d.bar(.47, env); got != .47 {
		t.Fatalf("the bar is %.2f inside the first excursion, want .47", got)
	}
	d.follow(0, 0, false, false, env)
	if got := d.bar(.47, env); got < 1.5 {
		t.Fatalf("the bar is %.2f after an excursion of 1.3, want 1.6", got)
	}
}
