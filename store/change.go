package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"slices"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
	"github.com/tocsin-io/tocsin/detector/wording"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// engineRanks orders changes of one instant, to tell those that were applied already.
var engineRanks = map[detector.ChangeEvent]int{
	detector.ChangeOpened: 0, detector.ChangeUpdated: 1, detector.ChangeResolved: 2, detector.ChangeReopened: 3,
}

// applyEngine writes one change of the engine and returns the notifications that tell of it. all are the silences and
// marks.
func (s *Store) applyEngine(ctx context.Context, tx *sql.Tx, ch detector.Change, all []mute.Mute) ([]plan.Notification, error) {
	d, err := encode(ch.Incident)
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	for _, b := range [][]byte{d.facts, d.chart, d.evidence} {
		h.Write(b)
	}
	digest := h.Sum(nil)[:16]

	r, err := s.find(ctx, tx, ch.Incident)
	if err != nil {
		return nil, err
	}
	if r == nil {
		r = &record{Incident: *ch.Incident, engineAt: ch.Incident.UpdatedAt, engineRank: engineRanks[ch.Event], engineDigest: digest}
		return s.open(ctx, tx, ch, r, d, all)
	}
	rank := engineRanks[ch.Event]
	if replayed(r, ch, rank, digest) {
		return nil, nil
	}
	was, by := r.Incident, r.resolvedBy
	s.merge(r, ch)
	if err := keepIdentity(ctx, tx, r, &was); err != nil {
		return nil, err
	}
	stands := !was.Page && r.Page
	out := engine(r, ch.Event, ch.Incident, ch.Quiet, stands)
	newly, freed := remute(r, &was, all, s.now(), &out)
	// What stands by a quiet change was opened too late to page anyone, and goes on.
	late := stands && ch.Quiet && r.Status == detector.StatusOpen
	if (freed || late) && out.event == detector.ChangeUpdated {
		if err := tellAgain(ctx, tx, r, &out); err != nil {
			return nil, err
		}
	}
	if was.Status == detector.StatusResolved && r.Status != detector.StatusResolved {
		stays, err := staysResolved(ctx, tx, r, all)
		if err != nil {
			return nil, err
		}
		if stays {
			r.Status, r.ResolvedAt, r.Reopened, r.Assignee, r.resolvedBy = was.Status, was.ResolvedAt, was.Reopened, was.Assignee, by
			r.Peak, r.Lines = was.Peak, was.Lines
			keepMuted(r, &was)
			newly = false
			out = outcome{event: detector.ChangeUpdated, quiet: true}
		}
	}
	r.engineAt, r.engineRank, r.engineDigest = ch.Incident.UpdatedAt, rank, digest
	if r.ExplainedBy != "" && was.ExplainedBy == "" || newly {
		if err := withdraw(ctx, tx, r.ID); err != nil {
			return nil, err
		}
	}
	if err := s.quieten(ctx, tx, r, &out); err != nil {
		return nil, err
	}
	return s.save(ctx, tx, r, out, micros(ch.Incident.UpdatedAt))
}

// open inserts an incident that is not there. Whatever the event is called, this is the first that the store hears of
// it, so it is told as opened; unless it is over already, which wakes nobody.
func (s *Store) open(ctx context.Context, tx *sql.Tx, ch detector.Change, r *record, d documents, all []mute.Mute) ([]plan.Notification, error) {
	r.Assignee, r.Status = "", detector.StatusOpen
	out := outcome{
		event: detector.ChangeOpened, quiet: ch.Quiet,
		entries: append(slices.Clone(ch.Incident.Timeline), detector.Entry{At: r.OpenedAt, Kind: detector.EntryOpened}),
	}
	if ch.Event == detector.ChangeResolved {
		at := r.UpdatedAt
		if r.ResolvedAt != nil {
			at = *r.ResolvedAt
		}
		resolve(r, at, "")
		out.event, out.quiet = detector.ChangeResolved, true
	} else {
		r.ResolvedAt = nil
	}
	if newly, _ := remute(r, &detector.Incident{}, all, s.now(), &out); newly {
		out.quiet = true
		var err error
		if d, err = encode(&r.Incident); err != nil {
			return nil, err
		}
	}
	ok, err := insert(ctx, tx, r, d)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, errRace // another replica was faster, between our look and our write
	}
	if err := addEntries(ctx, tx, r.ID, out.entries); err != nil {
		return nil, err
	}
	return s.route(ctx, tx, r, out, micros(ch.Incident.UpdatedAt))
}

