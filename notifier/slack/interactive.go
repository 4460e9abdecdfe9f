package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
)

// Person is who pressed a button, as Slack names them.
type Person struct {
	ID   string // U…
	Name string // as shown in Slack; may be empty
	Team string // T…
}

// Press is one press of a button.
type Press struct {
	Act      Act
	Incident string // or the id of a group
	By       Person
	ID       string // Slack's action_ts: the same where Slack gives the press again; empty where it gives none
}

// Actor does what a press asks for and gives the incident as it is then; nil where the button stands for a group, whose
// message the outbox edits. Its error is shown to the person, so it says
// what to do and holds no secret. It must return soon after ctx is cancelled, which is within Slack's three seconds.
type Actor interface {
	Do(ctx context.Context, p Press) (*detector.Incident, error)
}

// InteractiveOptions is what NewInteractive needs.
type InteractiveOptions struct {
	Secrets  func() []notifier.Secret // signing secrets of the configured apps; asked at each request
	Actor    Actor
	Acts     []Act // what messages offer
	Now      func() time.Time
	Logger   *slog.Logger
	Client   *http.Client   // answers through it
	BaseURL  string         // of the dashboard, for links
	Location *time.Location // default UTC
	AnswerTo string         // host that answers go to; default hooks.slack.com
}

// Interactive takes the buttons' requests: posted to it (/slack/interactive), or over a Socket. What is not signed with a known secret, is older
// than five minutes or came before is refused. An act answers by editing its message; a refused act tells the person
// alone.
type Interactive struct {
	o    InteractiveOptions
	seen *seen
	wg   sync.WaitGroup
}

// NewInteractive checks the options.
func NewInteractive(o InteractiveOptions) (*Interactive, error) {
	switch {
	case o.Secrets == nil, o.Actor == nil, o.Now == nil, o.Logger == nil, o.Client == nil:
		return nil, errors.New("slack: InteractiveOptions needs Secrets, Actor, Now, Logger and Client")
	}
	if o.AnswerTo == "" {
		o.AnswerTo = "hooks.slack.com"
	}
	if o.Location == nil {
		o.Location = time.UTC
	}
	return &Interactive{o: o, seen: newSeen()}, nil
}

// Close waits for the answers on their way.
func (h *Interactive) Close() { h.wg.Wait() }

const (
	maxRequest = 256 << 10
	actTimeout = 2500 * time.Millisecond // Slack shows the person an error after 3 s
)

// callback is the part of Slack's block_actions that is used.
type callback struct {
	Type string `json:"type"`
	User struct {
		ID       string `json:"id"`
		Name     string `json:"name"`
		Username string `json:"username"`
	} `json:"user"`
	Team struct {
		ID string `json:"id"`
	} `json:"team"`
	ResponseURL string `json:"response_url"`
	Actions     []struct {
		ActionID string `json:"action_id"`
		Value    string `json:"value"`
		ActionTS string `json:"action_ts"`
	} `json:"actions"`
}

var incidentID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// ServeHTTP takes one request.
func (h *Interactive) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "send a POST, as Slack does", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		http.Error(w, "the request is too long or broke off", http.StatusRequestEntityTooLarge)
		return
	}
	if err := verify(r.Header, body, h.o.Secrets(), h.o.Now()); err != nil {
		h.o.Logger.Warn("slack request refused", "error", err, "from", r.RemoteAddr)
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	if !h.seen.first(r.Header.Get(signatureHeader), h.o.Now()) {
		http.Error(w, "this request came before", http.StatusConflict)
		return
	}
	c, err := parse(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err := h.act(r.Context(), c); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// parse reads the form that Slack sends.
func parse(body []byte) (callback, error) {
	var c callback
	form, err := url.ParseQuery(string(body))
	if err != nil || form.Get("payload") == "" {
		return c, errors.New("the form has no payload")
	}
	if err := json.Unmarshal([]byte(form.Get("payload")), &c); err != nil {
		return c, errors.New("the payload is not the JSON that Slack sends")
	}
	return c, nil
}

// errNoAct is of a payload that presses a button of tocsin's and does not say whose or on what.
var errNoAct = errors.New("the payload names no incident or no person")

// act does the first act of the request that is one. Buttons that only open a link, and other interactions, are taken
// without doing anything.
func (h *Interactive) act(ctx context.Context, c callback) error {
	if c.Type != "block_actions" {
		return nil
	}
	for _, a := range c.Actions {
		act := Act(a.ActionID)
		if _, ok := actWords[act]; !ok {
			continue
		}
		if !incidentID.MatchString(a.Value) || c.User.ID == "" {
			return errNoAct
		}
		name := c.User.Name
		if name == "" {
			name = c.User.Username
		}
		if a.Value == notifier.SampleID {
			h.tell(c.ResponseURL, "The button acts: tocsin heard of it from "+cmp.Or(name, c.User.ID)+". The message is a test, so nothing was done.")
			return nil
		}
		ctx, cancel := context.WithTimeout(ctx, actTimeout)
		defer cancel()
		in, err := h.o.Actor.Do(ctx, Press{Act: act, Incident: a.Value, By: Person{ID: c.User.ID, Name: name, Team: c.Team.ID}, ID: a.ActionTS})
		h.o.Logger.Info("act from slack", "act", act, "incident", a.Value, "user", c.User.ID, "error", err)
		h.answer(c.ResponseURL, in, err)
		return nil
	}
	return nil
}
