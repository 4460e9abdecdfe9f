package notifier_test

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
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

// messages are those that it was given so far.
func (r *scripted) messages() []notifier.Message {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
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
