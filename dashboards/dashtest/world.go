package dashtest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
)

// World keeps everything in memory and implements every source of the dashboard. It is safe for concurrent use.
type World struct {
	mu        sync.Mutex
	Time      time.Time
	All       []detector.Incident // newest onset first
	Known     []dashboards.Template
	Durations map[detector.ShapeID][]dashboards.Durations
	Names     []dashboards.Service
	From      map[string]dashboards.Origins // by service
	Lines     []Counted
	Unbanded  bool                                                           // nothing is known to be expected
	Values    map[detector.ShapeID]func(slot, line int, at time.Time) string // of variables, in the log
	Rules     dashboards.RuleSet
	Receivers []dashboards.Receiver
	Messages  []dashboards.Message
	State     dashboards.Health
	Versions  []detector.Deploy
	Mutes     []mute.Mute // newest first
	Settings  map[string]dashboards.ServiceSensitivity
	Near      []detector.NearMiss // newest first
	Conn      dashboards.Connection
	Acts      []dashboards.AuditEntry // newest first
	Latest    []detector.Sample
	Fail      error         // what every source that can fail answers with, if set
	Joined    chan struct{} // gets a value when a reader subscribes, if it is there
	keys      map[[32]byte]dashboards.KeyedRequest
	sorted    map[dashboards.TemplateSort][]*dashboards.Template
	readers   map[chan dashboards.Update]struct{}
}

// Counted is one counted series: lines a second as a function of time.
type Counted struct {
	Service  string
	Level    detector.Level
	Template detector.ShapeID
	Text     string
	Rate     func(t time.Time) (lines float64, ok bool) // a second; ok is false in a gap
	Band     func(t time.Time) (low, high float64)
	Bytes    float64 // a line
}

// Now is the world's clock.
func (w *World) Now() time.Time { return w.Time }

// Sources hands the world to the dashboard.
func (w *World) Sources() dashboards.Sources {
	return dashboards.Sources{
		Incidents: w, Templates: w, Counts: w, Services: w, Rules: w, Messages: w, Health: w, Deploys: w, Log: w, Connect: w, Live: w,
		Mutes: w, Sensitivities: w, Audit: w, Routes: w, Keys: w,
	}
}

func matches(i *detector.Incident, f *dashboards.IncidentFilter) bool {
	has := func(n int, is bool) bool { return n == 0 || is }
	text := strings.ToLower(f.Text)
	switch {
	case !has(len(f.IDs), slices.Contains(f.IDs, i.ID)),
		!has(len(f.Statuses), slices.Contains(f.Statuses, i.Status)),
		!has(len(f.Services), slices.Contains(f.Services, i.Service)),
		!has(len(f.Severities), slices.Contains(f.Severities, i.Severity)),
		!has(len(f.Kinds), slices.Contains(f.Kinds, i.Kind)),
		f.Text != "" && !strings.Contains(strings.ToLower(i.Title), text) && !strings.Contains(strings.ToLower(i.Template), text),
		f.TemplateID != "" && i.TemplateID != f.TemplateID && (i.Hidden == nil || i.Hidden.TemplateID.String() != f.TemplateID),
		f.MutedBy != "" && (i.Muted == nil || i.Muted.By != f.MutedBy),
		f.Rule != "" && (i.Rule == nil || i.Rule.Name != f.Rule),
		!f.From.IsZero() && i.Onset.Before(f.From),
		!f.To.IsZero() && !i.Onset.Before(f.To):
		return false
	}
	return true
}

// ListIncidents pages by index.
func (w *World) ListIncidents(_ context.Context, f dashboards.IncidentFilter) (dashboards.IncidentPage, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.Fail != nil {
		return dashboards.IncidentPage{}, w.Fail
	}
	at, err := cursor(f.Cursor)
	if err != nil {
		return dashboards.IncidentPage{}, err
	}
	var p dashboards.IncidentPage
	for n := at; n < len(w.All); n++ {
		if !matches(&w.All[n], &f) {
			continue
		}
		if len(p.Incidents) == f.Limit {
			p.Next = "c" + strconv.Itoa(n)
			break
		}
		in := w.All[n]
		if !f.Charts {
			in.Chart = nil
		}
		p.Incidents = append(p.Incidents, in)
	}
	return p, nil
}

func cursor(c string) (int, error) {
	if c == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(strings.TrimPrefix(c, "c"))
	if err != nil || c[0] != 'c' || n < 0 {
		return 0, fmt.Errorf("list: %w", dashboards.ErrBadCursor)
	}
	return n, nil
}

// Incident finds by id or its prefix.
func (w *World) Incident(_ context.Context, id string) (*detector.Incident, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	i, err := w.find(id)
	if err != nil {
		return nil, err
	}
	out := *i
	return &out, nil
}

