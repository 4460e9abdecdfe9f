package incident

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

var start = time.Date(2026, 11, 23, 2, 51, 0, 0, time.UTC)

func service(name string) detector.Series { return detector.Series{Service: name} }

func signal(kind detector.Kind, s detector.Series, observed, expected float64) detector.Signal {
	return detector.Signal{Kind: kind, Series: s, Service: s.Service, Environment: s.Environment, Observed: observed, Expected: expected, Unit: "lines", Window: time.Minute, Score: 20}
}

// play steps a tracker through buckets; signals tells what holds at each.
func play(t *Tracker, buckets int, signals func(i int) []detector.Signal) []detector.Change {
	var out []detector.Change
	for i := range buckets {
		at := start.Add(time.Duration(i+1) * 10 * time.Second)
		held := signals(i)
		for j := range held {
			held[j].At = at
		}
		out = append(out, t.Step(at, held)...)
	}
	return out
}

func events(changes []detector.Change) []detector.ChangeEvent {
	var out []detector.ChangeEvent
	for _, ch := range changes {
		if !ch.Quiet {
			out = append(out, ch.Event)
		}
	}
	return out
}

func between(from, to int, s ...detector.Signal) func(int) []detector.Signal {
	return func(i int) []detector.Signal {
		if i >= from && i < to {
			return append([]detector.Signal(nil), s...)
		}
		return nil
	}
}
