package engine

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/sketch"
)

// counterSink counts a partition of a log.
type counterSink struct {
	c         *rate.Counter
	clock     Clock
	durations *durations
	fields    *fieldValues
}

func (s counterSink) Line(at time.Time, ev *detector.Event) {
	ref := s.c.Line(at, ev.Service, ev.Environment, ev.Level, ev.Shape, ev.Bytes)
	s.sample(ref, at, ev)
	s.durations.line(ref, at, ev)
	s.fields.line(ref, at, ev)
}

// Secret counts into the bucket that is judged next where the line's own was judged already or has not begun: a secret
// is told at once, whatever the line says of its time. When it was logged stands in its places.
func (s counterSink) Secret(at time.Time, ev *detector.Event, secret *detector.Secret) {
	series, open := secretSeries(ev, secret), at
	if now := s.clock(); open.After(now) {
		open = now
	}
	open = s.c.Open(open)
	ref, sum := s.c.Observe(series, open, 1, uint64(ev.Bytes), sketch.Located)
	if sum != nil {
		locate(sum, at, ev, secret)
	}
	s.sample(ref, at, ev)
}

func locate(sum *sketch.Summary, at time.Time, ev *detector.Event, secret *detector.Secret) {
	p := ev.Position
	sum.Places.Add(p.Topic, p.Partition, p.Offset, at, ev.Host, secret.Fingerprint)
}

func (s counterSink) Skew(at time.Time, ev *detector.Event, off time.Duration) {
	series := skewSeries(ev, off)
	ref, sum := s.c.Observe(series, at, 1, uint64(ev.Bytes), 0)
	if sum != nil {
		sum.AddNumber(off.Seconds())
	}
	s.sample(ref, at, ev)
}

func (s counterSink) Hit(at time.Time, ev *detector.Event, h *detector.Hit) {
	lines, bytes := uint64(1), uint64(ev.Bytes)
	if h.Whole {
		lines, bytes = 0, 0
	}
	var ref rate.Ref
	if h.Summary {
		var sum *sketch.Summary
		if ref, sum = s.c.Observe(h.Series, at, lines, bytes, h.Parts); sum != nil {
			h.AddTo(sum)
		}
	} else {
		ref = s.c.Hit(h.Series, at, lines, bytes)
	}
	if !h.Whole {
		s.sample(ref, at, ev)
	}
}

// Tally counts lines that have the same hits.
func (s counterSink) Tally(hits []detector.Hit) detector.Tally {
	return &sampledTally{Tally: s.c.Tally(hits), sink: s}
}

// sampledTally is a rate.Tally of which lines are sampled.
type sampledTally struct {
	*rate.Tally
	sink counterSink
}

func (t *sampledTally) Line(ev *detector.Event) {
	if t.Tally.Line(ev.Time, uint64(ev.Bytes)) {
		for ref := range t.Refs {
			t.sink.sample(ref, ev.Time, ev)
		}
	}
}

// sample keeps the line as one that shows what its series counts, if one is wanted.
func (s counterSink) sample(ref rate.Ref, at time.Time, ev *detector.Event) {
	if s.c.WantSample(ref, at) {
		s.c.AddSample(ref, sampleOf(at, ev))
	}
}

func secretSeries(ev *detector.Event, s *detector.Secret) detector.Series {
	return detector.Series{
		Class: detector.ClassSecret, Service: ev.Service, Environment: ev.Environment, Name: s.Kind, Key: s.Key,
	}
}

func skewSeries(ev *detector.Event, off time.Duration) detector.Series {
	way := "ahead"
	if off < 0 {
		way = "behind"
	}
	return detector.Series{
		Class: detector.ClassSkew, Service: ev.Service, Environment: ev.Environment, Name: way, Key: ev.Host,
	}
}

func lineSeries(ev *detector.Event) detector.Series {
	return detector.Series{
		Class: detector.ClassLine, Level: ev.Level, Shape: ev.Shape, Service: ev.Service, Environment: ev.Environment,
	}
}

func sampleOf(at time.Time, ev *detector.Event) detector.Sample {
	return detector.Sample{
		Time: at, Service: ev.Service, Host: ev.Host, Level: ev.Level, Text: string(rate.Cut(ev.Message, rate.MaxSampleText)), Template: ev.Template,
		Shape: ev.Shape, Position: ev.Position,
	}
}
