package notifier_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// awayFor is a receiver that takes nothing until d has passed.
func awayFor(d time.Duration) *scripted {
	back := time.Now().Add(d)
	return &scripted{send: func(context.Context, notifier.Message, int) (notifier.Receipt, bool, error) {
		if time.Now().Before(back) {
			return notifier.Receipt{}, true, errors.New("503 Service Unavailable")
		}
		return notifier.Receipt{}, false, nil
	}}
}

// TestALatePageIsOfNow: a page that its receiver took only after an outage tells how the incident is now, that it is late and why;
// what follows it in its thread is of now too, with the news of when it happened, and the end is the end.
func TestALatePageIsOfNow(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := awayFor(12 * time.Minute)
		r := run(t, map[string]notifier.Receiver{"a": a})
		defer r.stop()
		update, end := note("update", "i1", "a", detector.ChangeUpdated), note("end", "i1", "a", detector.ChangeResolved)
		update.Incident.Timeline = []detector.Entry{{Kind: detector.EntryWorse, Text: "told then"}}
		r.box.now = map[string]detector.Incident{"i1": {ID: "i1", Observed: 99, Timeline: []detector.Entry{{Kind: detector.EntryBack}}}}
		r.box.put(note("open", "i1", "a", detector.ChangeOpened), update, end, note("soon", "i2", "a", detector.ChangeOpened))
		r.Poke()
		synctest.Wait()
		if m := a.messages()[0]; m.Late != 0 || m.Cause != "" || m.Incident.Observed != 0 {
			t.Errorf("the first try is late by %v, %q, and tells %v", m.Late, m.Cause, m.Incident.Observed)
		}
		time.Sleep(20 * time.Minute)
		synctest.Wait()
		sent := map[string]notifier.Message{}
		for _, m := range a.messages() {
			sent[m.ID] = m
		}
		if m := sent["open"]; m.Late < 12*time.Minute || m.Late > 18*time.Minute || m.Cause != "503 Service Unavailable" || m.Incident.Observed != 99 ||
			m.Incident.Timeline[0].Kind != detector.EntryBack {
			t.Errorf("the page is late by %v, %q: %+v", m.Late, m.Cause, m.Incident)
		}
		if m := sent["update"]; m.Late != 0 || m.Incident.Observed != 99 || m.Incident.Timeline[0].Text != "told then" {
			t.Errorf("the update: late by %v: %+v", m.Late, m.Incident)
		}
		if m := sent["end"]; m.Late != 0 || m.Incident.Observed != 0 {
			t.Errorf("the end: late by %v: %+v", m.Late, m.Incident)
		}
		if m := sent["soon"]; r.box.get("soon").state != "done" || m.Late < 12*time.Minute {
			t.Errorf("what cannot be read anew is sent as it was: %+v", m)
		}
	})
}

// TestALateListIsOfNow: the incidents of a group stand in a late page as they are now, counted and ordered so.
func TestALateListIsOfNow(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := awayFor(12 * time.Minute)
		r := run(t, map[string]notifier.Receiver{"a": a})
		defer r.stop()
		item := func(id string) plan.Item { return plan.Item{ID: id, Status: detector.StatusOpen, Title: "then"} }
		r.box.groups = map[string]*plan.Group{"open": {
			ID: "g", Sort: plan.Shared, Items: []plan.Item{item("i1"), item("i2"), item("i3")}, Open: 5, Resolved: 1, // three are not carried
		}}
		r.box.now = map[string]detector.Incident{
			"i1": {ID: "i1", Status: detector.StatusResolved, Title: "now"}, "i2": {ID: "i2", Status: detector.StatusAcknowledged}, "i3": {ID: "i3", Status: detector.StatusOpen},
		}
		r.box.put(note("open", "i1", "a", detector.ChangeOpened))
		r.Poke()
		time.Sleep(20 * time.Minute)
		synctest.Wait()
		list := a.messages()
		g := list[len(list)-1].Group
		if g.Open != 3 || g.Acknowledged != 1 || g.Resolved != 2 || g.Items[0].ID != "i3" || g.Items[2].Title != "now" || list[len(list)-1].Incident.ID != "i3" {
			t.Errorf("the list is %+v", g)
		}
		if first := list[0].Group; first.Open != 5 || first.Items[0].ID != "i1" {
			t.Errorf("the list of the first try is %+v", first)
		}
	})
}

// TestAPageThatWaitedAsItShouldIsNotLate: what its route holds back is due when the route says.
func TestAPageThatWaitedAsItShouldIsNotLate(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &scripted{}
		r := run(t, map[string]notifier.Receiver{"a": a})
		defer r.stop()
		n := note("night", "i1", "a", detector.ChangeOpened)
		n.NotBefore = time.Now().Add(8 * time.Hour)
		r.box.put(n)
		time.Sleep(9 * time.Hour)
		synctest.Wait()
		if got := a.messages(); len(got) != 1 || got[0].Late != 0 {
			t.Errorf("%+v", got)
		}
	})
}
