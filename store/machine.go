package store

import (
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// The life of an incident. The engine drives it, by event time, people by acts, and the clock where neither says anything
// any more. People win: what a person did stays until the engine says something new about the world, not merely the same
// again. The reason of a transition is the text of its entry in the timeline.
//
//	open         => acknowledged   a person takes it
//	acknowledged => open           the person gives it back
//	open, ackn.  => resolved       the engine: back inside what is expected; a person: done, or expected
//	open, ackn.  => expired        the clock: nothing was heard of it for long. It is resolved, and may come again
//	resolved     => reopened       the engine: abnormal again; a person: not done after all. It is open

// outcome is what a transition leaves to be written and told.
type outcome struct {
	event   detector.ChangeEvent // what is told; empty: the same as before, nothing is written
	quiet   bool                 // written, and told to nobody
	news    plan.News
	entries []detector.Entry
}

// act is a person's transition. It changes r.
func act(r *record, a Act) (outcome, error) {
	entry := detector.Entry{At: a.At, Kind: a.Kind, Actor: a.Actor, Text: a.Text}
	refuse := func(reason string, args ...any) (outcome, error) {
		return outcome{}, &RefusedError{Incident: r.ID, Act: a.Kind, Status: r.Status, Reason: fmt.Sprintf(reason, args...)}
	}
	done := func(event detector.ChangeEvent) (outcome, error) {
		return outcome{event: event, entries: []detector.Entry{entry}}, nil
	}
	switch a.Kind {
	case detector.EntryAcknowledged:
		switch {
		case r.Status == detector.StatusResolved:
			return refuse("Incident %s is resolved, so there is nothing to acknowledge. Reopen it first.", r.ID)
		case r.Status == detector.StatusAcknowledged && r.Assignee == a.Actor:
			return outcome{}, nil
		}
		r.Status, r.Assignee = detector.StatusAcknowledged, a.Actor
		return done(detector.ChangeAcknowledged)

	case detector.EntryUnacknowledged:
		switch r.Status {
		case detector.StatusResolved:
			return refuse("Incident %s is resolved, so it cannot be given back. Reopen it first.", r.ID)
		case detector.StatusOpen:
			return outcome{}, nil
		}
		r.Status, r.Assignee = detector.StatusOpen, ""
		return done(detector.ChangeUpdated)

	case detector.EntryResolved, detector.EntryExpected, detector.EntryNoise:
		if r.Status == detector.StatusResolved {
			if a.Kind == detector.EntryResolved {
				return outcome{}, nil
			}
			// The mark alone: it was over already.
			return outcome{event: detector.ChangeUpdated, quiet: true, entries: []detector.Entry{entry}}, nil
		}
		resolve(r, a.At, a.Actor)
		return done(detector.ChangeResolved)

	case detector.EntryReopened:
		if r.Status != detector.StatusResolved {
			return outcome{}, nil
		}
		reopen(r)
		return done(detector.ChangeReopened)

	case detector.EntryNote:
		if a.Text == "" {
			return refuse("The note is empty.")
		}
		return done(detector.ChangeUpdated)
	}
	return refuse("%q is not an act: use acknowledged, unacknowledged, resolved, reopened, note, expected or noise.", a.Kind)
}

// engine is the engine's transition. It changes r, into which the facts of in are merged already. stands tells that in
// was explained by another incident, or otherwise did not page, and now stands for itself.
func engine(r *record, event detector.ChangeEvent, in *detector.Incident, quiet, stands bool) outcome {
	out := outcome{event: event, quiet: quiet, entries: in.Timeline}
	if event == detector.ChangeUpdated {
		out.news = plan.Worse
	}
	at := in.UpdatedAt
	switch event {
	case detector.ChangeResolved:
		if in.ResolvedAt != nil {
			at = *in.ResolvedAt
		}
		if r.Status == detector.StatusResolved {
			// A person was first. That it is back is worth a line, and wakes nobody.
			return outcome{
				event: detector.ChangeUpdated, quiet: true,
				entries: append(without(in.Timeline, detector.EntryResolved, at), detector.Entry{At: at, Kind: detector.EntryBack}),
			}
		}
		resolve(r, at, "")
		out.entries = append(out.entries, detector.Entry{At: at, Kind: detector.EntryResolved})

	case detector.ChangeReopened:
		if r.Status != detector.StatusResolved {
			out.event, out.quiet = detector.ChangeUpdated, true
			break
		}
		reopen(r)
		out.entries = append(out.entries, detector.Entry{At: at, Kind: detector.EntryReopened})

	default: // opened, updated
		switch {
		case r.Status == detector.StatusResolved:
			// A person resolved it while it went on: the numbers follow, the state does not.
			out.event, out.quiet = detector.ChangeUpdated, true
		case event == detector.ChangeOpened && !stands:
			// Open already: the engine has lost its state and found the same again.
			out.event, out.quiet = detector.ChangeUpdated, true
		}
	}
	return out
}

// expire is the clock's transition. It changes r. A secret stays until a person has dealt with it.
func expire(r *record, at time.Time, unheard time.Duration) outcome {
	if r.Status == detector.StatusResolved || r.Kind == detector.KindSecret {
		return outcome{}
	}
	resolve(r, at, "")
	return outcome{event: detector.ChangeResolved, entries: []detector.Entry{{
		At: at, Kind: detector.EntryExpired,
		Text: "nothing was heard of it for " + wording.Duration(unheard) + ": what it was about may not be there any more",
	}}}
}

func resolve(r *record, at time.Time, by string) {
	r.Status, r.ResolvedAt, r.resolvedBy = detector.StatusResolved, &at, by
}

// reopen makes it open again for everybody: whoever had acknowledged it has not acknowledged this.
func reopen(r *record) {
	r.Status, r.ResolvedAt, r.resolvedBy, r.Assignee = detector.StatusOpen, nil, "", ""
	r.Reopened++
}

// without leaves out the engine's entry of a kind and time.
func without(entries []detector.Entry, kind detector.EntryKind, at time.Time) []detector.Entry {
	var out []detector.Entry
	for _, e := range entries {
		if e.Kind != kind || e.Actor != "" || !e.At.Equal(at) {
			out = append(out, e)
		}
	}
	return out
}
