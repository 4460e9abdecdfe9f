package engine

import (
	"strconv"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/sketch"
	"github.com/tocsin-io/tocsin/detector/template"
)

// What durations cost is bounded: only templates that are logged often have theirs looked at, and of those the first
// values of each bucket.
const (
	busyLines    = 12 // lines of a series in a minute before its durations are taken
	bucketValues = 64 // values of one series in one bucket
	maxDurations = 64 // series of one partition whose durations are taken
	maxKinds     = 3  // durations of one series
)

// durations feeds the durations that lines state, in messages and in fields, to series of their own, in milliseconds.
// It serves one partition.
type durations struct {
	counter *rate.Counter
	learner *template.Learner
	series  []timed // by Ref
	taken   int
	slots   []template.Slot
}

// timed is what is known of the durations of one series.
type timed struct {
	minute int64 // the minute that lines counts
	bucket int64 // the bucket that values counts
	lines  uint16
	values uint16
	state  uint8
}

const (
	unknown uint8 = iota // whether it states durations
	has
	hasNone
)

// line takes the durations of a line that was counted under ref.
func (d *durations) line(ref rate.Ref, at time.Time, ev *detector.Event) {
	if ref == rate.NoRef {
		return
	}
	for int(ref) >= len(d.series) {
		d.series = append(d.series, timed{})
	}
	s := &d.series[ref]
	if s.state == hasNone {
		return
	}
	sec := at.Unix()
	if s.state == unknown {
		if minute := sec / 60; minute != s.minute {
			s.minute, s.lines = minute, 0
		}
		if s.lines++; s.lines < busyLines {
			return
		}
		s.state = hasNone
		if d.taken < maxDurations && d.take(at, ev, false) {
			s.state = has
			d.taken++
		}
	}
	if bucket := sec / int64(rate.Fine/time.Second); bucket != s.bucket {
		s.bucket, s.values = bucket, 0
	}
	if s.state == has && s.values < bucketValues {
		s.values++
		d.take(at, ev, true)
	}
}

// take finds the durations of a line, and counts them if it is told to. It reports whether there are any.
func (d *durations) take(at time.Time, ev *detector.Event, count bool) bool {
	n := 0
	add := func(key string, ms float64) {
		if n++; n <= maxKinds && count {
			s := lineSeries(ev)
			s.Class, s.Key = detector.ClassSlot, key
			if _, sum := d.counter.Observe(s, at, 1, 0, sketch.Quantiles); sum != nil {
				sum.AddNumber(ms)
			}
		}
	}
	for i := range ev.Fields {
		f := &ev.Fields[i]
		scale := durationField(f.Key)
		if scale == 0 {
			continue
		}
		if v, ok := f.Value.Number(); ok && v >= 0 {
			add(f.Key, v*scale)
		}
	}
	d.slots = d.learner.Slots(d.slots[:0])
	for i := range d.slots {
		if s := &d.slots[i]; s.Kind == template.SlotDuration && s.Numeric && s.Value >= 0 {
			add("#"+strconv.Itoa(s.Index), s.Value*1e3)
		}
	}
	return n > 0
}

// durationNames are fields whose numbers are durations although their name states no unit; loggers write milliseconds.
var durationNames = []string{"duration", "latency", "elapsed", "took", "responsetime", "response_time"}

// durationUnits are the endings of names that state a unit, with the milliseconds of one.
var durationUnits = []struct {
	ending string
	ms     float64
}{
	{"_ms", 1},
	{"_msec", 1},
	{"_millis", 1},
	{"Ms", 1},
	{"Millis", 1},
	{"_us", 1e-3},
	{"_micros", 1e-3},
	{"_ns", 1e-6},
	{"_nanos", 1e-6},
	{"_seconds", 1e3},
	{"_secs", 1e3},
	{"_sec", 1e3},
}

// durationField tells whether a field is a duration by its name: the milliseconds of one of its unit, or 0.
func durationField(key string) float64 {
	last := key[strings.LastIndexByte(key, '.')+1:]
	for _, name := range durationNames {
		if strings.EqualFold(last, name) {
			return 1
		}
	}
	for _, u := range durationUnits {
		if strings.HasSuffix(last, u.ending) {
			return u.ms
		}
	}
	return 0
}
