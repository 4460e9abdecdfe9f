package anomaly_test

import (
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/anomaly"
)

// steady steps a suite through hours of a regular service with an error now and then, and a rise of its errors to per
// lines in each of ten buckets at the end. It returns the strongest alarm and the strongest near miss.
func steady(t *testing.T, s *anomaly.Suite, errors uint64) (alarm, near float64) {
	t.Helper()
	const hours = 30
	begin := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	row := func(level detector.Level, shape detector.ShapeID, lines uint64) detector.Row {
		return detector.Row{Series: detector.Series{Service: "a", Level: level, Shape: shape}, Lines: lines, Bytes: 100 * lines}
	}
	n := hours * 360
	for i := range n {
		b := &detector.Bucket{Start: begin.Add(time.Duration(i) * 10 * time.Second), Width: 10 * time.Second}
		for k := range 6 {
			b.Rows = append(b.Rows, row(detector.LevelInfo, detector.ShapeID(10+k), 20+uint64(i*7+k*3)%5))
		}
		switch {
		case i >= n-10:
			b.Rows = append(b.Rows, row(detector.LevelError, 99, errors))
		case i%3 > 0:
			b.Rows = append(b.Rows, row(detector.LevelError, 99, uint64(1+i%2)))
		}
		for _, sig := range s.Step(b) {
			alarm = max(alarm, sig.Strength)
		}
		for _, sig := range s.Near() {
			near = max(near, sig.Strength)
		}
	}
	return alarm, near
}

// TestStrengthTellsWhatOtherSensitivitiesCall: for rises of every size, an alarm's strength under one sensitivity and the
// near misses under a quieter one say which of the three words would have called it.
func TestStrengthTellsWhatOtherSensitivitiesCall(t *testing.T) {
	seen, between := map[bool]int{}, 0
	for errors := uint64(2); errors <= 6; errors++ {
		called := map[anomaly.Sensitivity]bool{}
		strength := map[anomaly.Sensitivity][2]float64{}
		for _, word := range anomaly.Sensitivities() {
			// Young series ask for one and a half times as much; here all are grown up, so that the words alone differ.
			s := anomaly.New(anomaly.Options{Sensitivity: word, Learning: time.Minute, Warm: time.Hour})
			alarm, near := steady(t, s, errors)
			called[word], strength[word] = alarm > 0, [2]float64{alarm, near}
		}
		if called[anomaly.Keen] && !called[anomaly.Quiet] {
			between++
		}
		for _, is := range anomaly.Sensitivities() {
			for _, would := range anomaly.Sensitivities() {
				tells := max(strength[is][0], strength[is][1]) > would.Bar()
				if tells != called[would] {
					t.Errorf("%d errors a bucket: under %s the strength is %v, which says that %s calls it: %v; it does: %v",
						errors, is, strength[is], would, tells, called[would])
				}
				seen[tells]++
			}
		}
	}
	if seen[true] == 0 || seen[false] == 0 || between == 0 {
		t.Errorf("nothing is told apart: %v, %d between keen and quiet", seen, between)
	}
}
