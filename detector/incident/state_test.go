package incident

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
)

// Whatever the signals, a tracker that is saved and restored on the way gives the same changes as one that is not.
func TestStateHoldsEverything(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	kinds := []detector.Kind{detector.KindSurge, detector.KindErrorSpike, detector.KindFall, detector.KindRule, detector.KindSecret}
	script := make([][]detector.Signal, 500)
	for i := range script {
		for _, name := range []string{"a", "b", "c"} {
			if r.IntN(4) == 0 {
				script[i] = append(script[i], signal(kinds[r.IntN(len(kinds))], service(name), r.Float64()*1000, 10))
			}
		}
	}
	signals := func(i int) []detector.Signal { return append([]detector.Signal(nil), script[i]...) }
	want := play(New(Options{}), len(script), signals)
	tr := New(Options{})
	var got []detector.Change
	for i := range script {
		at := start.Add(time.Duration(i+1) * 10 * time.Second)
		held := signals(i)
		for j := range held {
			held[j].At = at
		}
		got = append(got, tr.Step(at, held)...)
		if i%37 == 0 {
			state, err := tr.AppendState(nil)
			if err != nil {
				t.Fatal(err)
			}
			tr = New(Options{})
			if err := tr.Restore(state); err != nil {
				t.Fatal(err)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSeriesKeyReadsBack(t *testing.T) {
	for _, s := range []detector.Series{
		{Service: "a"},
		{Class: detector.ClassRule, Name: "r", Key: "host=a,env=b"},
		{Service: "s", Environment: "prod", Level: detector.LevelError, Shape: 1<<63 + 5},
		{Class: detector.ClassSecret, Service: "x y", Name: "password", Key: "db.url"},
	} {
		if got, ok := ParseSeriesKey(SeriesKey(s)); !ok || got != s {
			t.Errorf("%+v came back as %+v, %v", s, got, ok)
		}
	}
}

func FuzzRestore(f *testing.F) {
	tr := New(Options{})
	play(tr, 5, between(0, 5, signal(detector.KindSurge, service("a"), 900, 30)))
	state, err := tr.AppendState(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(state)
	f.Add([]byte(`{"version":1,"items":[null],"series":["x"]}`))
	f.Add([]byte(`{"version":1,"items":[],"series":[],"past":{"began":{"x":[]}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		tr := New(Options{})
		if tr.Restore(data) == nil {
			play(tr, 3, between(0, 3, signal(detector.KindSurge, service("a"), 900, 30)))
		}
	})
}
