//go:build linux

package chaos

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/notifier/webhook"
)

const hookSecret = "a-secret-of-the-suite"

// answer is how the page receiver answers.
type answer int

const (
	good      answer = iota // 204
	broken                  // 500
	limited                 // 429, Retry-After: 2
	hanging                 // no answer until the sender gives up
	hangingUp               // takes the page and hangs up
)

// page is one request to the receiver.
type page struct {
	at         time.Time
	key        string // the idempotency key
	event      string
	id         string // of the incident
	title      string
	service    string
	kind       string
	openedAt   time.Time
	answeredOK bool
}

// pageReceiver is a webhook receiver that keeps what it was sent.
type pageReceiver struct {
	http    *httptest.Server
	closing chan struct{}

	mu     sync.Mutex
	mode   answer
	pages  []page
	faults []string // what no sender may do
}

func newPageReceiver() *pageReceiver {
	r := &pageReceiver{closing: make(chan struct{})}
	r.http = httptest.NewServer(http.HandlerFunc(r.serve))
	return r
}

func (r *pageReceiver) close() {
	close(r.closing)
	r.http.CloseClientConnections()
	r.http.Close()
}

func (r *pageReceiver) address() string { return strings.TrimPrefix(r.http.URL, "http://") }

func (r *pageReceiver) set(a answer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mode = a
}

func (r *pageReceiver) serve(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return // the sender was killed, or the way cut
	}
	r.mu.Lock()
	mode := r.mode
	r.mu.Unlock()
	p, err := readPage(req, body)
	if err != nil {
		r.mu.Lock()
		r.faults = append(r.faults, err.Error())
		r.mu.Unlock()
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	p.answeredOK = mode == good
	r.mu.Lock()
	r.pages = append(r.pages, p)
	r.mu.Unlock()
	switch mode {
	case good:
		w.WriteHeader(http.StatusNoContent)
	case broken:
		http.Error(w, "broken", http.StatusInternalServerError)
	case limited:
		w.Header().Set("Retry-After", "2")
		http.Error(w, "too many", http.StatusTooManyRequests)
	case hanging:
		select {
		case <-req.Context().Done():
		case <-r.closing:
		}
	case hangingUp:
		if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
			c.Close()
		}
	}
}

func readPage(req *http.Request, body []byte) (page, error) {
	if err := webhook.Verify([]byte(hookSecret), req.Header.Get(webhook.SignatureHeader), body, time.Now()); err != nil {
		return page{}, fmt.Errorf("page: %w", err)
	}
	var b struct {
		Event    string
		Incident struct {
			ID, Title, Service, Kind string
			OpenedAt                 time.Time `json:"opened_at"`
		}
	}
	if err := json.Unmarshal(body, &b); err != nil {
		return page{}, fmt.Errorf("page: %w", err)
	}
	p := page{
		at: time.Now(), key: req.Header.Get("Idempotency-Key"), event: b.Event, id: b.Incident.ID, title: b.Incident.Title,
		service: b.Incident.Service, kind: b.Incident.Kind, openedAt: b.Incident.OpenedAt,
	}
	if p.key == "" {
		return p, fmt.Errorf("page: no Idempotency-Key: %s", p.title)
	}
	return p, nil
}

func (r *pageReceiver) all() []page {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]page(nil), r.pages...)
}