// staysResolved reports whether r, which the engine found abnormal again, is not opened for it: a newer incident of the
// same series stands for that by now, or a person has said once and for all that it is expected.
func staysResolved(ctx context.Context, tx *sql.Tx, r *record, all []mute.Mute) (bool, error) {
	if r.Muted != nil {
		for i := range all {
			if m := &all[i]; m.ID == r.Muted.By && m.Sort.Marked() && m.Lasting() {
				return true, nil
			}
		}
	}
	return taken(ctx, tx, r)
}

// replayed reports whether the change was applied before.
func replayed(r *record, ch detector.Change, rank int, digest []byte) bool {
	at := fromMicros(micros(ch.Incident.UpdatedAt))
	switch {
	case at.Before(r.engineAt):
		return true
	case at.After(r.engineAt):
		return false
	case rank == r.engineRank && ch.Event == detector.ChangeUpdated:
		return bytes.Equal(digest, r.engineDigest)
	}
	return rank <= r.engineRank
}

// merge takes over what the engine says and keeps what is not the engine's to say.
func (s *Store) merge(r *record, ch detector.Change) {
	was, in := *r, *ch.Incident
	r.Incident = in
	r.ID, r.OpenedAt, r.SeriesKey = was.ID, was.OpenedAt, was.SeriesKey
	r.Status, r.ResolvedAt, r.Assignee, r.Reopened = was.Status, was.ResolvedAt, was.Assignee, was.Reopened
	if ch.Event != detector.ChangeReopened { // which begins a stretch of its own
		r.Peak, r.Lines = max(was.PeakOver(in.Unit, in.Window), in.Peak), max(was.Lines, in.Lines)
	}
	if r.UpdatedAt.Before(was.UpdatedAt) {
		r.UpdatedAt = was.UpdatedAt
	}
	if was.ID != in.ID && was.Onset.Before(in.Onset) {
		r.Onset = was.Onset
	}
	if in.Samples == nil {
		r.Samples = was.Samples
	}
	if in.Hosts == nil {
		r.Hosts, r.HostCount = was.Hosts, max(was.HostCount, in.HostCount)
	}
	if in.Carriers == nil {
		r.Carriers = was.Carriers
	}
	if in.Places == nil {
		r.Places, r.Fingerprints = was.Places, was.Fingerprints
	}
	if in.Related == nil { // known to the store alone
		r.Related = was.Related
	}
	if in.Deploy == nil {
		r.Deploy = was.Deploy
	}
	if in.Values == nil && (was.Values != nil || in.ValuesOf == 0) { // what once told its lines apart is kept
		r.Values, r.ValuesOf, r.ValuesPast, r.ValuesSame = was.Values, was.ValuesOf, was.ValuesPast, was.ValuesSame
	}
	if in.Samples == nil && in.Carriers == nil {
		r.Said, r.Names = was.Said, was.Names
	}
	if in.Chart == nil {
		r.Chart = was.Chart
	}
	switch {
	case in.ExplainedBy != "":
		r.settled = false
	case was.settled:
		r.ExplainedBy = was.ExplainedBy
	}
	r.Page = in.Page && r.ExplainedBy == ""
	r.Detail = wording.Detail(&r.Incident)
}

// quieten decides about an incident that another explains, or that a silence or mark covers: nobody hears of it, but
// whoever was told of its opening is told of its end.
func (s *Store) quieten(ctx context.Context, tx *sql.Tx, r *record, out *outcome) error {
	if r.ExplainedBy == "" && r.Muted == nil || out.event == "" {
		return nil
	}
	out.quiet = true
	if out.event != detector.ChangeResolved {
		return nil
	}
	heard, err := told(ctx, tx, r.ID)
	out.quiet = !heard
	return err
}
