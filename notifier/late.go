package notifier

import (
	"context"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// lateAfter is how long after it was due a message says so.
const lateAfter = time.Minute

// refresh makes a message that is sent late one of how things are now: whoever reads it acts now. What is told stays: a change
// that is no page keeps the timeline of when it happened, of which its news is the last entry, and a resolution is of an end that
// was. Where the store does not answer the message goes out as it was written.
func (w *worker) refresh(ctx context.Context, m *Message, n *plan.Notification) error {
	late := n.Late(m.Now)
	if late < lateAfter || plan.Lists(n.Event) {
		return nil
	}
	if plan.Pages(n.Event) {
		m.Late, m.Cause = late, n.Failure
	}
	switch {
	case n.Event == detector.ChangeResolved:
		return nil
	case n.Group != nil:
		return w.refreshGroup(ctx, m)
	}
	now, err := w.incident(ctx, n.Incident.ID)
	if err != nil {
		return err
	}
	told := m.Incident.Timeline
	m.Incident = *now
	if !plan.Pages(n.Event) {
		m.Incident.Timeline = told
	}
	return nil
}

// refreshGroup makes the list of a late message one of how its incidents are now.
func (w *worker) refreshGroup(ctx context.Context, m *Message) error {
	g := *m.Group
	first := map[string]*detector.Incident{}
	items := slices.Clone(g.Items)
	for k := range items {
		i := &items[k]
		now, err := w.incident(ctx, i.ID)
		if err != nil {
			return err
		}
		i.Kind, i.Severity, i.Status, i.Title = now.Kind, now.Severity, now.Status, now.Title
		i.Held = now.Status != detector.StatusResolved && (now.Muted != nil || now.ExplainedBy != "")
		first[i.ID] = now
	}
	g.Become(items)
	m.Group = &g
	if len(items) > 0 {
		m.Incident = *first[items[0].ID]
	}
	return nil
}
