package store

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// TestMachineKeepsItsInvariants walks the state machine at random, by people, by the engine and by the clock.
func TestMachineKeepsItsInvariants(t *testing.T) {
	kinds := []detector.EntryKind{
		detector.EntryAcknowledged, detector.EntryUnacknowledged, detector.EntryResolved, detector.EntryReopened,
		detector.EntryNote, detector.EntryExpected,
	}
	events := []detector.ChangeEvent{detector.ChangeOpened, detector.ChangeUpdated, detector.ChangeResolved, detector.ChangeReopened}
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		rec := &record{Incident: detector.Incident{ID: "a", Status: detector.StatusOpen, Kind: detector.Kinds()[r.IntN(len(detector.Kinds()))]}}
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for range 50 {
			at = at.Add(time.Second)
			was := *rec
			if r.IntN(10) == 0 {
				out := expire(rec, at, time.Hour)
				switch {
				case rec.Status != detector.StatusResolved && was.Kind != detector.KindSecret:
					t.Fatalf("seed %d: %s did not expire", seed, was.Status)
				case rec.Status == was.Status && out.event != "":
					t.Fatalf("seed %d: %s expired without a change and was told", seed, was.Status)
				case rec.Status != was.Status && (was.Kind == detector.KindSecret || len(out.entries) != 1 || out.entries[0].Text == ""):
					t.Fatalf("seed %d: %s of kind %s expired, %+v", seed, was.Status, was.Kind, out)
				}
			} else if r.IntN(2) == 0 {
				a := Act{Kind: kinds[r.IntN(len(kinds))], Actor: "ada", Text: "x", At: at}
				out, err := act(rec, a)
				if err != nil && (out.event != "" || rec.Status != was.Status) {
					t.Fatalf("seed %d: %s on %s was refused and changed something", seed, a.Kind, was.Status)
				}
				again := *rec
				if _, err2 := act(&again, a); a.Kind != detector.EntryNote && (err == nil) && (err2 != nil || again.Status != rec.Status || again.Reopened != rec.Reopened) {
					t.Fatalf("seed %d: %s on %s twice: %v, %s and then %s", seed, a.Kind, was.Status, err2, rec.Status, again.Status)
				}
			} else {
				event := events[r.IntN(len(events))]
				out := engine(rec, event, &detector.Incident{UpdatedAt: at}, false, false)
				if was.resolvedBy != "" && rec.Status != detector.StatusResolved && event != detector.ChangeReopened {
					t.Fatalf("seed %d: %s undid what a person resolved", seed, event)
				}
				if was.Status == rec.Status && !out.quiet && event != detector.ChangeUpdated {
					t.Fatalf("seed %d: %s on %s changed nothing and was told", seed, event, was.Status)
				}
			}
			switch {
			case (rec.Status == detector.StatusResolved) != (rec.ResolvedAt != nil):
				t.Fatalf("seed %d: %s with resolved at %v", seed, rec.Status, rec.ResolvedAt)
			case rec.Status == detector.StatusAcknowledged && rec.Assignee == "":
				t.Fatalf("seed %d: acknowledged by nobody", seed)
			case rec.Status != detector.StatusResolved && rec.resolvedBy != "":
				t.Fatalf("seed %d: %s, resolved by %s", seed, rec.Status, rec.resolvedBy)
			case rec.Reopened < was.Reopened || rec.Reopened > was.Reopened+1:
				t.Fatalf("seed %d: reopened %d times after %d", seed, rec.Reopened, was.Reopened)
			}
		}
	}
}
