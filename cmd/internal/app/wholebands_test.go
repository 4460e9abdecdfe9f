package app

import (
	"context"
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/engine"
)

// hourly expects of each service a tenth of the minute of the day in a bucket, give or take a unit, and nothing of those it does not know.
type hourly struct {
	unknown map[string]bool
}

func (h hourly) Bands(_ context.Context, dst []engine.Band, s detector.Series, at []time.Time) ([]engine.Band, bool, error) {
	if h.unknown[s.Service] {
		return dst, false, nil
	}
	for _, t := range at {
		e := 100 + t.Sub(t.Truncate(24*time.Hour)).Minutes()/10
		dst = append(dst, engine.Band{Expected: e, Low: e - 1, High: e + 1})
	}
	return dst, true, nil
}

// TestTheBandOfAllServices is the sum of those of each, and is left out where much of it is not known.
func TestTheBandOfAllServices(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	rows := []dashboards.Template{
		{ID: 1, Service: "a", Level: detector.LevelInfo, Lines: 1000},
		{ID: 2, Service: "b", Level: detector.LevelInfo, Lines: 1000},
		{ID: 3, Service: "new", Level: detector.LevelInfo, Lines: 15},
		{ID: 4, Service: "a", Level: detector.LevelError, Lines: 10},
		{ID: 5, Service: "new", Level: detector.LevelError, Lines: 5},
	}
	cat := &catalogue{}
	cat.listing = kept[*listing]{now: func() time.Time { return now }, made: 2, madeAt: now, value: newListing(rows, now, nil)}
	lines := func() *dashboards.CountLines {
		out := &dashboards.CountLines{Start: now.Add(-6 * time.Hour), Step: 5 * time.Minute}
		for _, level := range []detector.Level{detector.LevelInfo, detector.LevelError} {
			out.Lines = append(out.Lines, dashboards.CountLine{Level: level, Observed: make([]*float64, 72)})
		}
		return out
	}

	out := lines()
	w := newWholeBands(cat, hourly{unknown: map[string]bool{"new": true}})
	if err := w.set(t.Context(), out); err != nil {
		t.Fatal(err)
	}
	info := out.Lines[0]
	if len(info.Expected) != 72 {
		t.Fatalf("%d points", len(info.Expected))
	}
	for i, got := range info.Expected {
		at := out.Start.Add(time.Duration(i) * out.Step)
		want := 2 * 30 * (100 + at.Sub(at.Truncate(24*time.Hour)).Minutes()/10) // 30 buckets of two services
		if wide := max(want/10, math.Sqrt2*math.Sqrt(30)); math.Abs(got-want) > 1e-6 || math.Abs(info.High[i]-want-wide) > 1e-6 || math.Abs(want-wide-info.Low[i]) > 1e-6 {
			t.Fatalf("%s: %v, %v to %v, want %v and %v to each side", at, got, info.Low[i], info.High[i], want, wide)
		}
	}
	if out.Lines[1].Expected != nil {
		t.Error("a third of the errors is of a service of which nothing is expected, and they have a band")
	}
}

// BenchmarkTheBandOfAllServices is of 10,000 services with three levels over six hours, but for what a detector takes for each band.
func BenchmarkTheBandOfAllServices(b *testing.B) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	var rows []dashboards.Template
	for i := range 10_000 {
		for _, level := range []detector.Level{detector.LevelInfo, detector.LevelWarn, detector.LevelError} {
			rows = append(rows, dashboards.Template{ID: detector.ShapeID(i), Service: strconv.Itoa(i), Level: level, Lines: 100})
		}
	}
	cat := &catalogue{}
	cat.listing = kept[*listing]{now: func() time.Time { return now }, made: 2, madeAt: now, value: newListing(rows, now, nil)}
	w := newWholeBands(cat, hourly{})
	for b.Loop() {
		if _, err := w.add(b.Context(), gridOf(now.Add(-6*time.Hour), now, 2*time.Minute)); err != nil {
			b.Fatal(err)
		}
	}
}
