package anomaly

import (
	"math"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// TestOutlinesSayWhatBandsDo compares them over the day for services that know one, that borrow one and that have none, for their
// levels, and for frequent, rare and young templates.
func TestOutlinesSayWhatBandsDo(t *testing.T) {
	s := New(Options{})
	const days = 2
	last := start.Add(days * 24 * time.Hour)
	for at := start; at.Before(last); at = at.Add(width) {
		s.Step(&detector.Bucket{Start: at, Width: width, Rows: outlineRows(at, last)})
	}
	known, shaped, young := 0, 0, 0
	s.Outlines(true, func(o detector.Outline) {
		known++
		if len(o.Day) > 0 {
			shaped++
		}
		if o.Level == 0 {
			young++
		}
		for at := last.Add(-25 * time.Hour); at.Before(last); at = at.Add(7 * time.Minute).Truncate(width) {
			e, l, h, ok := s.BandAt(o.Series, at)
			oe, ol, oh := o.At(at)
			if !ok || math.Abs(e-oe) > 1e-4*(1+e) || math.Abs(l-ol) > 1e-3*(1+e) || math.Abs(h-oh) > 1e-3*(1+e) {
				t.Fatalf("%+v at %s: %v, %v to %v (%v); the outline says %v, %v to %v", o.Series, at, e, l, h, ok, oe, ol, oh)
			}
		}
	})
	if known < 40 || shaped < 30 || young != 2 {
		t.Errorf("%d outlines, %d with a day, %d too young: want over 40, over 30 and 2", known, shaped, young)
	}
	sums := 0
	s.Outlines(false, func(o detector.Outline) {
		sums++
		if o.Series.Shape != 0 || o.Series.Service == "" {
			t.Errorf("%+v is no sum of a service", o.Series)
		}
	})
	if sums != 3*7+1 {
		t.Errorf("%d sums", sums)
	}
	b, err := s.AppendState(nil)
	restored := New(Options{})
	if err == nil {
		err = restored.Restore(b)
	}
	if err != nil {
		t.Fatal(err)
	}
	all := 0
	restored.Outlines(true, func(detector.Outline) { all++ })
	if all != known {
		t.Errorf("%d outlines of the state, %d of what it was written of", all, known)
	}
}

// outlineRows are seven services with a day, the last of which was born half a day before the end, and one of a quarter of an hour. The
// first has a template and a level since half an hour.
func outlineRows(at, last time.Time) []detector.Row {
	var rows []detector.Row
	n := int(at.Unix() / 10)
	add := func(service string, level detector.Level, shape detector.ShapeID, lines float64) {
		if lines >= 1 {
			rows = append(rows, detector.Row{Series: detector.Series{Service: service, Level: level, Shape: shape}, Lines: uint64(lines), Bytes: 100 * uint64(lines)})
		}
	}
	daily := 1 + .6*math.Sin(2*math.Pi*float64(n%8640)/8640)
	for k := range 7 {
		service := string(rune('a' + k))
		if k == 6 && last.Sub(at) > 12*time.Hour {
			continue
		}
		for j := range 5 {
			add(service, detector.LevelInfo, detector.ShapeID(100+j), daily*float64(20+3*j+(n+j+k)%5))
		}
		if n%360 == k {
			add(service, detector.LevelError, 200, 1)
		}
	}
	if last.Sub(at) <= 30*time.Minute {
		add("a", detector.LevelWarn, 300, 5)
	}
	if last.Sub(at) <= 15*time.Minute {
		add("new", detector.LevelInfo, 100, 50)
	}
	return rows
}
