package anomaly_test

import (
	"math"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/anomaly"
)

// office is a service of three templates that follow the day, and of an error now and then; one floods from bucket flood on.
func office(flood int) func() *detector.Bucket {
	random := rand.New(rand.NewPCG(7, 11))
	start, n := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), 0
	return func() *detector.Bucket {
		b := &detector.Bucket{Start: start.Add(time.Duration(n) * 10 * time.Second), Width: 10 * time.Second}
		day := 1 + .6*math.Sin(2*math.Pi*float64(n)/8640)
		for i := range 3 {
			lines := int(float64(4+3*i)*day) + random.IntN(4)
			if i == 1 && n >= flood {
				lines *= 8
			}
			b.Rows = append(b.Rows, row(detector.LevelInfo, i, lines))
		}
		if n%61 == 0 {
			b.Rows = append(b.Rows, row(detector.LevelError, 9, 1))
		}
		n++
		return b
	}
}

func row(level detector.Level, shape, lines int) detector.Row {
	return detector.Row{
		Series: detector.Series{Service: "office", Level: level, Shape: detector.ShapeID(shape + 1)},
		Lines:  uint64(lines), Bytes: uint64(80 * lines),
	}
}

// firstSignal steps to the flood and returns the first signal.
func firstSignal(t *testing.T, s *anomaly.Suite, next func() *detector.Bucket) detector.Signal {
	t.Helper()
	for range 300 {
		if said := s.Step(next()); len(said) > 0 {
			return said[0]
		}
	}
	t.Fatal("the flood was not found")
	return detector.Signal{}
}

const officeDays = 8640 + 2500

// TestStateOfVersion3 restores what version 3 wrote after officeDays buckets of an office: it calls what a suite
// calls that learned by itself.
func TestStateOfVersion3(t *testing.T) {
	state, err := os.ReadFile("testdata/state-3.bin")
	if err != nil {
		t.Fatal(err)
	}
	next, again := office(officeDays+100), office(officeDays+100)
	learned, restored := anomaly.New(anomaly.Options{}), anomaly.New(anomaly.Options{})
	for range officeDays {
		learned.Step(next())
		again()
	}
	if err := restored.Restore(state); err != nil {
		t.Fatal(err)
	}
	if got, want := restored.Series(), learned.Series(); got != want {
		t.Errorf("%d series were restored, want %d", got, want)
	}
	want, got := firstSignal(t, learned, next), firstSignal(t, restored, again)
	if got.Kind != want.Kind || got.Series != want.Series || !got.At.Equal(want.At) || !got.Onset.Equal(want.Onset) {
		t.Errorf("the restored suite calls %s of %v at %s since %s, the one that learned %s of %v at %s since %s",
			got.Kind, got.Series, got.At, got.Onset, want.Kind, want.Series, want.At, want.Onset)
	}
	if math.Abs(got.Expected-want.Expected) > .01*want.Expected {
		t.Errorf("the restored suite expects %g, the one that learned %g", got.Expected, want.Expected)
	}
}
