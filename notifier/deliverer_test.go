package notifier_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
)

func TestAPokeSendsAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &scripted{}
		r := run(t, map[string]notifier.Receiver{"a": a})
		defer r.stop()
		r.box.put(note("n1", "i1", "a", detector.ChangeOpened))
		r.Poke()
		synctest.Wait()
		if row := r.box.get("n1"); row.state != "done" || !row.doneAt.Equal(r.started) {
			t.Fatalf("%+v", row)
		}
		if m := a.got[0]; m.Links.Incident != "https://tocsin.example/incidents/i1" || m.Attempts != 1 || m.Location == nil {
			t.Errorf("%+v", m)
		}
		if r.counts.sent != 1 || string(r.box.get("n1").payload) != "{}" {
			t.Errorf("counts %+v, payload %s", r.counts, r.box.get("n1").payload)
		}
	})
}

func TestWithoutAPokeItIsSentWithinASecond(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := run(t, map[string]notifier.Receiver{"a": &scripted{}})
		defer r.stop()
		r.box.put(note("n1", "i1", "a", detector.ChangeOpened))
		time.Sleep(time.Second)
		synctest.Wait()
		if row := r.box.get("n1"); row.state != "done" {
			t.Fatalf("%+v", row)
		}
	})
}

func TestChangesOfAnIncidentArriveInOrderWithTheReference(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &scripted{}
		a.send = func(_ context.Context, m notifier.Message, try int) (notifier.Receipt, bool, error) {
			if try == 1 {
				return notifier.Receipt{}, true, errors.New("not yet")
			}
			return notifier.Receipt{Reference: "C1:1"}, false, nil
		}
		r := run(t, map[string]notifier.Receiver{"a": a})
		defer r.stop()
		r.box.newest = map[string]string{"a": "C1:0"}
		r.box.put(note("open", "i1", "a", detector.ChangeOpened), note("update", "i1", "a", detector.ChangeUpdated), note("end", "i1", "a", detector.ChangeResolved))
		r.Poke()
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got, want := a.ids(), []string{"open", "open", "update", "end"}; !slices.Equal(got, want) {
			t.Fatalf("sent %v, want %v", got, want)
		}
		if a.got[1].Reference != "" || a.got[2].Reference != "C1:1" {
			t.Errorf("references %q, %q", a.got[1].Reference, a.got[2].Reference)
		}
		if a.got[1].Earlier != "C1:0" || a.got[2].Earlier != "" {
			t.Errorf("the receiver's message before is %q, %q", a.got[1].Earlier, a.got[2].Earlier)
		}
	})
}

func TestAHangingReceiverDelaysNoOther(t *testing.T) {
	bubble(t, func(t *testing.T) {
		hang := &scripted{send: func(ctx context.Context, _ notifier.Message, _ int) (notifier.Receipt, bool, error) {
			<-ctx.Done()
			return notifier.Receipt{}, true, ctx.Err()
		}}
		b := &scripted{}
		r := run(t, map[string]notifier.Receiver{"a": hang, "b": b})
		defer r.stop()
		for i := range 50 {
			r.box.put(note(fmt.Sprint("a", i), fmt.Sprint("i", i), "a", detector.ChangeOpened))
		}
		r.box.put(note("b", "i1", "b", detector.ChangeOpened))
		r.Poke()
		synctest.Wait()
		if row := r.box.get("b"); row.state != "done" || !row.doneAt.Equal(r.started) {
			t.Fatalf("b waits for a: %+v", row)
		}
		if n := len(hang.ids()); n != 4 {
			t.Errorf("%d messages on their way to a receiver that hangs, want 4", n)
		}
		time.Sleep(10 * time.Second) // the time-out
		synctest.Wait()
		if row := r.box.get("a0"); row.cause == "" {
			t.Errorf("the time-out is not recorded: %+v", row)
		}
	})
}

