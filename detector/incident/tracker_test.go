package incident

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
)

var start = time.Date(2026, 11, 23, 2, 51, 0, 0, time.UTC)

func service(name string) detector.Series { return detector.Series{Service: name} }

func signal(kind detector.Kind, s detector.Series, observed, expected float64) detector.Signal {
	return detector.Signal{Kind: kind, Series: s, Service: s.Service, Environment: s.Environment, Observed: observed, Expected: expected, Unit: "lines", Window: time.Minute, Score: 20}
}

// play steps a tracker through buckets; signals tells what holds at each.
func play(t *Tracker, buckets int, signals func(i int) []detector.Signal) []detector.Change {
	var out []detector.Change
	for i := range buckets {
		at := start.Add(time.Duration(i+1) * 10 * time.Second)
		held := signals(i)
		for j := range held {
			held[j].At = at
		}
		out = append(out, t.Step(at, held)...)
	}
	return out
}

func events(changes []detector.Change) []detector.ChangeEvent {
	var out []detector.ChangeEvent
	for _, ch := range changes {
		if !ch.Quiet {
			out = append(out, ch.Event)
		}
	}
	return out
}

func between(from, to int, s ...detector.Signal) func(int) []detector.Signal {
	return func(i int) []detector.Signal {
		if i >= from && i < to {
			return append([]detector.Signal(nil), s...)
		}
		return nil
	}
}

func TestAnIncidentOpensOnceAndResolvesWhenItsSignalWasAway(t *testing.T) {
	got := play(New(Options{}), 100, between(3, 20, signal(detector.KindSurge, service("a"), 900, 30)))
	if diff := cmp.Diff([]detector.ChangeEvent{detector.ChangeOpened, detector.ChangeResolved}, events(got)); diff != "" {
		t.Fatal(diff)
	}
	last := got[len(got)-1].Incident
	if want := start.Add(200*time.Second + 10*time.Minute); !last.ResolvedAt.Equal(want) {
		t.Errorf("resolved at %s, want %s", last.ResolvedAt, want)
	}
	if !got[0].Incident.Page || got[0].Incident.Title == "" {
		t.Errorf("opened as %+v", got[0].Incident)
	}
}

func TestFlappingIsOneIncident(t *testing.T) {
	s := signal(detector.KindSurge, service("a"), 900, 30)
	got := play(New(Options{}), 400, func(i int) []detector.Signal {
		if i < 10 || i >= 150 && i < 160 {
			return []detector.Signal{s}
		}
		return nil
	})
	want := []detector.ChangeEvent{detector.ChangeOpened, detector.ChangeResolved, detector.ChangeReopened, detector.ChangeResolved}
	if diff := cmp.Diff(want, events(got)); diff != "" {
		t.Fatal(diff)
	}
	for _, ch := range got {
		if ch.Incident.ID != got[0].Incident.ID {
			t.Errorf("a second incident %s", ch.Incident.ID)
		}
	}
}

// What comes and goes every quarter of an hour for three hours is opened once and comes back once; after that it stays
// open until it has been away for long.
func TestWhatComesAndGoesPagesOnce(t *testing.T) {
	for _, on := range []int{1, 6, 30, 60} { // buckets of 90
		s := signal(detector.KindSurge, service("a"), 900, 30)
		got := play(New(Options{}), 12*90+400, func(i int) []detector.Signal {
			if i < 12*90 && i%90 < on {
				return []detector.Signal{s}
			}
			return nil
		})
		count := make(map[detector.ChangeEvent]int)
		for _, e := range events(got) {
			count[e]++
		}
		if count[detector.ChangeOpened] != 1 || count[detector.ChangeReopened] > 1 || count[detector.ChangeUpdated] != 0 {
			t.Errorf("on for %d of 90 buckets: %v", on, count)
		}
		if last := got[len(got)-1].Incident; last.Status != detector.StatusResolved {
			t.Errorf("on for %d of 90 buckets: it is %s an hour after the last", on, last.Status)
		}
	}
}

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
	want := []string{"6m50s worse 53.3 lines a second, it was 33.3 lines a second", "8m30s worse now silence"}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
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

