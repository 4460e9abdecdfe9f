package notifier

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// lateAfter is how long after it was due a message says so.
const lateAfter = time.Minute

// refresh makes a message that is sent late one of how things are now: whoever reads it acts now. What is told stays: a change
// that is no page keeps the timeline of when it happened, of which its news is the last entry. A resolution is of an end that was,
// and a group's list is of when it was written. Where the store does not answer the message goes out as it was written.
func (w *worker) refresh(ctx context.Context, m *Message, n *plan.Notification) error {
	late := n.Late(m.Now)
	if late < lateAfter || plan.Lists(n.Event) {
		return nil
	}
	if plan.Pages(n.Event) {
		m.Late, m.Cause = late, n.Failure
	}
	if n.Group != nil || n.Event == detector.ChangeResolved {
		return nil
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
