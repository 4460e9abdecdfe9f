package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/store"
)

// incidents shows the store's incidents to the dashboard.
type incidents struct {
	store *store.Store
	hub   *hub
	notes *notes
}

// translate gives the store's errors the names that the dashboard knows.
func translate(err error) error {
	var refused *store.RefusedError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused):
		return conflict{refused}
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrAmbiguous):
		return fmt.Errorf("%w: %w", dashboards.ErrNotFound, err)
	case errors.Is(err, store.ErrCursor):
		return fmt.Errorf("%w: %w", dashboards.ErrBadCursor, err)
	case errors.Is(err, store.ErrInvalid):
		return fmt.Errorf("%w: %w", dashboards.ErrInvalid, err)
	}
	return err
}

// conflict is a refused act: its text is the sentence for the person alone.
type conflict struct{ refused *store.RefusedError }

func (c conflict) Error() string        { return c.refused.Reason }
func (c conflict) Is(target error) bool { return target == dashboards.ErrConflict }

func filter(f dashboards.IncidentFilter) store.Filter {
	return store.Filter{
		ID: f.IDs, Status: f.Statuses, Service: f.Services, Severity: f.Severities, Kind: f.Kinds, Text: f.Text,
		TemplateID: f.TemplateID, Rule: f.Rule, MutedBy: f.MutedBy, From: f.From, To: f.To, Cursor: f.Cursor, Limit: f.Limit, Charts: f.Charts, Evidence: f.Evidence, CountTo: f.CountTo,
	}
}

func (i incidents) ListIncidents(ctx context.Context, f dashboards.IncidentFilter) (dashboards.IncidentPage, error) {
	read := i.store.Incidents
	if f.Brief {
		read = i.store.BriefIncidents
	}
	list, next, err := read(ctx, filter(f))
	return dashboards.IncidentPage{Incidents: list, Next: next}, translate(err)
}

func (i incidents) Incident(ctx context.Context, id string) (*detector.Incident, error) {
	in, err := i.store.Incident(ctx, id)
	return in, translate(err)
}

var actKinds = map[dashboards.ActKind]detector.EntryKind{
	dashboards.ActAcknowledge:   detector.EntryAcknowledged,
	dashboards.ActUnacknowledge: detector.EntryUnacknowledged,
	dashboards.ActResolve:       detector.EntryResolved,
	dashboards.ActReopen:        detector.EntryReopened,
	dashboards.ActNote:          detector.EntryNote,
	dashboards.ActExpected:      detector.EntryExpected,
	dashboards.ActNoise:         detector.EntryNoise,
}

var actEvents = map[dashboards.ActKind]detector.ChangeEvent{
	dashboards.ActAcknowledge: detector.ChangeAcknowledged,
	dashboards.ActResolve:     detector.ChangeResolved,
	dashboards.ActExpected:    detector.ChangeResolved,
	dashboards.ActNoise:       detector.ChangeResolved,
	dashboards.ActReopen:      detector.ChangeReopened,
}

func (i incidents) ActOnIncident(ctx context.Context, id string, act dashboards.Act) (*detector.Incident, error) {
	kind, ok := actKinds[act.Kind]
	if !ok {
		return nil, fmt.Errorf("%w: an incident cannot be %q", dashboards.ErrInvalid, act.Kind)
	}
	if act.Mark != nil {
		mark := *act.Mark
		mark.Comment = i.notes.clean(mark.Comment)
		act.Mark = &mark
	}
	in, err := i.store.Act(ctx, id, store.Act{Kind: kind, Actor: act.Actor, Text: i.notes.clean(act.Text), At: act.At, Mark: act.Mark})
	if err != nil {
		return nil, translate(err)
	}
	event := actEvents[act.Kind]
	if event == "" {
		event = detector.ChangeUpdated
	}
	i.hub.Changed([]detector.Change{{Event: event, Incident: in}})
	return in, nil
}

func (i incidents) CountIncidents(ctx context.Context, f dashboards.IncidentFilter) (dashboards.IncidentCounts, error) {
	t, err := i.store.Count(ctx, filter(f))
	return dashboards.IncidentCounts{
		Total: t.Total, More: t.More, Pages: t.Pages, ByStatus: t.ByStatus, BySeverity: t.BySeverity, ByKind: t.ByKind,
	}, translate(err)
}

func (i incidents) ListActs(ctx context.Context, from, to time.Time) (map[string][]detector.EntryKind, error) {
	acts, err := i.store.Acts(ctx, from, to)
	return acts, translate(err)
}

func (i incidents) ListPages(ctx context.Context, from, to time.Time, limit int) ([]dashboards.PastPage, bool, error) {
	found, more, err := i.store.PastPages(ctx, from, to, limit)
	pages := make([]dashboards.PastPage, len(found))
	for k := range found {
		pages[k] = dashboards.PastPage(found[k])
	}
	return pages, more, translate(err)
}
