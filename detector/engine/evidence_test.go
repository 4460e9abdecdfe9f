package engine

import (
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// TestLinesOfARuleAreSinceItsOnset: a rule is shown by lines since it began, by those of its window where none is kept, and where it
// fires because nothing comes by those before.
func TestLinesOfARuleAreSinceItsOnset(t *testing.T) {
	onset := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	rule := func(observed float64, without string) *detector.Incident {
		return &detector.Incident{
			Kind: detector.KindRule, Onset: onset, Observed: observed, Unit: "lines", Window: detector.Duration(5 * time.Minute), Rule: &detector.RuleFacts{Without: without},
		}
	}
	for _, c := range []struct {
		name          string
		in            *detector.Incident
		at            time.Duration // after the onset
		shows, counts bool
	}{
		{"a line since", rule(30, ""), time.Second, true, true},
		{"a line of its window", rule(30, ""), -2 * time.Minute, false, true},
		{"an older line", rule(30, ""), -6 * time.Minute, false, false},
		{"what fell silent", rule(0, ""), -time.Hour, true, true},
		{"what came after the silence", rule(0, ""), time.Minute, false, true},
		{"a share of nothing", rule(0, "line"), -time.Minute, true, true},
		{"a surge", &detector.Incident{Kind: detector.KindSurge, Onset: onset, Window: detector.Duration(time.Hour)}, -20 * time.Minute, false, false},
	} {
		s := detector.Sample{Time: onset.Add(c.at)}
		if got := shows(c.in, s); got != c.shows {
			t.Errorf("%s: shown %t, want %t", c.name, got, c.shows)
		}
		if got := counts(c.in, s); got != c.counts {
			t.Errorf("%s: where there is no other: shown %t, want %t", c.name, got, c.counts)
		}
	}
}
