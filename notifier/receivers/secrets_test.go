package receivers_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/plan"
	"github.com/tocsin-io/tocsin/notifier/receivers"
	"github.com/tocsin-io/tocsin/notifier/receivertest"
)

// once is an outbox that hands out one notification a receiver and takes down what it is told.
type once struct {
	mu     sync.Mutex
	given  map[string]bool
	told   strings.Builder
	failed int
	all    chan struct{} // closed when so many have failed
	want   int
}

func (o *once) Lease(_ context.Context, _ string, _ time.Time, _ int, _ time.Duration, names ...string) ([]plan.Notification, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.given[names[0]] {
		return nil, nil
	}
	o.given[names[0]] = true
	n := receivertest.Message(detector.ChangeOpened).Notification
	n.ID, n.Receiver = "n-"+names[0], names[0]
	return []plan.Notification{{Notification: n, Thread: n.Incident.ID}}, nil
}

func (o *once) note(args ...any) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	fmt.Fprintln(&o.told, args...)
	return nil
}

func (o *once) fail(args ...any) error {
	_ = o.note(args...)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.failed++; o.failed == o.want {
		close(o.all)
	}
	return nil
}

func (o *once) Done(_ context.Context, id, ref, link string, _ time.Time) error {
	return o.fail(id, ref, link)
}

func (o *once) KeepPayload(_ context.Context, id string, p []byte) error {
	return o.note(id, string(p))
}

func (o *once) Retry(_ context.Context, _, id string, _ time.Time, cause string) error {
	return o.fail(id, cause)
}
func (o *once) Dead(_ context.Context, _, id, cause string) error { return o.fail(id, cause) }
func (o *once) Reference(context.Context, string, string) (string, bool, error) {
	return "", false, nil
}

func (o *once) Incident(context.Context, string) (*detector.Incident, error) {
	return nil, errors.New("nothing is read")
}

func (o *once) Standing(context.Context, string, int) ([]plan.Notification, error) {
	return nil, nil
}
func (o *once) LastReference(context.Context, string) (string, error)  { return "", nil }
func (o *once) SetReference(_ context.Context, _, _, ref string) error { return o.note(ref) }

// labels writes down every label that a metric would get.
type labels struct{ o *once }

func (l labels) Sent(r string, e detector.ChangeEvent, _ time.Duration) { _ = l.o.note(r, e) }
func (l labels) Failed(r string, e detector.ChangeEvent, f bool)        { _ = l.o.note(r, e, f) }

// TestNoLogMetricOrRecordShowsASecret lets every kind of receiver fail against peers that tell all they were sent back,
// and reads the log, what metrics were given, and what the outbox was told.
func TestNoLogMetricOrRecordShowsASecret(t *testing.T) {
	for name, peer := range map[string]http.HandlerFunc{
		"tells all back": func(w http.ResponseWriter, r *http.Request) {
			http.Error(w, fmt.Sprint(r.URL, r.Header), http.StatusInternalServerError)
		},
		"refuses": func(w http.ResponseWriter, r *http.Request) {
			http.Error(w, fmt.Sprint(r.Header, r.URL), http.StatusForbidden)
		},
		"hangs up": func(w http.ResponseWriter, _ *http.Request) {
			if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
				_ = c.Close()
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			srv := httptest.NewServer(peer)
			defer srv.Close()
			base := notifier.Secret(srv.URL)
			c := notifier.Config{Receivers: []notifier.ReceiverConfig{
				{Name: "slack", Slack: &notifier.SlackConfig{Token: "xoxb-" + planted, Channel: "#a", SigningSecret: planted, APIURL: srv.URL}},
				{Name: "hook", SlackWebhook: &notifier.SlackWebhookConfig{URL: base + "/services/" + planted}},
				{Name: "webhook", Webhook: &notifier.WebhookConfig{URL: base + "/?k=" + planted, Secret: planted, Headers: map[string]notifier.Secret{"Authorization": planted}}},
			}}
			for _, k := range kinds {
				rc := k.config(srv.URL)
				rc.Name = k.name
				c.Receivers = append(c.Receivers, rc)
			}
			built, err := receivers.Build(c, receivers.Options{})
			if err != nil {
				t.Fatal(err)
			}
			var log bytes.Buffer
			o := &once{given: map[string]bool{}, all: make(chan struct{}), want: len(built)}
			d, err := notifier.New(notifier.Options{
				Outbox: o, Receivers: built, Now: time.Now, Random: func() float64 { return 0 }, Owner: "test", Metrics: labels{o},
				Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
			})
			if err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithCancel(t.Context())
			done := make(chan struct{})
			go func() {
				defer close(done)
				d.Run(ctx)
			}()
			<-o.all
			stop()
			<-done
			if seen := log.String() + o.told.String(); strings.Contains(seen, receivertest.Planted) || !strings.Contains(seen, "n-telegram") {
				t.Errorf("a secret is shown, or nothing is:\n%.4000s", seen)
			}
		})
	}
}
