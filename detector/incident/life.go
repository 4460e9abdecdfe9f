package incident

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
)

// An incident is worse when it is so many times as far from what is expected as when it was told last, when its kind rises
// (a fall to silence, a flood that hides an error), when a notice becomes a page, or when it spreads to another service.
const worse = 3

// refresh is how often the numbers of an open incident are stored while nothing else happens to it.
const refresh = time.Minute

func (t *Tracker) open(now time.Time, s *detector.Signal, key, series string, severity detector.Severity) (detector.Change, bool) {
	bucket := s.At.Add(-1).Truncate(t.o.Bucket)
	it := &item{Key: key, Seen: now, Since: s.At, Lead: series, Severity: severity, Untold: t.anew(now)}
	in := &it.Incident
	*in = detector.Incident{
		ID: id(series, family(s.Kind), bucket), Kind: s.Kind, Service: s.Service, Environment: s.Environment,
		Severity: severity, Status: detector.StatusOpen, Onset: s.Onset, OpenedAt: s.At, SeriesKey: series,
		Level: s.Series.Level, Page: severity == detector.SeverityPage && s.ExplainedBy == "",
	}
	if in.Onset.IsZero() {
		in.Onset = s.At
	}
	if s.Series.Shape != 0 && (s.Series.Class == detector.ClassLine || s.Series.Class == detector.ClassSlot) {
		in.Template, in.TemplateID = t.text(s), s.Series.Shape.String()
		in.TemplateName = t.name(s.Series.Shape)
	}
	switch s.Series.Class {
	case detector.ClassSecret:
		in.Secret = &detector.Secret{Kind: s.Series.Name, Key: s.Series.Key}
	case detector.ClassSkew:
		in.Hosts, in.HostCount = []string{s.Series.Key}, 1
	case detector.ClassLoss, detector.ClassInput:
		if n, _, ok := s.Series.Lost(); ok {
			in.Places = []detector.Span{{Topic: s.Series.Name, Partition: n}}
		}
	}
	if s.ExplainedBy != "" {
		if by := t.explainer(s); by != nil {
			in.ExplainedBy, in.Severity, in.Page = by.Incident.ID, detector.SeverityRecord, false
		} else {
			in.Page = severity == detector.SeverityPage
		}
	}
	if s.Found != nil {
		it.Found = &found{}
		it.Found.take(s, t.o.Bucket)
	}
	t.facts(it, s)
	it.tell()
	t.past.begin(key, in)
	in.Timeline = []detector.Entry{{At: in.Onset, Kind: detector.EntryOnset, Text: where(in)}, {At: s.At, Kind: detector.EntryOpened, Text: "as " + inWords(in.Kind)}}
	t.items[key] = it
	t.order = append(t.order, key)
	return t.changed(it, detector.ChangeOpened, s.At, false), true
}

// explainer is the open incident that explains s; a primary comes before what it explains. An error that was never
// logged before is explained by what began with it, not by what has been open for long.
func (t *Tracker) explainer(s *detector.Signal) *item {
	var best *item
	for _, k := range t.order {
		it := t.items[k]
		in := &it.Incident
		if in.Status != detector.StatusResolved && in.ExplainedBy == "" && in.Service == s.Service &&
			in.Environment == s.Environment && in.Kind != detector.KindRule &&
			t.begins(it, s) {
			best = it
		}
	}
	return best
}

// fading is the part of its largest deviation under which a signal's figures are not shown any more: a flood that is
// ending is still told as the flood that it was.
const fading = .5

