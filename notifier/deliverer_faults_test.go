package notifier_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
)

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
		if err := r.SendTest(t.Context(), "a", false); err != nil {
			t.Fatal(err)
		}
		if m := a.got[0]; !m.Test || m.Incident.Title == "" || !strings.Contains(m.Incident.Detail, "nothing is wrong") {
			t.Errorf("%+v", m)
		}
		if err := r.SendTest(t.Context(), "b", false); err == nil || !strings.Contains(err.Error(), `"b": those of the configuration are a`) {
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

// TestNothingIsSentAfterTheLease: the outbox answers so late that the lease has ended: another sender may have the message,
// so it is not sent before it is leased again.
func TestNothingIsSentAfterTheLease(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := &scripted{}
		r := run(t, map[string]notifier.Receiver{"a": a})
		defer r.stop()
		r.box.leaseTakes = time.Minute
		r.box.put(note("n", "i", "a", detector.ChangeOpened))
		r.Poke()
		time.Sleep(70 * time.Second)
		synctest.Wait()
		if got := a.ids(); !slices.Equal(got, []string{"n"}) || a.got[0].Attempts != 2 {
			t.Errorf("sent %+v, want n by the second lease alone", a.got)
		}
	})
}

// TestARequestEndsWithTheLease: what is left of the lease bounds the request, where it is less than the time-out.
func TestARequestEndsWithTheLease(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var bound time.Time
		a := &scripted{send: func(ctx context.Context, _ notifier.Message, _ int) (notifier.Receipt, bool, error) {
			bound, _ = ctx.Deadline()
			return notifier.Receipt{}, false, nil
		}}
		r := run(t, map[string]notifier.Receiver{"a": a})
		defer r.stop()
		r.box.leaseTakes = 26 * time.Second
		leased := time.Now()
		r.box.put(note("n", "i", "a", detector.ChangeOpened))
		r.Poke()
		time.Sleep(29 * time.Second)
		synctest.Wait()
		if end := leased.Add(30 * time.Second); bound.IsZero() || bound.After(end) {
			t.Errorf("the request may last until %s, and the lease until %s", bound.Sub(leased), end.Sub(leased))
		}
	})
}
