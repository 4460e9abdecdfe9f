package incident

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
)

// TestWhatFillsIsToldOnceMore: a flood that is called with its first lines grows from look to look, and says so once, when its bucket is judged.
// The call is of the same id as that of the whole bucket would be.
func TestWhatFillsIsToldOnceMore(t *testing.T) {
	lines := func(x float64, at time.Time, early bool) []detector.Signal {
		s := signal(detector.KindErrorSpike, detector.Series{Service: "a", Level: detector.LevelError}, x, 1)
		s.At, s.Onset, s.Window, s.Early = at, start, 10*time.Second, early
		return []detector.Signal{s}
	}
	tr := New(Options{})
	var got []detector.Change
	for i, x := range []float64{100, 400, 1600, 6400} {
		at := start.Add(time.Duration(2000+500*i) * time.Millisecond)
		got = append(got, tr.Early(at, lines(x, at, true))...)
	}
	end := start.Add(10 * time.Second)
	got = append(got, tr.Step(end, lines(20_000, end, false))...)
	if diff := cmp.Diff([]detector.ChangeEvent{detector.ChangeOpened, detector.ChangeUpdated}, events(got)); diff != "" {
		t.Errorf("it is told (-want +got):\n%s", diff)
	}
	if in := got[0].Incident; !Early(in, 10*time.Second) || !in.OpenedAt.Equal(start.Add(2*time.Second)) {
		t.Errorf("opened at %s, early: %v", in.OpenedAt, Early(in, 10*time.Second))
	}
	whole := New(Options{}).Step(end, lines(20_000, end, false))[0].Incident
	if whole.ID != got[0].Incident.ID || Early(whole, 10*time.Second) {
		t.Errorf("judged with its bucket it is %s, early: %v, want %s", whole.ID, Early(whole, 10*time.Second), got[0].Incident.ID)
	}
}
