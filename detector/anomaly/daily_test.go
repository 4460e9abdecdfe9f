package anomaly

import (
	"math"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

// TestAPartOfASlotIsNoSlot: a template that is born, or a service that restarts, shortly before a slot ends says little of it.
func TestAPartOfASlotIsNoSlot(t *testing.T) {
	const whole = 90
	for _, c := range []struct {
		name    string
		days    [][2]float64 // buckets of the slot that were counted, and lines in each
		want    float64
		unknown bool
	}{
		{"a few buckets of the first day", [][2]float64{{5, 0}}, 0, true},
		{"half of it", [][2]float64{{45, 4}}, 4, false},
		{"a few buckets, then a day", [][2]float64{{5, 0}, {90, 10}}, 10, false},
		{"a day, then a few buckets", [][2]float64{{90, 10}, {9, 0}}, 9.7, false},
		{"two days", [][2]float64{{90, 10}, {90, 20}}, 13, false},
	} {
		var d daily
		for day, part := range c.days {
			slot := int64(slots*(day+1) + 7)
			for range int(part[0]) {
				d.add(slot, part[1], whole)
			}
			d.add(slot+1, 0, whole)
		}
		got := d.rate[7]
		if (got == 0) != c.unknown {
			t.Errorf("%s: known is %v", c.name, got != 0)
		}
		if !c.unknown && math.Abs(unpack(got)-c.want) > .01*c.want {
			t.Errorf("%s: %.3f, want %.3f", c.name, unpack(got), c.want)
		}
	}
}

// TestANightlyJobThatWasBornByDay: a template that is born by day and floods each night pages on the first nights, and is known by the
// fourth; the day of another one, that floods once, is what it was.
func TestANightlyJobThatWasBornByDay(t *testing.T) {
	for _, c := range []struct {
		name   string
		nights int
		last   bool // the last of them pages
	}{{"one", 1, true}, {"four", 4, false}} {
		b := newBench(Options{}, shop()...)
		b.run(dayBuckets + 4000)
		b.lines = append(b.lines, line{"shop", detector.LevelInfo, 300, .4})
		b.run(dayBuckets - 4000)
		paged := false
		for range c.nights {
			b.lines[len(b.lines)-1].rate = 40
			paged = false
			for _, s := range b.run(2 * 360) {
				paged = paged || s.Series.Shape == 300
			}
			b.lines[len(b.lines)-1].rate = .4
			b.run(22 * 360)
		}
		if paged != c.last {
			t.Errorf("night %s: it pages: %v", c.name, paged)
		}
		day := b.suite.order[0].templates[templateKey{detector.LevelInfo, 300}].day
		if got := unpack(day.rate[4]); (got > 20) != (c.nights > 1) {
			t.Errorf("after %s: the profile expects %.1f lines a bucket at night", c.name, got)
		}
	}
}
