package incident

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
)

func TestWhatIsWorseIsToldAndSaidPlainly(t *testing.T) {
	s := signal(detector.KindSurge, service("a"), 900, 30)
	fall := signal(detector.KindFall, service("b"), 100, 1000)
	got := play(New(Options{}), 60, func(i int) []detector.Signal {
		up, down := s, fall
		switch {
		case i >= 40:
			up.Observed = 3200
		case i >= 20:
			up.Observed = 2000 // more, and not three times
		}
		// A fall is looked at over a window that grows: its numbers grow, and it is no worse.
		down.Window *= time.Duration(i + 1)
		down.Observed, down.Expected = down.Observed*float64(i+1), down.Expected*float64(i+1)
		if i == 50 {
			down.Kind = detector.KindSilence
		}
		return []detector.Signal{up, down}
	})
	var told []string
	for _, ch := range got {
		if !ch.Quiet && ch.Event == detector.ChangeUpdated {
			last := ch.Incident.Timeline[len(ch.Incident.Timeline)-1]
			told = append(told, fmt.Sprint(last.At.Sub(start), " ", last.Kind, " ", last.Text))
		}
	}
	want := []string{"6m50s worse 53.3 lines a second, it was 15 lines a second", "8m30s worse now silence"}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
}

// The most that was observed is told over the window that is shown: what a minute held is no figure of ten seconds, and
// what ten seconds held did not come six times in a minute.
func TestThePeakIsOverTheWindowShown(t *testing.T) {
	for _, tt := range []struct {
		first, then       time.Duration
		observed, observe float64
		peak              float64
		title             string
	}{
		{time.Minute, 10 * time.Second, 350, 60, 60, "a logged 360 errors a minute"},
		{10 * time.Second, time.Minute, 300, 1200, 1200, "a logged 1,200 errors a minute"},
		{10 * time.Second, 15 * time.Second, 300, 299, 300, "a logged 1,200 errors a minute"},
	} {
		got := play(New(Options{}), 120, func(i int) []detector.Signal {
			s := signal(detector.KindErrorSpike, service("a"), tt.observed, 0)
			s.Window = tt.first
			switch {
			case i >= 30:
				return nil
			case i >= 20:
				s.Window, s.Observed = tt.then, tt.observe
			}
			s.Expected = 2 * s.Window.Seconds()
			return []detector.Signal{s}
		})
		in := got[len(got)-1].Incident
		if in.Status != detector.StatusResolved || in.Window != detector.Duration(tt.then) || in.Peak != tt.peak {
			t.Errorf("%s, at most %v in %v; want %v in %v", in.Status, in.Peak, in.Window, tt.peak, tt.then)
		}
		if !strings.HasPrefix(in.Title, tt.title) {
			t.Errorf("told as %q, want %q", in.Title, tt.title)
		}
	}
}

// What the detectors learn while an incident lasts is not what was expected.
func TestTheExpectedIsThatOfTheBegin(t *testing.T) {
	got := play(New(Options{}), 40, func(i int) []detector.Signal {
		s := signal(detector.KindSurge, service("a"), 900, 30+float64(i))
		s.High = 2 * s.Expected
		if i > 20 {
			s.Window, s.Observed, s.Expected, s.High = s.Window/6, s.Observed/6, s.Expected/6, s.High/6
		}
		per := s.Window.Minutes()
		s.Carriers = []detector.Carrier{
			{TemplateID: 7, Template: "known", Observed: 500 * per, Expected: (10 + float64(i)) * per, Share: .6},
			{TemplateID: 8, Template: "new", Observed: 400 * per, Expected: float64(i+1) * per, Share: .4, New: true},
		}
		return []detector.Signal{s}
	})
	last := got[len(got)-1].Incident
	if last.Expected != 5 || last.High != 10 || last.Carriers[0].Expected*6 != 10 || last.Carriers[1].Expected != 0 {
		t.Errorf("expected %v at most %v, of the templates %v and %v; want 5, 10, 1.67 and 0",
			last.Expected, last.High, last.Carriers[0].Expected, last.Carriers[1].Expected)
	}
}

func TestEarlierIncidentsAreCounted(t *testing.T) {
	s := signal(detector.KindSurge, service("a"), 900, 30)
	tr := New(Options{})
	var earlier []int
	for d := range 20 {
		at := start.AddDate(0, 0, d)
		if d > 4 && d < 19 {
			tr.Step(at, nil)
			continue
		}
		held := s
		held.At = at
		for _, ch := range tr.Step(at, []detector.Signal{held}) {
			if ch.Event == detector.ChangeOpened {
				earlier = append(earlier, ch.Incident.Earlier)
			}
		}
		tr.Step(at.Add(time.Hour), nil)
		tr.Step(at.Add(2*time.Hour), nil)
	}
	if diff := cmp.Diff([]int{0, 1, 2, 3, 4, 0}, earlier); diff != "" {
		t.Error(diff)
	}
}