// facts takes over what a signal says, if it is one of the series whose figures the incident shows.
func (t *Tracker) facts(it *item, s *detector.Signal) {
	in := &it.Incident
	if it.Found != nil {
		it.Found.show(in)
		it.Found.Told, in.Reason = in.Lines, s.Reason
		return
	}
	in.Score, in.Strength = max(in.Score, s.Score), max(in.Strength, s.Strength)
	in.OnceIn = max(in.OnceIn, detector.Duration(s.OnceIn))
	in.Watched = max(in.Watched, detector.Duration(s.Watched))
	if in.Basis == (detector.Basis{}) {
		in.Basis = s.Basis
	}
	if s.Rule != nil {
		far := s.Rule.Beyond
		least := fading * it.Beyond
		if s.Rule.Below { // of what only falls so far the worst is told as it was: there is no peak beside it
			least = it.Beyond
		}
		if in.Rule != nil && (s.Rule.Kept || far >= 0 && far < least) {
			return // what it says is that of when it held, and of its worst and not of its last
		}
		in.Rule, it.Beyond = s.Rule, max(it.Beyond, far)
	}
	if s.Hidden != nil && (in.Hidden == nil || in.Hidden.TemplateID == s.Hidden.TemplateID) {
		hidden := *s.Hidden
		hidden.Name = t.name(hidden.TemplateID)
		in.Hidden = &hidden
	}
	if SeriesKey(s.Series) != it.Lead {
		return
	}
	if s.Kind == detector.KindNewError || s.Kind == detector.KindNewTemplate {
		never := *s // what it has become used to since is not what was expected of it
		never.Expected, never.Low, never.High = 0, 0, 0
		s = &never
	}
	it.Baseline.hold(s)
	far := deviation(s)
	if s.Rule == nil && far < fading*it.Deviation {
		return
	}
	it.Deviation = max(it.Deviation, far)
	was := *in // what the carriers at hand are of
	in.Observed, in.Expected, in.Low, in.High = s.Observed, s.Expected, s.Low, s.High
	in.Peak = max(in.PeakOver(s.Unit, detector.Duration(s.Window)), s.Observed)
	it.Most = max(it.Most, s.Observed)
	in.Unit, in.Window = s.Unit, detector.Duration(s.Window)
	now, shown := detector.PerSecond(s.Unit, s.Window), detector.PerSecond(was.Unit, time.Duration(was.Window))
	if e := excess(s.Carriers); e > 0 && e/now >= fading*excess(in.Carriers)/shown {
		in.Carriers = slices.Clone(s.Carriers)
		for i := range in.Carriers {
			in.Carriers[i].Name = t.name(in.Carriers[i].TemplateID)
		}
	} else {
		in.Carriers = rescaled(in.Carriers, ratio(s.Observed, was.Observed, now/shown), now/shown)
	}
	if s.Reason != "" {
		in.Reason = s.Reason
	}
}

// inWords names a kind inside a sentence.
func inWords(k detector.Kind) string { return strings.ToLower(wording.Kind(k)) }

// excess is how far the templates together are from what was expected of them.
func excess(carriers []detector.Carrier) float64 {
	sum := 0.0
	for _, c := range carriers {
		sum += math.Abs(c.Observed - c.Expected)
	}
	return sum
}

// rescaled states figures over another window, in which the templates keep their parts of what was observed: together
// they are never more than it.
func rescaled(carriers []detector.Carrier, observed, expected float64) []detector.Carrier {
	out := slices.Clone(carriers)
	for i := range out {
		out[i].Observed *= observed
		out[i].Expected *= expected
	}
	return out
}

// ratio is how many times b is in a; otherwise where b is nothing.
func ratio(a, b, otherwise float64) float64 {
	if b <= 0 {
		return otherwise
	}
	return a / b
}

func (t *Tracker) update(now time.Time, it *item, s *detector.Signal) (detector.Change, bool) {
	in := &it.Incident
	hidden := in.Hidden == nil && s.Hidden != nil
	upgraded := rank(s.Kind) > rank(in.Kind) && family(s.Kind) == family(in.Kind)
	if upgraded {
		in.Kind = s.Kind
	}
	was := it.said()
	t.facts(it, s)
	if in.ExplainedBy != "" && s.ExplainedBy == "" && it.Severity == detector.SeverityPage && !t.explains(in.ExplainedBy) {
		// What explained it is over and it is not: now it stands for itself.
		in.ExplainedBy, in.Severity, in.Page, it.Untold = "", it.Severity, true, t.anew(now)
		return t.changed(it, detector.ChangeOpened, s.At, false), true
	}
	if it.Back {
		it.Back = false
		it.note(detector.Entry{At: s.At, Kind: detector.EntryWorse, Text: "outside what is expected again"})
	}
	// What grows while its bucket fills is told by what that has in the end.
	fills := s.Early && s.Rule == nil
	escalated := it.Told > 0 && it.Deviation > worse*it.Told && in.Kind != detector.KindSecret && !fills
	switch {
	case it.Untold && !t.anew(now):
		it.Untold = false
		it.tell()
		return t.changed(it, detector.ChangeOpened, s.At, false), true
	case hidden || upgraded:
		it.note(detector.Entry{At: s.At, Kind: detector.EntryWorse, Text: "now " + inWords(in.Kind)})
	case escalated:
		it.note(detector.Entry{At: s.At, Kind: detector.EntryWorse, Text: wording.Measured(in) + ", it was " + wording.Measured(&was)})
	case now.Sub(it.Saved) < refresh:
		return detector.Change{}, false
	default:
		return t.changed(it, detector.ChangeUpdated, s.At, true), true
	}
	it.tell()
	return t.changed(it, detector.ChangeUpdated, s.At, false), true
}

