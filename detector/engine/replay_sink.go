package engine

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/sketch"
)

// replaySink counts a log into a Replay.
type replaySink struct {
	r      *Replay
	fields *fieldValues
}

func newReplaySink(r *Replay) replaySink { return replaySink{r, newFieldValues(r.fields)} }

func (s replaySink) Line(at time.Time, ev *detector.Event) {
	series := lineSeries(ev)
	number := s.r.series.number(series)
	s.r.add(series, number, at, 1, uint64(ev.Bytes))
	s.sample(number, at, ev)
	if number != noNumber {
		s.fields.line(rate.Ref(number), at, ev)
	}
}

func (s replaySink) Secret(at time.Time, ev *detector.Event, secret *detector.Secret) {
	open := at
	if open.Before(s.r.next) {
		open = s.r.next
	}
	series := secretSeries(ev, secret)
	number := s.r.series.number(series)
	row := s.r.add(series, number, open, 1, uint64(ev.Bytes))
	if sum := observe(row, sketch.Located); sum != nil {
		locate(sum, at, ev, secret)
	}
	s.sample(number, at, ev)
}

func (s replaySink) Skew(at time.Time, ev *detector.Event, off time.Duration) {
	series := skewSeries(ev, off)
	number := s.r.series.number(series)
	row := s.r.add(series, number, at, 1, uint64(ev.Bytes))
	s.sample(number, at, ev)
	if row == nil {
		return
	}
	if sum := observe(row, 0); sum != nil {
		sum.AddNumber(off.Seconds())
	}
}

func (s replaySink) Hit(at time.Time, ev *detector.Event, h *detector.Hit) {
	lines, bytes := uint64(1), uint64(ev.Bytes)
	if h.Whole {
		lines, bytes = 0, 0
	}
	number := s.r.series.number(h.Series)
	row := s.r.add(h.Series, number, at, lines, bytes)
	if lines > 0 {
		s.sample(number, at, ev)
	}
	if row == nil || !h.Summary {
		return
	}
	if sum := observe(row, h.Parts); sum != nil {
		h.AddTo(sum)
	}
}

func (s replaySink) sample(number int32, at time.Time, ev *detector.Event) {
	if s.r.wantSample(number, at) {
		s.r.keepSample(number, sampleOf(at, ev))
	}
}