func TestAfterTheGraceTimeItIsANewIncident(t *testing.T) {
	s := signal(detector.KindSurge, service("a"), 900, 30)
	got := play(New(Options{}), 600, func(i int) []detector.Signal {
		if i < 10 || i >= 400 && i < 410 {
			return []detector.Signal{s}
		}
		return nil
	})
	want := []detector.ChangeEvent{detector.ChangeOpened, detector.ChangeResolved, detector.ChangeOpened, detector.ChangeResolved}
	if diff := cmp.Diff(want, events(got)); diff != "" {
		t.Fatal(diff)
	}
	if got[0].Incident.ID == got[len(got)-1].Incident.ID {
		t.Error("the second incident has the id of the first")
	}
}

func TestAlarmsOfOneServiceAreOneIncident(t *testing.T) {
	a := signal(detector.KindSurge, service("a"), 900, 30)
	b := signal(detector.KindErrorSpike, detector.Series{Service: "a", Level: detector.LevelError}, 800, 1)
	c := signal(detector.KindSurge, service("b"), 900, 30)
	got := play(New(Options{}), 20, func(i int) []detector.Signal {
		switch {
		case i < 3:
			return []detector.Signal{a}
		default:
			return []detector.Signal{a, b, c}
		}
	})
	opened := 0
	for _, ch := range got {
		if ch.Event == detector.ChangeOpened {
			opened++
		}
	}
	if opened != 2 {
		t.Errorf("%d incidents were opened, want one for each service", opened)
	}
}

