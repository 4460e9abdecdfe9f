package paging

import (
	"errors"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
	"github.com/tocsin-io/tocsin/store"
)

func asRefused(err error, into **store.RefusedError) bool { return errors.As(err, into) }

const ttl = 30 * time.Second

// sends lets a sender take what is due. It may die before it sends, or after, before it says so.
func (w *world) sends(reliable bool) int {
	w.Helper()
	st := w.replica()
	ns, err := st.Lease(w.Context(), "sender", w.clock(), 1+w.rand.IntN(8), ttl)
	if err != nil {
		w.Fatalf("lease: %v", err)
	}
	for _, n := range ns {
		dies := w.rand.IntN(6)
		if !reliable && dies == 0 {
			continue
		}
		w.hears(n)
		if !reliable && dies == 1 {
			continue
		}
		if err := st.Done(w.Context(), n.ID, "ref "+n.Thread, "", w.clock()); err != nil {
			w.Fatalf("done: %v", err)
		}
	}
	return len(ns)
}

// hears is a receiver that knows a message again by its id.
func (w *world) hears(n plan.Notification) {
	w.Helper()
	r := w.told[n.Receiver]
	if r == nil {
		r = &receiver{ids: map[string]bool{}, last: map[string]int64{}, first: map[string]int{}, as: map[string]detector.Status{}}
		w.told[n.Receiver] = r
	}
	if r.ids[n.ID] {
		return
	}
	r.ids[n.ID] = true
	_, knew := r.as[n.Incident.ID]
	switch last, began := r.last[n.Thread]; {
	case !began && n.Event == plan.Reminded && knew: // escalated to one who knows of it by another route
	case !began && n.Event != detector.ChangeOpened && n.Event != plan.Escalated && n.Event != plan.Digested:
		w.Errorf("%s hears first of %s that it is %s", n.Receiver, n.Thread, n.Event)
	case n.Sequence <= last:
		w.Errorf("%s hears %d of %s after %d", n.Receiver, n.Sequence, n.Thread, last)
	}
	r.last[n.Thread] = n.Sequence
	items := []plan.Item{{ID: n.Incident.ID, Status: n.Incident.Status, New: n.Event == detector.ChangeOpened}}
	if n.Group != nil {
		items = n.Group.Items
		if n.Incident.ID != items[0].ID || len(items) != min(n.Group.Total(), plan.MaxItems) {
			w.Errorf("a group of %d with %d items, led by %s", n.Group.Total(), len(items), n.Incident.ID)
		}
	}
	for _, i := range items {
		_, knows := r.as[i.ID]
		if !knows && i.Status == detector.StatusOpen && !plan.Pages(n.Event) && n.Event != plan.Digested {
			w.Errorf("%s hears first of %s in passing, as %s", n.Receiver, i.ID, n.Event)
		}
		if i.New && n.Event != plan.Escalated || !knows {
			if r.first[i.ID]++; r.first[i.ID] > 1+w.reopened[i.ID] {
				w.Errorf("%s hears for the %d. time of %s, which was reopened %d times", n.Receiver, r.first[i.ID], i.ID, w.reopened[i.ID])
			}
		}
		r.as[i.ID] = i.Status
	}
}

// rests lets time pass until everything that can be told is told.
func (w *world) rests(d time.Duration) {
	w.Helper()
	for step := 20 * time.Minute; d > 0; d -= step {
		w.now.Add(int64(step / time.Second))
		w.pace()
		for w.sends(true) > 0 {
		}
	}
}