// raise makes a notice a page: it has grown strong enough for that.
func (t *Tracker) raise(it *item, s *detector.Signal) detector.Change {
	in := &it.Incident
	it.Severity, in.Severity, in.Page = detector.SeverityPage, detector.SeverityPage, true
	t.facts(it, s)
	it.Back = false
	it.tell()
	it.note(detector.Entry{At: s.At, Kind: detector.EntryWorse, Text: "strong enough to page now"})
	return t.changed(it, detector.ChangeOpened, s.At, false)
}

func (t *Tracker) reopen(now time.Time, it *item, s *detector.Signal) (detector.Change, bool) {
	in := &it.Incident
	before, resolved := it.Since, it.Since
	if in.ResolvedAt != nil {
		resolved = *in.ResolvedAt
		before = in.ResolvedAt.Add(-t.o.ResolveAfter)
	}
	in.Status, in.ResolvedAt = detector.StatusOpen, nil
	in.Reopened++
	// A stretch of its own: what it shows is of this one, whatever led the one before.
	in.Kind, in.Level, it.Lead = s.Kind, s.Series.Level, SeriesKey(s.Series)
	in.Onset, in.Peak, in.Lines, in.Hidden, in.Carriers, it.Deviation, it.Beyond, it.Most = s.Onset, 0, 0, nil, nil, 0, 0, 0
	it.Baseline = baseline{}
	if in.Onset.Before(before) {
		in.Onset = s.At
	}
	text := again(in)
	if it.Dismissed && in.Kind == detector.KindRule {
		text = "its rule still holds, " + wording.Duration(s.At.Sub(resolved)) + " after a person resolved it"
	}
	it.note(detector.Entry{At: s.At, Kind: detector.EntryReopened, Text: text})
	t.facts(it, s)
	it.Seen, it.Back, it.Dismissed, it.Since = now, false, false, s.At
	it.tell()
	return t.changed(it, detector.ChangeReopened, s.At, false), true
}

// age resolves what has been back long enough and forgets what can no longer reopen.
func (t *Tracker) age(now time.Time) []detector.Change {
	var changes []detector.Change
	kept := t.order[:0]
	for _, key := range t.order {
		it := t.items[key]
		in := &it.Incident
		away := now.Sub(it.Seen)
		switch {
		case in.Status == detector.StatusResolved:
			if in.ResolvedAt != nil && now.Sub(*in.ResolvedAt) > t.o.ReopenWithin && away >= t.o.ResolveAfter {
				delete(t.items, key)
				continue
			}
			if it.Dismissed && away >= t.o.ResolveAfter {
				it.Dismissed = false
			}
		case it.Held:
		case away >= t.resolveAfter(in):
			in.Status = detector.StatusResolved
			at := now
			in.ResolvedAt = &at
			it.note(detector.Entry{At: now, Kind: detector.EntryResolved, Text: t.reason(in)})
			changes = append(changes, t.changed(it, detector.ChangeResolved, now, false))
		case away >= time.Minute && !it.Back && in.Kind != detector.KindRule && in.Kind != detector.KindSecret:
			it.Back = true
			it.note(detector.Entry{At: it.Seen, Kind: detector.EntryBack})
			changes = append(changes, t.changed(it, detector.ChangeUpdated, now, true))
		case it.Found != nil:
			if ch, ok := t.recount(now, it); ok {
				changes = append(changes, ch)
			}
		}
		kept = append(kept, key)
	}
	t.order = kept
	return changes
}

// resolveAfter is how long a signal must be away. A rule's `keep` was waited for by its evaluator; a secret in a log
// stays one until a person has dealt with it.
func (t *Tracker) resolveAfter(in *detector.Incident) time.Duration {
	switch in.Kind {
	case detector.KindRule:
		return t.o.Bucket
	case detector.KindSecret:
		return 1<<63 - 1
	}
	return in.ResolvesAfter(t.o.ResolveAfter)
}
