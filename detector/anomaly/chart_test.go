package anomaly

import (
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// A debug switch that makes a level and a template for a minute is not what was expected of the service since yesterday.
func TestNothingIsExpectedOfASeriesInItsFirstHour(t *testing.T) {
	s := New(Options{})
	old := detector.Series{Service: "s", Level: detector.LevelInfo, Shape: 10}
	young := detector.Series{Service: "s", Level: detector.LevelDebug, Shape: 11}
	level := detector.Series{Service: "s", Level: detector.LevelDebug}
	const before = 8640
	now := start
	step := func(k int, rows ...detector.Row) {
		now = start.Add(time.Duration(k) * width)
		s.Step(&detector.Bucket{Start: now, Width: width, Rows: rows})
	}
	for k := range 100 {
		step(k, detector.Row{Series: old, Lines: 100, Bytes: 100})
	}
	if _, _, _, ok := s.BandAt(old, now); ok {
		t.Error("something is expected of a service of a quarter of an hour")
	}
	for k := 100; k < before; k++ {
		step(k, detector.Row{Series: old, Lines: 100, Bytes: 100})
	}
	for k := before; k < before+400; k++ {
		step(k, detector.Row{Series: old, Lines: 100, Bytes: 100}, detector.Row{Series: young, Lines: 5000, Bytes: 5000})
		expected, _, high, ok := s.BandAt(young, now.Add(-6*time.Hour))
		ofLevel, _, _, okLevel := s.BandAt(level, now)
		switch k {
		case before + 6:
			if !ok || !okLevel || expected != 0 || high != 0 || ofLevel != 0 {
				t.Errorf("after a minute %v to %v is expected of a template, %v of its level (%v, %v)", expected, high, ofLevel, ok, okLevel)
			}
		case before + 399:
			if !ok || expected <= 0 || ofLevel <= 0 {
				t.Errorf("after an hour %v is expected of a template, %v of its level", expected, ofLevel)
			}
		}
	}
	if expected, low, _, ok := s.BandAt(old, now); !ok || expected < 50 || low <= 0 {
		t.Errorf("%v, at least %v, is expected of the old one", expected, low)
	}
}
