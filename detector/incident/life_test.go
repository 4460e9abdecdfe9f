package incident

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
)

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

// A rule learns nothing: what still fires half an hour after a person resolved it is told again, once.
func TestARuleThatStillFiresIsToldAgain(t *testing.T) {
	tr := New(Options{})
	s := signal(detector.KindRule, detector.Series{Class: detector.ClassRule, Name: "errors"}, 90, 0)
	s.Rule = &detector.RuleFacts{Name: "errors"}
	got := play(tr, 10, between(0, 10, s))
	tr.Dismiss(got[0].Incident.ID, start.Add(100*time.Second))
	var told []detector.Change
	for i := 11; i < 300; i++ {
		s.At = start.Add(time.Duration(i) * 10 * time.Second)
		for _, ch := range tr.Step(s.At, []detector.Signal{s}) {
			if !ch.Quiet {
				told = append(told, ch)
			}
		}
	}
	if len(told) != 1 || told[0].Event != detector.ChangeReopened || !told[0].Incident.UpdatedAt.Equal(start.Add(100*time.Second+30*time.Minute)) {
		t.Fatalf("told %v", events(told))
	}
	entries := told[0].Incident.Timeline
	if text := entries[len(entries)-1].Text; text != "its rule still holds, 30 min after a person resolved it" {
		t.Errorf("the timeline says %q", text)
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

// What is opened in buckets that were judged before is not told by whoever judges them again: where it goes on behind them it is opened
// once more, and where it was over by then it is not.
func TestWhatIsOpenedInBucketsJudgedAgainIsOpenedBehindThem(t *testing.T) {
	flood := signal(detector.KindSurge, service("cart"), 900, 10)
	for _, c := range []struct {
		name   string
		from   int
		to     int
		judged int // buckets that were
		known  bool
		want   []detector.ChangeEvent // behind them
	}{
		{"it goes on", 2, 20, 6, false, []detector.ChangeEvent{detector.ChangeOpened}},
		{"it begins behind them", 8, 20, 6, false, []detector.ChangeEvent{detector.ChangeOpened}},
		{"it was over", 2, 5, 6, false, nil},
		{"somebody knows of it", 2, 20, 6, true, nil},
	} {
		tr := New(Options{})
		until := start.Add(time.Duration(c.judged) * 10 * time.Second)
		tr.Judged(start, until)
		if c.known {
			tr.Adopt(&detector.Incident{ID: "known", Kind: detector.KindSurge, SeriesKey: SeriesKey(flood.Series), Status: detector.StatusOpen, Service: "cart"}, start)
		}
		var behind []detector.Change
		for _, ch := range play(tr, 20, between(c.from, c.to, flood)) {
			if ch.Incident.UpdatedAt.After(until) {
				behind = append(behind, ch)
			}
		}
		if diff := cmp.Diff(c.want, events(behind)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}
