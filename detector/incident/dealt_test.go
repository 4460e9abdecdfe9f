package incident

import (
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

func pages(changes []detector.Change) (n int) {
	for _, ch := range changes {
		if (ch.Event == detector.ChangeOpened || ch.Event == detector.ChangeReopened) && ch.Incident.Page && !ch.Quiet {
			n++
		}
	}
	return n
}

// TestWhatAPersonResolvedDoesNotPageUnderAnotherName: what had joined the incident, and what it explained, go on with it and page
// nobody after a person has resolved it; another hidden error, and what begins later, do.
func TestWhatAPersonResolvedDoesNotPageUnderAnotherName(t *testing.T) {
	flood := signal(detector.KindSurge, service("a"), 9000, 30)
	errors := signal(detector.KindErrorSpike, detector.Series{Service: "a", Level: detector.LevelError}, 8000, 1)
	shape := signal(detector.KindNewError, detector.Series{Service: "a", Level: detector.LevelError, Shape: 9}, 8000, 0)
	shape.ExplainedBy = "surge a"
	for _, s := range []*detector.Signal{&flood, &errors, &shape} {
		s.Onset = start
	}
	freed := shape
	freed.ExplainedBy = "" // its detector sees no flood any more
	hidden := signal(detector.KindMaskedError, detector.Series{Service: "a", Level: detector.LevelError}, 8000, 1)
	hidden.Onset, hidden.Hidden = start, &detector.Hidden{TemplateID: 7, Template: "invalid page", Lines: 3}
	elsewhere := hidden
	elsewhere.Series.Level = detector.LevelFatal
	later, soon := errors, errors
	later.Onset = start.Add(20 * time.Minute)
	soon.Series.Level, soon.Onset = detector.LevelFatal, start.Add(3*time.Minute)
	for _, c := range []struct {
		name string
		then []detector.Signal
		want int
	}{
		{"the same", []detector.Signal{flood, errors, freed}, 0},
		{"an error that it hid", []detector.Signal{flood, hidden}, 1},
		{"an error that it hid, of another series", []detector.Signal{flood, elsewhere}, 1},
		{"what begins later", []detector.Signal{later}, 1},
		{"what begins soon after", []detector.Signal{flood, soon}, 1},
	} {
		tr := New(Options{})
		got := play(tr, 12, between(0, 12, flood, errors, shape))
		if n := pages(got); n != 1 {
			t.Fatalf("%d pages before", n)
		}
		tr.Dismiss(got[0].Incident.ID, start.Add(2*time.Minute))
		n := 0
		for i := 12; i < 200; i++ {
			at := start.Add(time.Duration(i+1) * 10 * time.Second)
			var held []detector.Signal
			for _, s := range c.then {
				if s.At = at; !s.Onset.After(at) {
					held = append(held, s)
				}
			}
			n += pages(tr.Step(at, held))
		}
		if n != c.want {
			t.Errorf("%s: %d pages after a person has resolved it, want %d", c.name, n, c.want)
		}
	}
}

// TestWhatAFloodExplainedEndsWithIt: a detector whose window still holds the flood does not page for what is left of it.
func TestWhatAFloodExplainedEndsWithIt(t *testing.T) {
	lines := 0.0
	got := play(New(Options{}), 250, func(i int) []detector.Signal {
		flood := signal(detector.KindMaskedError, service("a"), 9000, 30)
		flood.Hidden = &detector.Hidden{Template: "disk died", Lines: 1}
		if i < 10 {
			lines += 22000
		} else {
			lines += .5
		}
		shape := signal(detector.KindErrorSpike, detector.Series{Service: "a", Level: detector.LevelError, Shape: 9}, lines, .2*float64(i+1))
		shape.Window = time.Duration(i+1) * 10 * time.Second
		switch {
		case i < 10:
			shape.ExplainedBy = "masked_error a"
			return []detector.Signal{flood, shape}
		case i < 200:
			return []detector.Signal{shape}
		}
		return nil
	})
	if n := pages(got); n != 1 {
		t.Errorf("%d pages, want that of the flood", n)
	}
}