func (w *World) find(id string) (*detector.Incident, error) {
	if w.Fail != nil {
		return nil, w.Fail
	}
	for n := range w.All {
		if i := &w.All[n]; i.ID == id || len(id) >= 6 && strings.HasPrefix(i.ID, id) {
			return i, nil
		}
	}
	return nil, fmt.Errorf("incident %q: %w", id, dashboards.ErrNotFound)
}

// ActOnIncident changes the incident as the store does.
func (w *World) ActOnIncident(_ context.Context, id string, a dashboards.Act) (*detector.Incident, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	i, err := w.find(id)
	if err != nil {
		return nil, err
	}
	e := detector.Entry{At: a.At, Actor: a.Actor, Text: a.Text}
	change := func(to detector.Status, kind detector.EntryKind, assignee string) {
		if i.Status != to {
			i.Status, e.Kind, i.Assignee = to, kind, assignee
			i.Timeline = append(slices.Clone(i.Timeline), e)
		}
	}
	switch a.Kind {
	case dashboards.ActAcknowledge:
		if i.Status == detector.StatusResolved {
			return nil, fmt.Errorf("%s is resolved: reopen it first: %w", id, dashboards.ErrConflict)
		}
		change(detector.StatusAcknowledged, detector.EntryAcknowledged, a.Actor)
	case dashboards.ActUnacknowledge:
		change(detector.StatusOpen, detector.EntryUnacknowledged, "")
	case dashboards.ActResolve:
		change(detector.StatusResolved, detector.EntryResolved, i.Assignee)
		at := a.At
		i.ResolvedAt = &at
	case dashboards.ActReopen:
		change(detector.StatusOpen, detector.EntryReopened, "")
		i.ResolvedAt = nil
	case dashboards.ActExpected, dashboards.ActNoise:
		if i.Status != detector.StatusResolved {
			at := a.At
			i.Status, i.ResolvedAt = detector.StatusResolved, &at
		}
		e.Kind = detector.EntryKind(a.Kind)
		i.Timeline = append(slices.Clone(i.Timeline), e)
		if a.Mark != nil && a.Mark.Match != (mute.Match{}) {
			m := *a.Mark
			m.Sort, m.Author, m.Comment, m.Incident, m.CreatedAt = mute.Sort(e.Kind), a.Actor, a.Text, i.ID, a.At
			w.Mutes = append([]mute.Mute{m}, w.Mutes...)
		}
	case dashboards.ActNote:
		e.Kind = detector.EntryKind(a.Kind)
		i.Timeline = append(slices.Clone(i.Timeline), e)
	}
	out := *i
	w.send(dashboards.Update{Kind: dashboards.UpdateIncident, At: a.At, Incident: &out, Event: detector.ChangeUpdated})
	return &out, nil
}

// CountIncidents counts.
func (w *World) CountIncidents(_ context.Context, f dashboards.IncidentFilter) (dashboards.IncidentCounts, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := dashboards.IncidentCounts{ByStatus: map[detector.Status]int{}, BySeverity: map[detector.Severity]int{}, ByKind: map[detector.Kind]int{}}
	if w.Fail != nil {
		return n, w.Fail
	}
	for k := range w.All {
		i := &w.All[k]
		if !matches(i, &f) {
			continue
		}
		if f.CountTo > 0 && n.Total == f.CountTo {
			break
		}
		n.Total++
		n.ByStatus[i.Status]++
		n.BySeverity[i.Severity]++
		n.ByKind[i.Kind]++
		if i.Page {
			n.Pages++
		}
	}
	n.More = f.CountTo > 0 && n.Total == f.CountTo
	return n, nil
}

// ListPages goes through the incidents.
func (w *World) ListPages(_ context.Context, from, to time.Time, limit int) (pages []dashboards.PastPage, more bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for k := range w.All {
		i := &w.All[k]
		if i.Onset.Before(from) || !i.Onset.Before(to) || !i.Page && (i.Muted == nil || !i.Muted.Page) {
			continue
		}
		p := dashboards.PastPage{
			ID: i.ID, Service: i.Service, Kind: i.Kind, Onset: i.Onset, Open: i.Status == detector.StatusOpen, Assigned: i.Assignee != "", Muted: i.Muted != nil,
		}
		if i.Rule != nil {
			p.Rule = i.Rule.Name
		}
		pages = append(pages, p)
	}
	return pages[:min(limit, len(pages))], len(pages) > limit, w.Fail
}

// ListActs reads the timelines.
func (w *World) ListActs(_ context.Context, from, to time.Time) (map[string][]detector.EntryKind, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := map[string][]detector.EntryKind{}
	for k := range w.All {
		i := &w.All[k]
		if i.Onset.Before(from) || !i.Onset.Before(to) {
			continue
		}
		for _, e := range i.Timeline {
			switch e.Kind {
			case detector.EntryAcknowledged, detector.EntryResolved, detector.EntryNote, detector.EntryExpected, detector.EntryNoise:
				if e.Actor != "" {
					out[i.ID] = append(out[i.ID], e.Kind)
				}
			}
		}
	}
	return out, w.Fail
}
