package notifier_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
)

// forgetful is a receiver of a service that is to be told again each minute.
type forgetful struct{ scripted }

func (*forgetful) KeepEvery() time.Duration { return time.Minute }

// TestWhatIsOpenIsToldAgain: as it is now, each minute, until it is over; not what a silence covers, and through no outage of the
// service more than one try a round.
func TestWhatIsOpenIsToldAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, plain := &forgetful{}, &scripted{}
		r := run(t, map[string]notifier.Receiver{"a": a, "plain": plain})
		defer r.stop()
		open := func(id string, observed float64) detector.Incident {
			return detector.Incident{ID: id, Status: detector.StatusOpen, Observed: observed}
		}
		silenced := open("i2", 1)
		silenced.Muted = &detector.Muted{As: "silence"}
		set := func(list ...detector.Incident) {
			r.box.mu.Lock()
			defer r.box.mu.Unlock()
			r.box.now = map[string]detector.Incident{}
			for _, in := range list {
				r.box.now[in.ID] = in
			}
		}
		set(open("i1", 7), silenced)
		r.box.put(note("open", "i1", "a", detector.ChangeOpened), note("quiet", "i2", "a", detector.ChangeOpened), note("other", "i1", "plain", detector.ChangeOpened))
		r.Poke()
		time.Sleep(3*time.Minute + time.Second)
		synctest.Wait()
		var again []notifier.Message
		for _, m := range a.messages() {
			if m.Event == detector.ChangeUpdated {
				again = append(again, m)
			}
		}
		if len(again) != 3 || again[0].Incident.ID != "i1" || again[0].Incident.Observed != 7 || again[2].Now.Sub(again[0].Now) != 2*time.Minute {
			t.Errorf("told again %d times: %+v", len(again), again)
		}
		if n := len(plain.messages()); n != 1 {
			t.Errorf("a service that keeps what it is told was told %d times", n)
		}
		over := open("i1", 7)
		over.Status = detector.StatusResolved
		set(over)
		before := len(a.messages())
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if n := len(a.messages()); n != before {
			t.Errorf("what is over was told again %d times", n-before)
		}
	})
}

// TestAnEndThatWasOvertakenIsToldAgain: an incident that ends while it is told again does not stay open at the service.
func TestAnEndThatWasOvertakenIsToldAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &forgetful{}
		r := run(t, map[string]notifier.Receiver{"a": a})
		defer r.stop()
		r.box.now = map[string]detector.Incident{"i1": {ID: "i1", Status: detector.StatusOpen}}
		a.send = func(_ context.Context, m notifier.Message, _ int) (notifier.Receipt, bool, error) {
			if m.Event == detector.ChangeUpdated {
				r.box.mu.Lock()
				r.box.now["i1"] = detector.Incident{ID: "i1", Status: detector.StatusResolved}
				r.box.mu.Unlock()
			}
			return notifier.Receipt{}, false, nil
		}
		r.box.put(note("open", "i1", "a", detector.ChangeOpened))
		r.Poke()
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		var got []string
		for _, m := range a.messages() {
			got = append(got, string(m.Event))
		}
		if strings.Join(got, " ") != "opened updated resolved" {
			t.Errorf("told %v", got)
		}
	})
}

func TestAServiceThatIsAwayIsLoggedOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &forgetful{}
		a.send = func(_ context.Context, m notifier.Message, _ int) (notifier.Receipt, bool, error) {
			if m.Event == detector.ChangeUpdated {
				return notifier.Receipt{}, true, errors.New("it is away")
			}
			return notifier.Receipt{}, false, nil
		}
		r := run(t, map[string]notifier.Receiver{"a": a})
		r.box.now = map[string]detector.Incident{"i1": {ID: "i1", Status: detector.StatusOpen}, "i2": {ID: "i2", Status: detector.StatusOpen}}
		r.box.put(note("open", "i1", "a", detector.ChangeOpened), note("open2", "i2", "a", detector.ChangeOpened))
		r.Poke()
		time.Sleep(4*time.Minute + time.Second)
		synctest.Wait()
		r.stop()
		if n := len(a.messages()); n != 2+4 {
			t.Errorf("%d messages, want two openings and a try a minute", n)
		}
		if n := strings.Count(r.log.String(), "could not be told again"); n != 1 {
			t.Errorf("logged %d times", n)
		}
	})
}

// TestMoreThanIsToldAgainIsSaid: a service may forget what is left out of a round.
func TestMoreThanIsToldAgainIsSaid(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &forgetful{}
		r := run(t, map[string]notifier.Receiver{"a": a})
		r.box.now = map[string]detector.Incident{}
		const open = 1001
		for i := range open {
			id := fmt.Sprint("i", i)
			r.box.now[id] = detector.Incident{ID: id, Status: detector.StatusOpen}
			r.box.put(note("open "+id, id, "a", detector.ChangeOpened))
		}
		r.Poke()
		time.Sleep(3*time.Minute + time.Second)
		synctest.Wait()
		r.stop()
		if n := len(a.messages()) - open; n != 3*1000 {
			t.Errorf("told again %d times in three rounds", n)
		}
		if n := strings.Count(r.log.String(), "more is open than is told again"); n != 1 {
			t.Errorf("said %d times", n)
		}
	})
}