// A day of standstill, or a person who sends it again later, leaves a message more than one try.
func TestAnOldMessageIsTriedTenTimes(t *testing.T) {
	bubble(t, func(t *testing.T) {
		tries := 0
		a := &scripted{send: func(context.Context, notifier.Message, int) (notifier.Receipt, bool, error) {
			tries++
			return notifier.Receipt{}, true, errors.New("503")
		}}
		r := run(t, map[string]notifier.Receiver{"a": a})
		defer r.stop()
		old := note("n", "i", "a", detector.ChangeOpened)
		old.CreatedAt = time.Now().Add(-48 * time.Hour)
		r.box.put(old)
		r.Poke()
		time.Sleep(time.Hour)
		synctest.Wait()
		if row := r.box.get("n"); row.state != "dead" || tries != 10 {
			t.Errorf("%s after %d tries, want dead after 10", row.state, tries)
		}
	})
}

func TestBackOffDoublesUpToFiveMinutesAndEndsAfterADay(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &scripted{send: func(context.Context, notifier.Message, int) (notifier.Receipt, bool, error) {
			return notifier.Receipt{}, true, errors.New("503")
		}}
		r := run(t, map[string]notifier.Receiver{"a": a})
		defer r.stop()
		r.box.put(note("n", "i", "a", detector.ChangeOpened))
		r.Poke()
		time.Sleep(25 * time.Hour)
		synctest.Wait()
		row := r.box.get("n")
		if row.state != "dead" || !strings.Contains(row.cause, "given up after 24h: 503") {
			t.Fatalf("after a day: %s, %s", row.state, row.cause)
		}
		for i := 1; i < len(a.at); i++ {
			// A quarter of the wait is taken off by the randomness of 0.5; the outbox is looked at each second.
			full := min(5*time.Minute, time.Second<<(i-1))
			wait := full * 3 / 4
			if got := a.at[i].Sub(a.at[i-1]); got < wait || got > wait+time.Second {
				t.Fatalf("wait %d was %v, want %v", i, got, wait)
			}
			if i > 12 {
				break
			}
		}
		if last := a.at[len(a.at)-1].Sub(r.started); last > 24*time.Hour {
			t.Errorf("the last try came after %v", last)
		}
		if r.counts.final != 1 || r.counts.failed != len(a.at) {
			t.Errorf("%+v", r.counts)
		}
	})
}

func TestRetryAfterPausesTheReceiver(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &scripted{send: func(_ context.Context, _ notifier.Message, try int) (notifier.Receipt, bool, error) {
			if try == 1 {
				return notifier.Receipt{}, true, &notifier.Later{After: 30 * time.Second, Err: errors.New("slow down")}
			}
			return notifier.Receipt{}, false, nil
		}}
		r := run(t, map[string]notifier.Receiver{"a": a})
		defer r.stop()
		r.box.put(note("n1", "i1", "a", detector.ChangeOpened))
		r.Poke()
		synctest.Wait()
		r.box.put(note("n2", "i2", "a", detector.ChangeOpened))
		r.Poke()
		time.Sleep(29 * time.Second)
		synctest.Wait()
		if n := len(a.ids()); n != 1 {
			t.Fatalf("%d tries within the pause", n)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if n := len(a.ids()); n != 3 || r.counts.sent != 2 {
			t.Errorf("%d tries after the pause, %d sent", n, r.counts.sent)
		}
	})
}

func TestARefusalIsFinalAndWhatFollowsIsSent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &scripted{send: func(_ context.Context, m notifier.Message, _ int) (notifier.Receipt, bool, error) {
			if m.Event == detector.ChangeOpened {
				return notifier.Receipt{}, false, errors.New("channel_not_found")
			}
			return notifier.Receipt{}, false, nil
		}}
		r := run(t, map[string]notifier.Receiver{"a": a})
		defer r.stop()
		r.box.put(note("n1", "i1", "a", detector.ChangeOpened), note("n2", "i1", "a", detector.ChangeResolved))
		r.Poke()
		synctest.Wait()
		if r.box.get("n1").state != "dead" || r.box.get("n2").state != "done" {
			t.Errorf("%s, %s", r.box.get("n1").state, r.box.get("n2").state)
		}
	})
}
