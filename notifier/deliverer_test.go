package notifier_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
)

// scripted is a receiver that does what send says and remembers what it was given.
type scripted struct {
	mu   sync.Mutex
	got  []notifier.Message
	at   []time.Time
	send func(ctx context.Context, m notifier.Message, try int) (notifier.Receipt, bool, error)
}

func (r *scripted) Send(ctx context.Context, m notifier.Message) (notifier.Receipt, bool, error) {
	r.mu.Lock()
	r.got, r.at = append(r.got, m), append(r.at, time.Now())
	try := len(r.got)
	r.mu.Unlock()
	if r.send == nil {
		return notifier.Receipt{Reference: "ref-" + m.Incident.ID, Payload: []byte(`{}`)}, false, nil
	}
	return r.send(ctx, m, try)
}

func (r *scripted) ids() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	for _, m := range r.got {
		out = append(out, m.ID)
	}
	return out
}

type counts struct {
	mu                  sync.Mutex
	sent, failed, final int
	slowest             time.Duration
}

func (c *counts) Sent(_ string, _ detector.ChangeEvent, after time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent++
	c.slowest = max(c.slowest, after)
}

func (c *counts) Failed(_ string, _ detector.ChangeEvent, final bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failed++
	if final {
		c.final++
	}
}

// rig is a running deliverer in a bubble of fake time.
type rig struct {
	*notifier.Deliverer
	box     *memory
	counts  *counts
	log     *bytes.Buffer
	stop    func()
	started time.Time
}

func run(t *testing.T, receivers map[string]notifier.Receiver) *rig {
	t.Helper()
	r := &rig{box: &memory{references: map[string]string{}}, counts: &counts{}, log: &bytes.Buffer{}, started: time.Now()}
	d, err := notifier.New(notifier.Options{
		Outbox: r.box, Receivers: receivers, Now: time.Now, Random: func() float64 { return 0.5 },
		Logger: slog.New(slog.NewTextHandler(r.log, nil)), Owner: "test", BaseURL: "https://tocsin.example", Metrics: r.counts,
	})
	if err != nil {
		t.Fatal(err)
	}
	r.Deliverer = d
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.Run(ctx)
	}()
	r.stop = func() {
		cancel()
		<-done
	}
	synctest.Wait()
	return r
}

func note(id, incident, receiver string, event detector.ChangeEvent) detector.Notification {
	return detector.Notification{
		ID: id, Receiver: receiver, Event: event, CreatedAt: time.Now(),
		Incident: detector.Incident{ID: incident, Kind: detector.KindSurge, Severity: detector.SeverityPage, Page: true},
	}
}

func bubble(t *testing.T, fn func(t *testing.T)) { synctest.Test(t, fn) }

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

func TestWhatWasReachedBeforeAnErrorIsKept(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &scripted{send: func(_ context.Context, _ notifier.Message, try int) (notifier.Receipt, bool, error) {
			if try == 1 {
				return notifier.Receipt{Reference: "C1:9"}, true, errors.New("posted, but the reply failed")
			}
			return notifier.Receipt{}, false, nil
		}}
		r := run(t, map[string]notifier.Receiver{"a": a})
		defer r.stop()
		r.box.put(note("n", "i", "a", detector.ChangeOpened))
		r.Poke()
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if len(a.got) != 2 || a.got[1].Reference != "C1:9" || a.got[1].Attempts != 2 {
			t.Errorf("%+v", a.got)
		}
	})
}

func TestWhenDoneCannotBeRecordedItIsSentAgainWithTheSameID(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &scripted{}
		r := run(t, map[string]notifier.Receiver{"a": a})
		defer r.stop()
		r.box.doneFails = 1
		r.box.put(note("n", "i", "a", detector.ChangeOpened))
		r.Poke()
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := a.ids(); !slices.Equal(got, []string{"n", "n"}) || a.got[1].Attempts != 2 || r.box.get("n").state != "done" {
			t.Errorf("%v, %+v", got, r.box.get("n"))
		}
	})
}

func TestAnOutboxThatIsAwayIsAskedLessAndLess(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &scripted{}
		r := run(t, map[string]notifier.Receiver{"a": a})
		defer r.stop()
		r.box.mu.Lock()
		r.box.down, r.box.leases = true, 0
		r.box.mu.Unlock()
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		r.box.mu.Lock()
		asked := r.box.leases
		r.box.down = false
		r.box.mu.Unlock()
		if asked > 20 || asked < 5 {
			t.Errorf("asked %d times in 10 minutes", asked)
		}
		r.box.put(note("n", "i", "a", detector.ChangeOpened))
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if r.box.get("n").state != "done" {
			t.Error("it did not recover")
		}
	})
}

