package engine

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/anomaly"
	"github.com/tocsin-io/tocsin/detector/template"
)

var replayStart = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

// counted is one line of a series.
type counted struct {
	series detector.Series
	at     time.Time
}

// floodOf is some hours of three templates of two services, with a flood of one of them near the end.
func floodOf(seed uint64) []counted {
	r := rand.New(rand.NewPCG(seed, 9))
	var out []counted
	for b := range 4 * 360 {
		for shape := range detector.ShapeID(3) {
			n := 5 + r.IntN(5)
			if shape == 2 && b > 3*360 && b < 3*360+60 {
				n *= 15
			}
			for i := range n {
				out = append(out, counted{
					detector.Series{Level: detector.LevelError, Shape: 100 + shape, Service: fmt.Sprint("s", shape%2)},
					replayStart.Add(time.Duration(b)*10*time.Second + time.Duration(i)*10*time.Second/time.Duration(n)),
				})
			}
		}
	}
	return out
}

// replayed is what a Replay says of the lines, as JSON; advance is told after each line.
func replayed(t *testing.T, lines []counted, o ReplayOptions, advance func(i int) bool) []string {
	t.Helper()
	var out []string
	o.Changed = func(c detector.Change) {
		if len(c.Incident.Samples) == 0 && !c.Quiet {
			t.Errorf("%s has no lines that show it", c.Incident.Title)
		}
		c.Incident.Samples = nil // of the newest lines: those depend on when it was judged
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(text))
	}
	r := NewReplay(o)
	r.Learned([]template.Known{{ID: 100, Text: "a", Service: "s0"}, {ID: 101, Text: "b", Service: "s1"}, {ID: 102, Text: "c", Service: "s0"}})
	newest := time.Time{}
	for i, l := range lines {
		r.Add(l.series, l.at, 1, 100)
		r.Sample(l.series, l.at, func() detector.Sample { return detector.Sample{Time: l.at, Text: fmt.Sprint(l.series.Shape, l.at)} })
		if l.at.After(newest) {
			newest = l.at
		}
		if advance(i) {
			r.Advance(newest)
		}
	}
	r.Finish(newest)
	return out
}

func withSuite() ReplayOptions {
	return ReplayOptions{Lateness: 30 * time.Second, Suite: func(text TextOf) Suite { return anomaly.New(anomaly.Options{Text: text}) }}
}

func TestReplaySaysTheSameInWhateverPieces(t *testing.T) {
	lines := floodOf(1)
	want := replayed(t, lines, withSuite(), func(int) bool { return true })
	if len(want) == 0 {
		t.Fatal("the flood was not found")
	}
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 1))
		every := 1 + r.IntN(500)
		got := replayed(t, lines, withSuite(), func(i int) bool { return i%every == 0 })
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("judged every %d lines: %d changes, want %d, or others", every, len(got), len(want))
		}
	}
}

func TestReplayTakesLinesWithinItsLateness(t *testing.T) {
	lines := floodOf(2)
	want := replayed(t, lines, withSuite(), func(int) bool { return true })
	r := rand.New(rand.NewPCG(1, 1))
	for i := range lines { // no line moves by more than some seconds
		if j := min(len(lines)-1, i+r.IntN(4)); i != j {
			lines[i], lines[j] = lines[j], lines[i]
		}
	}
	got := replayed(t, lines, withSuite(), func(int) bool { return true })
	if len(got) != len(want) {
		t.Errorf("%d changes, in order %d", len(got), len(want))
	}
}

func TestReplayWithoutDetectorsOrLines(t *testing.T) {
	if got := replayed(t, floodOf(1), ReplayOptions{}, func(int) bool { return true }); len(got) != 0 {
		t.Errorf("without a suite and rules it says %s", got)
	}
	if got := replayed(t, nil, withSuite(), nil); len(got) != 0 {
		t.Errorf("without lines it says %s", got)
	}
}

func TestReplayKeepsNothingOfALongHole(t *testing.T) {
	r := NewReplay(ReplayOptions{Changed: func(detector.Change) {}})
	s := detector.Series{Service: "s"}
	for _, day := range []int{0, 1, 400, 40_000} {
		at := replayStart.AddDate(0, 0, day)
		r.Add(s, at, 1, 1)
		r.Advance(at)
	}
	if len(r.open) > 1 || !r.Until().Equal(replayStart.AddDate(0, 0, 40_000)) {
		t.Errorf("%d buckets are open, judged until %s", len(r.open), r.Until())
	}
	r.Add(s, replayStart, 3, 3)
	if r.Late() != 3 {
		t.Errorf("%d lines are late, want 3", r.Late())
	}
}

func TestOneStrayTimeIsNotBelieved(t *testing.T) {
	at := func(s int) time.Time { return replayStart.Add(time.Duration(s) * time.Second) }
	far := replayStart.AddDate(5, 0, 0)
	tests := []struct {
		name  string
		lines []time.Time
		want  time.Time
	}{
		{"in order", []time.Time{at(0), at(1), at(2)}, at(2)},
		{"back", []time.Time{at(9), at(1), at(2)}, at(9)},
		{"stray", []time.Time{at(0), far, at(1), far, far, at(2)}, at(2)},
		{"a jump that lasts", []time.Time{at(0), far, far.Add(2), far.Add(1)}, far.Add(2)},
		{"a line a day", []time.Time{at(0), at(86400), at(2 * 86400), at(3 * 86400)}, at(86400)},
		{"the first is stray", []time.Time{far, at(0), at(1), at(2)}, at(2)},
		{"the first is of 1970", []time.Time{time.Unix(0, 0), at(0), at(1), at(2)}, at(2)},
		{"two lines", []time.Time{at(0), at(60)}, at(60)},
		{"two lines that do not agree", []time.Time{at(0), far}, at(0)},
		{"none", nil, time.Time{}},
	}
	for _, c := range tests {
		var p Progress
		for _, l := range c.lines {
			p.Line(l)
		}
		if !p.At().Equal(c.want) {
			t.Errorf("%s: at %s, want %s", c.name, p.At(), c.want)
		}
	}
}
