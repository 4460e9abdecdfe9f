// Package receivertest is the suite that every receiver passes: what a peer may do to a message, and what must never
// be seen of a secret.
package receivertest

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
)

// Subject is a receiver under test.
type Subject struct {
	// New makes the receiver so that it sends to the server at base (http://127.0.0.1:PORT).
	New func(t *testing.T, base string) notifier.Receiver
	// OK answers as the real peer does when all is well.
	OK http.HandlerFunc
	// Secrets are the planted values that no error and no payload may show.
	Secrets []string
}

// Planted is a value to be used as token, password or path: it is found wherever it leaks.
const Planted = "p1anted-s3cret-0f-the-suite"

// Message is a page to send: the sample incident, at its first try.
func Message(event detector.ChangeEvent) notifier.Message {
	now := time.Date(2026, 11, 23, 1, 52, 23, 0, time.UTC)
	in := notifier.Sample(now)
	in.ID = "7f3a2c91bd04"
	if event == detector.ChangeResolved {
		in.Status, in.ResolvedAt = detector.StatusResolved, &now
	}
	return notifier.Message{
		Notification: detector.Notification{
			ID: "0123456789abcdef0123456789abcdef", Receiver: "test", Event: event, Incident: in, CreatedAt: now, Attempts: 1,
		},
		Links: notifier.Links{Incident: "https://tocsin.example/incidents/7f3a2c91bd04"}, Now: now, Location: time.UTC,
	}
}

// Run runs the suite.
func Run(t *testing.T, s Subject) {
	t.Run("sends", s.sends)
	t.Run("says that a page is late", s.late)
	t.Run("sends at the same time", s.together)
	t.Run("failures", s.failures)
	t.Run("stops when it is told to", s.stops)
	t.Run("a peer that does not answer in time", s.hangs)
	t.Run("follows no redirect to another host", s.redirect)
	t.Run("nobody listens", s.refused)
}

// serve starts a peer and gives the receiver for it.
func (s Subject) serve(t *testing.T, h http.HandlerFunc) notifier.Receiver {
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return s.New(t, srv.URL)
}

// send makes one try and looks for secrets in all that comes of it.
func (s Subject) send(t *testing.T, ctx context.Context, r notifier.Receiver, m notifier.Message) (notifier.Receipt, bool, error) {
	t.Helper()
	receipt, retry, err := r.Send(ctx, m)
	seen := receipt.Reference + string(receipt.Payload)
	if err != nil {
		seen += err.Error()
	}
	for _, secret := range append([]string{Planted}, s.Secrets...) {
		if strings.Contains(seen, secret) {
			t.Errorf("a secret is shown; the error: %v", err)
		}
	}
	return receipt, retry, err
}

func (s Subject) sends(t *testing.T) {
	r := s.serve(t, s.OK)
	for _, event := range []detector.ChangeEvent{detector.ChangeOpened, detector.ChangeResolved} {
		receipt, _, err := s.send(t, t.Context(), r, Message(event))
		if err != nil {
			t.Fatalf("%s: %v", event, err)
		}
		if !json.Valid(receipt.Payload) {
			t.Errorf("%s: the payload is no JSON: %q", event, receipt.Payload)
		}
	}
}

func (s Subject) together(t *testing.T) {
	r := s.serve(t, s.OK)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, _, err := r.Send(t.Context(), Message(detector.ChangeOpened)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func (s Subject) failures(t *testing.T) {
	status := func(code int, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if len(header) == 2 {
				w.Header().Set(header[0], header[1])
			}
			// A peer may tell its caller's own secrets back.
			http.Error(w, r.URL.String()+" "+r.Header.Get("Authorization")+" "+Planted, code)
		}
	}
	for _, c := range []struct {
		name  string
		peer  http.HandlerFunc
		retry bool
		after time.Duration
	}{
		{"429 with a wait", status(429, "Retry-After", "7"), true, 7 * time.Second},
		{"500", status(500), true, 0},
		{"502", status(502), true, 0},
		{"503", status(503), true, 0},
		{"400", status(400), false, 0},
		{"401", status(401), false, 0},
		{"404", status(404), false, 0},
		{"410", status(410), false, 0},
		{"hang-up", func(w http.ResponseWriter, _ *http.Request) {
			if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
				_ = c.Close()
			}
		}, true, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, retry, err := s.send(t, t.Context(), s.serve(t, c.peer), Message(detector.ChangeOpened))
			if err == nil {
				t.Fatal("the failure is not noticed")
			}
			if retry != c.retry {
				t.Errorf("retry is %t, want %t: %v", retry, c.retry, err)
			}
			var later *notifier.Later
			if errors.As(err, &later) != (c.after > 0) || later != nil && later.After != c.after {
				t.Errorf("it waits %+v, want %v", later, c.after)
			}
		})
	}
	t.Run("an endless answer", func(t *testing.T) {
		chunk := []byte(strings.Repeat(" ", 1<<16))
		var wrote atomic.Int64
		done := make(chan struct{})
		r := s.serve(t, func(w http.ResponseWriter, r *http.Request) {
			defer close(done)
			for r.Context().Err() == nil {
				n, err := w.Write(chunk)
				if wrote.Add(int64(n)) > 1<<28 || err != nil {
					return
				}
			}
		})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		_, _, _ = s.send(t, ctx, r, Message(detector.ChangeOpened))
		if ctx.Err() != nil {
			t.Error("it reads for ever")
		}
		if c, ok := r.(interface{ CloseIdleConnections() }); ok {
			c.CloseIdleConnections()
		}
		<-done
		if wrote.Load() > 1<<27 {
			t.Errorf("it took %d bytes of an answer", wrote.Load())
		}
	})
}

func (s Subject) stops(t *testing.T) {
	reached := make(chan struct{})
	release := make(chan struct{})
	r := s.serve(t, func(_ http.ResponseWriter, r *http.Request) {
		close(reached)
		<-release
	})
	defer close(release)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-reached
		cancel()
	}()
	_, retry, err := s.send(t, ctx, r, Message(detector.ChangeOpened))
	if err == nil || !retry {
		t.Errorf("stopped: retry %t, %v; want a retryable error", retry, err)
	}
}

func (s Subject) hangs(t *testing.T) {
	release := make(chan struct{})
	r := s.serve(t, func(http.ResponseWriter, *http.Request) { <-release })
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, retry, err := s.send(t, ctx, r, Message(detector.ChangeOpened))
	if err == nil || !retry || !strings.Contains(err.Error(), "in time") {
		t.Errorf("retry %t, %v; want a retryable error that says what happened", retry, err)
	}
}

func (s Subject) redirect(t *testing.T) {
	var reached atomic.Bool
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reached.Store(true)
		s.OK(w, r)
	}))
	defer other.Close()
	r := s.serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+r.URL.Path, http.StatusTemporaryRedirect)
	})
	_, retry, err := s.send(t, t.Context(), r, Message(detector.ChangeOpened))
	if err == nil || retry {
		t.Errorf("redirected: retry %t, %v; want an error for good", retry, err)
	}
	if reached.Load() {
		t.Error("the message went to another host")
	}
}

func (s Subject) refused(t *testing.T) {
	srv := httptest.NewServer(s.OK)
	r := s.New(t, srv.URL)
	srv.Close()
	_, retry, err := s.send(t, t.Context(), r, Message(detector.ChangeOpened))
	if err == nil || !retry {
		t.Errorf("nobody listens: retry %t, %v; want a retryable error", retry, err)
	}
}
