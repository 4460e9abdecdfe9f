package incident

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
)

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

// floodOverError is a flood, and the error that it hides.
func floodOverError() (flood, masked detector.Signal) {
	flood = signal(detector.KindSurge, service("a"), 9000, 30)
	masked = signal(detector.KindMaskedError, detector.Series{Service: "a", Level: detector.LevelError}, 8000, 0.2)
	masked.Hidden = &detector.Hidden{Template: "disk died", Lines: 1}
	return flood, masked
}

// The error that a flood hid leads the incident from then on: while it holds, its incident is not resolved under it, and
// it opens no second one.
func TestAHiddenErrorHoldsItsIncident(t *testing.T) {
	flood, masked := floodOverError()
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
	flood, masked := floodOverError()
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

// TestASilentTemplateIsBesideASurge: what another template no longer logs belongs to the surge of its service, and does not make a silence of it.
// That the whole service is silent does.
func TestASilentTemplateIsBesideASurge(t *testing.T) {
	surge := signal(detector.KindSurge, detector.Series{Service: "a", Level: detector.LevelInfo, Shape: 5}, 900, 30)
	for _, c := range []struct {
		name string
		of   detector.Series
		want detector.Kind
	}{
		{"a template", detector.Series{Service: "a", Level: detector.LevelInfo, Shape: 6}, detector.KindSurge},
		{"the service", service("a"), detector.KindSilence},
	} {
		got := play(New(Options{}), 20, func(i int) []detector.Signal {
			if i < 10 {
				return []detector.Signal{surge}
			}
			return []detector.Signal{surge, signal(detector.KindSilence, c.of, 0, 30)}
		})
		if last := got[len(got)-1].Incident; last.Kind != c.want || last.Kind == detector.KindSurge && len(last.Explains) != 1 {
			t.Errorf("%s: a %s that explains %v, want a %s", c.name, last.Kind, last.Explains, c.want)
		}
	}
}