func TestAFadingFloodKeepsItsFigures(t *testing.T) {
	got := play(New(Options{}), 40, func(i int) []detector.Signal {
		observed := 9000.0
		if i > 10 {
			observed = 20
		}
		return []detector.Signal{signal(detector.KindSurge, service("a"), observed, 30)}
	})
	if last := got[len(got)-1].Incident; last.Observed != 9000 {
		t.Errorf("observed %v, want the flood's 9000", last.Observed)
	}
}

func TestAFadingFloodKeepsWhatCarriedIt(t *testing.T) {
	got := play(New(Options{}), 40, func(i int) []detector.Signal {
		s := signal(detector.KindSurge, service("a"), 9000, 30)
		s.Carriers = []detector.Carrier{{Template: "flood", Observed: 8900, Expected: 1, Share: 1}}
		if i > 10 {
			s.Carriers = []detector.Carrier{{Template: "usual", Observed: 2, Expected: 1, Share: 1}}
		}
		return []detector.Signal{s}
	})
	if last := got[len(got)-1].Incident; last.Carriers[0].Template != "flood" {
		t.Errorf("carried by %q", last.Carriers[0].Template)
	}
}

// A window of ten seconds grew to one of a minute in which the flood ended: its templates had not more lines than all.
func TestCarriersAreNeverMoreThanWhatWasObserved(t *testing.T) {
	got := play(New(Options{}), 40, func(i int) []detector.Signal {
		s := signal(detector.KindSurge, service("a"), 22000, 5)
		s.Window = 10 * time.Second
		s.Carriers = []detector.Carrier{{Template: "flood", Observed: 21980, Expected: 0, Share: 1}}
		if i > 10 {
			s.Window, s.Observed, s.Expected, s.Carriers = time.Minute, 70600, 30, nil
		}
		return []detector.Signal{s}
	})
	last := got[len(got)-1].Incident
	if c := last.Carriers[0]; c.Observed > last.Observed || c.Observed < .99*last.Observed {
		t.Errorf("the template that is all of it has %v lines of %v", c.Observed, last.Observed)
	}
}

func TestWhatIsBackIsToldInThePast(t *testing.T) {
	got := play(New(Options{}), 60, func(i int) []detector.Signal {
		if i < 10 || i >= 30 {
			return []detector.Signal{signal(detector.KindSurge, service("a"), 900, 30)}
		}
		return nil
	})
	var past, again bool
	for _, ch := range got {
		in := ch.Incident
		at, back := wording.Back(in)
		past = past || back && strings.HasPrefix(in.Title, "a logged ") && at.Equal(start.Add(100*time.Second))
		again = again || past && !back && strings.HasPrefix(in.Title, "a logs ")
	}
	if !past || !again {
		t.Errorf("told in the past once it was back: %v; in the present when it came again: %v", past, again)
	}
	if opened := got[len(got)-1].Incident.Timeline[1]; opened.Text != "as surge" {
		t.Errorf("opened %q", opened.Text)
	}
}

func TestNothingIsExpectedOfWhatWasNeverThere(t *testing.T) {
	got := play(New(Options{}), 30, func(i int) []detector.Signal {
		s := signal(detector.KindNewError, detector.Series{Service: "a", Level: detector.LevelError, Shape: 5}, 22000, 17000)
		if s.High = 18000; i > 3 {
			s.Observed = 0
		}
		return []detector.Signal{s}
	})
	for _, ch := range got {
		if in := ch.Incident; in.Observed != 22000 || in.Expected != 0 || in.High != 0 {
			t.Errorf("observed %v of %v, at most %v: its detector has become used to it", in.Observed, in.Expected, in.High)
		}
	}
}

// A template's name takes the place of its text in what people read; the text stays a field.
func TestNamesStandInSentences(t *testing.T) {
	const id, carrier = detector.ShapeID(0xabc), detector.ShapeID(0xdef)
	tracker := New(Options{
		Text: func(string, detector.ShapeID) string { return "order <*> paid" },
		Name: func(id detector.ShapeID) string {
			return map[detector.ShapeID]string{0xabc: "Order paid", 0xdef: "Order lost"}[id]
		},
	})
	s := signal(detector.KindSurge, detector.Series{Class: detector.ClassLine, Service: "a", Shape: id}, 900, 30)
	s.Carriers = []detector.Carrier{{TemplateID: carrier, Template: "order <*> lost", Observed: 900, Share: 1}}
	got := play(tracker, 10, between(3, 9, s))
	if len(got) == 0 {
		t.Fatal("nothing opened")
	}
	in := got[0].Incident
	if in.Template != "order <*> paid" || in.TemplateName != "Order paid" || in.Carriers[0].Called() != "Order lost" {
		t.Errorf("template %q, name %q, carriers %+v", in.Template, in.TemplateName, in.Carriers)
	}
	if !strings.Contains(in.Title, "Order paid") || strings.Contains(in.Title, "<*>") {
		t.Errorf("title: %s", in.Title)
	}
}
