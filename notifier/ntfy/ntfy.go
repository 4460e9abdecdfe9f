// Package ntfy publishes incidents to a topic of ntfy (docs.ntfy.sh/publish), as JSON.
package ntfy

import (
	"context"
	"net/http"
	"unicode/utf8"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/compose"
	"github.com/tocsin-io/tocsin/notifier/outbound"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// Receiver publishes to one topic.
type Receiver struct {
	config notifier.NtfyConfig
	poster outbound.Poster
}

// New makes a receiver that talks through client.
func New(c notifier.NtfyConfig, client *http.Client) *Receiver {
	if c.URL == "" {
		c.URL = "https://ntfy.sh"
	}
	return &Receiver{config: c, poster: outbound.Poster{
		Client: client, Secrets: []notifier.Secret{c.URL, c.Topic, c.Token},
		Mends: map[int]string{401: "check the token", 403: "the token may not write to the topic"},
	}}
}

// maxMessage is how many bytes of a message ntfy takes: what is longer becomes a file, or is refused.
const maxMessage = 4096

// within cuts text to so many bytes.
func within(text string, most int) string {
	if len(text) <= most {
		return text
	}
	cut := most - len("…")
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}

type publication struct {
	Topic    string   `json:"topic,omitempty"`
	Title    string   `json:"title"`
	Message  string   `json:"message"`
	Tags     []string `json:"tags"`
	Priority int      `json:"priority"` // 1 to 5
	Click    string   `json:"click,omitempty"`
	Actions  []action `json:"actions,omitempty"`
}

type action struct {
	Action string `json:"action"`
	Label  string `json:"label"`
	URL    string `json:"url"`
}

// Send publishes openings, reopenings, what pages again and resolvings. ntfy cannot edit what it has delivered, so other changes, which
// would only ring again, are not sent.
func (r *Receiver) Send(ctx context.Context, m notifier.Message) (notifier.Receipt, bool, error) {
	in := &m.Incident
	t := compose.Of(m)
	p := publication{Title: t.Head, Message: within(t.Plain(), maxMessage), Click: m.Links.Incident, Priority: 3}
	switch {
	case m.Event == detector.ChangeUpdated && !compose.PagesAgain(m), m.Event == detector.ChangeAcknowledged:
		return notifier.Receipt{}, false, nil
	case in.Status == detector.StatusResolved:
		p.Priority, p.Tags = 2, []string{"white_check_mark"}
	case plan.Lists(m.Event):
		p.Tags = []string{"bell"}
	case in.Severity == detector.SeverityPage:
		p.Priority, p.Tags = 5, []string{"rotating_light"}
	default:
		p.Tags = []string{"warning"}
	}
	if m.Links.Runbook != "" {
		p.Actions = append(p.Actions, action{"view", "Runbook", m.Links.Runbook})
	}
	kept := compose.JSON(p)
	p.Topic = r.config.Topic.Reveal()
	request := outbound.Request{URL: r.config.URL, Now: m.Now}
	if r.config.Token != "" {
		request.Header = map[string]string{"Authorization": "Bearer " + r.config.Token.Reveal()}
	}
	_, _, retry, err := r.poster.JSON(ctx, request, p)
	return notifier.Receipt{Payload: kept}, retry, err
}