func TestAHiddenErrorUpgradesTheFlood(t *testing.T) {
	flood := signal(detector.KindSurge, service("a"), 9000, 30)
	hidden := signal(detector.KindMaskedError, detector.Series{Service: "a", Level: detector.LevelError}, 8900, 1)
	hidden.Hidden = &detector.Hidden{TemplateID: 7, Template: "invalid page", Lines: 3}
	got := play(New(Options{}), 20, func(i int) []detector.Signal {
		if i < 4 {
			return []detector.Signal{flood}
		}
		return []detector.Signal{flood, hidden}
	})
	if diff := cmp.Diff([]detector.ChangeEvent{detector.ChangeOpened, detector.ChangeUpdated}, events(got)); diff != "" {
		t.Fatal(diff)
	}
	last := got[len(got)-1].Incident
	if last.Kind != detector.KindMaskedError || last.Hidden == nil || last.Observed != 8900 {
		t.Errorf("kind %s, hidden %v, observed %v", last.Kind, last.Hidden, last.Observed)
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

func TestASecretStaysOpenUntilAPersonDealtWithIt(t *testing.T) {
	s := signal(detector.KindSecret, detector.Series{Class: detector.ClassSecret, Service: "a", Name: "password", Key: "dsn"}, 1, 0)
	tr := New(Options{})
	got := play(tr, 1000, between(0, 2, s))
	if diff := cmp.Diff([]detector.ChangeEvent{detector.ChangeOpened}, events(got)); diff != "" {
		t.Fatal(diff)
	}
	at := start.Add(3 * time.Hour)
	tr.Dismiss(got[0].Incident.ID, at)
	if open := tr.Open(); len(open) != 0 {
		t.Fatalf("still open after a person resolved it: %v", open)
	}
	s.At = at.Add(12 * time.Hour)
	tr.Step(s.At.Add(-10*time.Second), nil)
	if again := tr.Step(s.At, []detector.Signal{s}); len(again) != 1 || again[0].Event != detector.ChangeOpened {
		t.Errorf("the secret in the log again: %v", again)
	}
}

func TestWhatAPersonResolvedStaysSoWhileItGoesOn(t *testing.T) {
	tr := New(Options{})
	s := signal(detector.KindSurge, service("a"), 900, 30)
	got := play(tr, 10, between(0, 10, s))
	tr.Dismiss(got[0].Incident.ID, start.Add(105*time.Second))
	for i := 11; i < 60; i++ {
		s.At = start.Add(time.Duration(i) * 10 * time.Second)
		if again := tr.Step(s.At, []detector.Signal{s}); len(again) != 0 {
			t.Fatalf("bucket %d: told again: %v", i, again[0].Event)
		}
	}
}

func TestWhatAPersonReopenedStaysOpenUntilItWasThereAgain(t *testing.T) {
	tr := New(Options{})
	s := signal(detector.KindSurge, service("a"), 900, 30)
	got := play(tr, 200, between(0, 10, s))
	id, at := got[0].Incident.ID, start.Add(2000*time.Second)
	if len(tr.Open()) != 0 {
		t.Fatal("it did not resolve")
	}
	tr.Dismiss(id, at) // resolved already: nothing changes
	tr.Reinstate(id, at)
	tr.Reinstate(id, at.Add(-time.Hour))
	step := func(from, to int, signals ...detector.Signal) (changes []detector.Change) {
		for i := from; i < to; i++ {
			now := at.Add(time.Duration(i) * 10 * time.Second)
			held := append([]detector.Signal(nil), signals...)
			for j := range held {
				held[j].At = now
			}
			changes = append(changes, tr.Step(now, held)...)
		}
		return changes
	}
	if told := events(step(1, 500)); len(told) != 0 || len(tr.Open()) != 1 {
		t.Fatalf("after it was reopened: %v, %d open", told, len(tr.Open()))
	}
	if told := events(step(500, 502, s)); len(told) != 0 {
		t.Fatalf("its signal is no news while it is open: %v", told)
	}
	if diff := cmp.Diff([]detector.ChangeEvent{detector.ChangeResolved}, events(step(502, 700))); diff != "" {
		t.Error(diff)
	}
}

func TestExplainedSignalsPageNobody(t *testing.T) {
	primary := signal(detector.KindSilence, service("a"), 0, 30)
	explained := signal(detector.KindSilence, detector.Series{Service: "a", Level: detector.LevelInfo, Shape: 9}, 0, 20)
	explained.ExplainedBy = "silence a"
	got := play(New(Options{}), 5, between(0, 5, explained, primary))
	var pages int
	for _, ch := range got {
		if ch.Event == detector.ChangeOpened && ch.Incident.Page {
			pages++
		}
		if ch.Incident.ExplainedBy != "" && (!ch.Quiet || ch.Incident.ExplainedBy != got[0].Incident.ID) {
			t.Errorf("explained by %q, quiet %v", ch.Incident.ExplainedBy, ch.Quiet)
		}
	}
	if pages != 1 {
		t.Errorf("%d pages, want 1", pages)
	}
}

func TestAPageDoesNotHideInANotice(t *testing.T) {
	small := signal(detector.KindSilence, detector.Series{Service: "a", Level: detector.LevelInfo, Shape: 9}, 0, 20)
	small.Severity = detector.SeverityNotice
	whole := signal(detector.KindSilence, service("a"), 0, 30)
	got := play(New(Options{}), 10, func(i int) []detector.Signal {
		if i < 3 {
			return []detector.Signal{small}
		}
		return []detector.Signal{small, whole}
	})
	var page, notice *detector.Incident
	for _, ch := range got {
		if ch.Incident.Page {
			page = ch.Incident
		} else {
			notice = ch.Incident
		}
	}
	if page == nil || notice == nil || page.SeriesKey != SeriesKey(service("a")) || notice.ExplainedBy != page.ID {
		t.Fatalf("page %+v, notice %+v", page, notice)
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

// The error that a flood hid leads the incident from then on: while it holds, its incident is not resolved under it, and
// it opens no second one.
func TestAHiddenErrorHoldsItsIncident(t *testing.T) {
	flood := signal(detector.KindSurge, service("a"), 9000, 30)
	masked := signal(detector.KindMaskedError, detector.Series{Service: "a", Level: detector.LevelError}, 8000, 0.2)
	masked.Hidden = &detector.Hidden{Template: "disk died", Lines: 1}
	got := play(New(Options{}), 300, func(i int) []detector.Signal {
		switch {
		case i < 1:
			return []detector.Signal{flood}
		case i < 6:
			return []detector.Signal{masked, flood}
		case i < 100:
			return []detector.Signal{masked}
		}
		return nil
	})
	if diff := cmp.Diff([]detector.ChangeEvent{detector.ChangeOpened, detector.ChangeUpdated, detector.ChangeResolved}, events(got)); diff != "" {
		t.Fatal(diff)
	}
	if at := *got[len(got)-1].Incident.ResolvedAt; at.Before(start.Add(1000*time.Second + 10*time.Minute)) {
		t.Errorf("resolved at %s, under the error that went on", at)
	}
}

// The flood alone comes back: what hid in the first one is no part of it.
func TestAFloodThatComesBackIsToldAsOne(t *testing.T) {
	flood := signal(detector.KindSurge, service("a"), 9000, 30)
	masked := signal(detector.KindMaskedError, detector.Series{Service: "a", Level: detector.LevelError}, 8000, 0.2)
	masked.Hidden = &detector.Hidden{Template: "disk died", Lines: 1}
	got := play(New(Options{}), 100, func(i int) []detector.Signal {
		switch {
		case i < 1:
			return []detector.Signal{flood}
		case i < 6:
			return []detector.Signal{masked, flood}
		case i >= 90:
			again := flood
			again.Observed = 600
			return []detector.Signal{again}
		}
		return nil
	})
	last := got[len(got)-1].Incident
	if last.Reopened != 1 || last.Kind != detector.KindSurge || last.Observed != 600 || last.Level != detector.LevelNone || !strings.HasPrefix(last.Title, "a logs 20 times as many") {
		t.Errorf("reopened as %s, %v lines: %s", last.Kind, last.Observed, last.Title)
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

// A detector whose window still holds the whole burst says no news an hour later; a second burst is news.
func TestWhatWasToldDoesNotComeBack(t *testing.T) {
	for _, tt := range []struct {
		name   string
		later  float64 // lines of the window that reaches back into the burst
		events []detector.ChangeEvent
	}{
		{"the same burst", 219, []detector.ChangeEvent{detector.ChangeOpened, detector.ChangeResolved}},
		{"a second one", 300, []detector.ChangeEvent{detector.ChangeOpened, detector.ChangeResolved, detector.ChangeReopened, detector.ChangeResolved}},
	} {
		got := play(New(Options{}), 400, func(i int) []detector.Signal {
			s := signal(detector.KindErrorSpike, detector.Series{Service: "a", Level: detector.LevelError}, 213, 1.2)
			switch {
			case i < 30:
				s.Window = 5 * time.Minute
			case i >= 120 && i < 150:
				s.Window, s.Observed, s.Expected, s.High = 25*time.Minute, tt.later, 7.6, 16
			default:
				return nil
			}
			return []detector.Signal{s}
		})
		if diff := cmp.Diff(tt.events, events(got)); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

// The hidden error's detector holds on for ten minutes after the flood; the incident is back when the flood is over. An
// error that merely doubled holds it as long as its detector does.
func TestAFloodIsOverBeforeItsDetectorLetsGo(t *testing.T) {
	for _, tt := range []struct {
		name        string
		flood, rest float64 // lines in a bucket
		back        time.Duration
	}{
		{"a flood", 22000, 0.2, 5 * time.Minute},
		{"a rise that lasts", 2, 2, 18 * time.Minute},
	} {
		flood := signal(detector.KindSurge, service("a"), 9000, 30)
		lines := 0.0
		got := play(New(Options{}), 250, func(i int) []detector.Signal {
			if i < 10 {
				lines += tt.flood
			} else {
				lines += tt.rest
			}
			s := signal(detector.KindMaskedError, detector.Series{Service: "a", Level: detector.LevelError}, lines, .2*float64(i+1))
			s.Window, s.Hidden = time.Duration(i+1)*10*time.Second, &detector.Hidden{Template: "disk died", Lines: 1}
			switch {
			case i < 2:
				return []detector.Signal{flood}
			case i < 100:
				return []detector.Signal{s}
			}
			return nil
		})
		var back time.Time
		for _, e := range got[len(got)-1].Incident.Timeline {
			if e.Kind == detector.EntryBack {
				back = e.At
			}
		}
		if back.IsZero() || tt.rest < 1 && back.After(start.Add(tt.back)) || tt.rest > 1 && back.Before(start.Add(16*time.Minute)) {
			t.Errorf("%s: back %s after the start", tt.name, back.Sub(start))
		}
	}
}

func TestAnOldIncidentDoesNotSwallowANewError(t *testing.T) {
	flood := signal(detector.KindMaskedError, service("a"), 9000, 30)
	fresh := signal(detector.KindNewError, detector.Series{Service: "a", Level: detector.LevelError, Shape: 5}, 3, 0)
	fresh.ExplainedBy = "masked_error a"
	for _, tt := range []struct {
		after int // buckets
		pages int
	}{{6, 1}, {120, 2}} {
		got := play(New(Options{}), tt.after+5, func(i int) []detector.Signal {
			if i < tt.after {
				return []detector.Signal{flood}
			}
			return []detector.Signal{flood, fresh}
		})
		pages := 0
		for _, ch := range got {
			if ch.Event == detector.ChangeOpened && ch.Incident.Page {
				pages++
			}
		}
		if pages != tt.pages {
			t.Errorf("a new error %d buckets after the flood began: %d pages, want %d", tt.after, pages, tt.pages)
		}
	}
}

func TestASignalThatIsNormalAgainHoldsNothingOpen(t *testing.T) {
	got := play(New(Options{}), 120, func(i int) []detector.Signal {
		observed := 9000.0
		if i > 10 {
			observed = 31 // the detector has not let go
		}
		s := signal(detector.KindSurge, service("a"), observed, 30)
		s.High = 40
		return []detector.Signal{s}
	})
	if diff := cmp.Diff([]detector.ChangeEvent{detector.ChangeOpened, detector.ChangeResolved}, events(got)); diff != "" {
		t.Fatal(diff)
	}
	last := got[len(got)-1].Incident
	if want := start.Add(110*time.Second + 10*time.Minute); !last.ResolvedAt.Equal(want) {
		t.Errorf("resolved at %s, want %s", last.ResolvedAt, want)
	}
}

func TestAReopenedIncidentTellsOfItsNewStretch(t *testing.T) {
	got := play(New(Options{}), 200, func(i int) []detector.Signal {
		switch {
		case i < 10:
			return []detector.Signal{signal(detector.KindSilence, service("a"), 0, 30)}
		case i == 150:
			s := signal(detector.KindSilence, service("a"), 0, 30)
			s.Onset = start.Add(1460 * time.Second)
			return []detector.Signal{s}
		}
		return nil
	})
	for _, ch := range got {
		if ch.Event == detector.ChangeReopened {
			if want := start.Add(1460 * time.Second); !ch.Incident.Onset.Equal(want) {
				t.Errorf("onset %s, want %s", ch.Incident.Onset, want)
			}
			return
		}
	}
	t.Error("it was not reopened")
}

// What was named is no news later; slowness that began with a surge is part of it, and what was slow before is not.
func TestWhatBelongsToAnOpenIncidentIsNoPageOfItsOwn(t *testing.T) {
	flood := signal(detector.KindMaskedError, service("a"), 9000, 30)
	flood.Hidden = &detector.Hidden{TemplateID: 5, Template: "too many clients", Lines: 3}
	named := signal(detector.KindNewError, detector.Series{Service: "a", Level: detector.LevelError, Shape: 5}, 3, 0)
	other := signal(detector.KindNewError, detector.Series{Service: "a", Level: detector.LevelError, Shape: 6}, 3, 0)
	slow := signal(detector.KindLatency, detector.Series{Class: detector.ClassSlot, Service: "a", Shape: 9, Key: "#0"}, 900, 100)
	slow.Unit, slow.Onset = "ms", start.Add(time.Minute)
	before := slow
	before.Onset = start.Add(-time.Hour)
	for _, c := range []struct {
		name  string
		late  detector.Signal
		pages int
	}{{"the error that it hides", named, 1}, {"another error", other, 2}, {"slow since", slow, 1}, {"slow before", before, 2}} {
		got := play(New(Options{}), 140, func(i int) []detector.Signal {
			f := flood
			f.Onset = start
			if i < 120 {
				return []detector.Signal{f}
			}
			return []detector.Signal{f, c.late}
		})
		pages := 0
		for _, ch := range got {
			if ch.Event == detector.ChangeOpened && ch.Incident.Page {
				pages++
			}
		}
		if pages != c.pages {
			t.Errorf("%s: %d pages, want %d", c.name, pages, c.pages)
		}
	}
}

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