func TestStopWaitsForWhatIsOnItsWay(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &scripted{send: func(ctx context.Context, _ notifier.Message, _ int) (notifier.Receipt, bool, error) {
			select {
			case <-ctx.Done():
				return notifier.Receipt{}, true, ctx.Err()
			case <-time.After(3 * time.Second):
				return notifier.Receipt{}, false, nil
			}
		}}
		r := run(t, map[string]notifier.Receiver{"a": a})
		r.box.put(note("n", "i", "a", detector.ChangeOpened))
		r.Poke()
		synctest.Wait()
		r.stop()
		if row := r.box.get("n"); row.state != "done" || time.Since(r.started) != 3*time.Second {
			t.Errorf("stopped after %v with %q", time.Since(r.started), row.state)
		}
	})
}

func TestReceiversCanBeReplacedWhileItRuns(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, b, a2 := &scripted{}, &scripted{}, &scripted{}
		r := run(t, map[string]notifier.Receiver{"a": a})
		defer r.stop()
		r.SetReceivers(map[string]notifier.Receiver{"a": a2, "b": b})
		synctest.Wait()
		r.box.put(note("1", "i", "a", detector.ChangeOpened), note("2", "i", "b", detector.ChangeOpened))
		r.Poke()
		synctest.Wait()
		if len(a.ids()) != 0 || len(a2.ids()) != 1 || len(b.ids()) != 1 {
			t.Errorf("old %d, new %d, added %d", len(a.ids()), len(a2.ids()), len(b.ids()))
		}
		r.SetReceivers(map[string]notifier.Receiver{"b": b})
		synctest.Wait()
		r.box.put(note("3", "i2", "a", detector.ChangeOpened))
		time.Sleep(time.Minute)
		synctest.Wait()
		if row := r.box.get("3"); row.state != "" || row.Attempts != 0 {
			t.Errorf("a message to a receiver that is gone: %+v", row)
		}
		r.SetReceivers(map[string]notifier.Receiver{"a": a2, "b": b})
		synctest.Wait()
		if r.box.get("3").state != "done" {
			t.Error("it is not sent once the receiver is back")
		}
	})
}

func TestAPanicOfAReceiverIsAnError(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &scripted{send: func(_ context.Context, _ notifier.Message, try int) (notifier.Receipt, bool, error) {
			if try == 1 {
				panic("boom")
			}
			return notifier.Receipt{}, false, nil
		}}
		r := run(t, map[string]notifier.Receiver{"a": a})
		defer r.stop()
		r.box.put(note("n", "i", "a", detector.ChangeOpened))
		r.Poke()
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if r.box.get("n").state != "done" || !strings.Contains(r.log.String(), "panicked") {
			t.Errorf("%+v\n%s", r.box.get("n"), r.log)
		}
	})
}

func TestSendTest(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &scripted{}
		r := run(t, map[string]notifier.Receiver{"a": a})
		defer r.stop()
		if err := r.SendTest(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		if m := a.got[0]; !m.Test || m.Incident.Title == "" || !strings.Contains(m.Incident.Detail, "nothing is wrong") {
			t.Errorf("%+v", m)
		}
		if err := r.SendTest(t.Context(), "b"); err == nil || !strings.Contains(err.Error(), `"b"`) {
			t.Errorf("an unknown receiver: %v", err)
		}
	})
}

func TestNewSaysWhatIsMissing(t *testing.T) {
	good := notifier.Options{
		Outbox: &memory{}, Now: time.Now, Random: func() float64 { return 0 }, Logger: slog.New(slog.DiscardHandler), Owner: "o",
	}
	for name, spoil := range map[string]func(*notifier.Options){
		"Outbox": func(o *notifier.Options) { o.Outbox = nil }, "Now": func(o *notifier.Options) { o.Now = nil },
		"Random": func(o *notifier.Options) { o.Random = nil }, "Logger": func(o *notifier.Options) { o.Logger = nil },
		"Owner": func(o *notifier.Options) { o.Owner = "" }, "base URL": func(o *notifier.Options) { o.BaseURL = "tocsin" },
	} {
		o := good
		spoil(&o)
		if _, err := notifier.New(o); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
