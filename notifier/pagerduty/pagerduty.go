// Package pagerduty sends incidents to PagerDuty through its Events API v2
// (developer.pagerduty.com/docs/events-api-v2): triggered, acknowledged and resolved under the incident's id.
package pagerduty

import (
	"context"
	"net/http"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/compose"
	"github.com/tocsin-io/tocsin/notifier/outbound"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// Receiver sends to one service of PagerDuty.
type Receiver struct {
	key    notifier.Secret
	url    notifier.Secret
	poster outbound.Poster
}

// New makes a receiver that talks through client.
func New(c notifier.PagerDutyConfig, client *http.Client) *Receiver {
	url := c.URL
	if url == "" {
		url = "https://events.pagerduty.com/v2/enqueue"
	}
	return &Receiver{key: c.RoutingKey, url: notifier.Secret(url), poster: outbound.Poster{
		Client: client, Secrets: []notifier.Secret{c.RoutingKey},
		Mends: map[int]string{400: "check the integration key", 401: "check the integration key", 403: "check the integration key"},
	}}
}

type event struct {
	RoutingKey string   `json:"routing_key,omitempty"`
	Action     string   `json:"event_action"`
	DedupKey   string   `json:"dedup_key"`
	Payload    *payload `json:"payload,omitempty"`
	Links      []link   `json:"links,omitempty"`
	Client     string   `json:"client,omitempty"`
	ClientURL  string   `json:"client_url,omitempty"`
}

type payload struct {
	Summary   string            `json:"summary"` // at most 1,024 characters
	Source    string            `json:"source"`
	Severity  string            `json:"severity"`
	Timestamp string            `json:"timestamp"`
	Component string            `json:"component,omitempty"`
	Group     string            `json:"group,omitempty"`
	Class     string            `json:"class,omitempty"`
	Details   map[string]string `json:"custom_details,omitempty"`
}

type link struct {
	Href string `json:"href"`
	Text string `json:"text"`
}

// Send sends one event. An incident that is given back is triggered again: PagerDuty has no other word for it.
func (r *Receiver) Send(ctx context.Context, m notifier.Message) (notifier.Receipt, bool, error) {
	if m.Event == plan.Expiring { // it is no alert, and what is open when the silence ends is one then
		return notifier.Receipt{}, false, nil
	}
	e, ok := r.event(m)
	if !ok {
		return notifier.Receipt{}, false, nil
	}
	shown := e
	e.RoutingKey = r.key.Reveal()
	_, _, retry, err := r.poster.JSON(ctx, outbound.Request{URL: r.url, Now: m.Now}, e)
	return notifier.Receipt{Payload: compose.JSON(shown)}, retry, err
}

func (r *Receiver) event(m notifier.Message) (event, bool) {
	in := &m.Incident
	e := event{DedupKey: "tocsin-" + m.Key()}
	switch m.Event {
	case detector.ChangeResolved:
		e.Action = "resolve"
		return e, true
	case detector.ChangeAcknowledged:
		e.Action = "acknowledge"
		return e, in.Status == detector.StatusAcknowledged
	case detector.ChangeUpdated:
		if compose.HeldBack(m) { // what is silenced calls nobody; it is triggered anew when that is over
			e.Action = "resolve"
			return e, true
		}
		if in.Status != detector.StatusOpen {
			return e, false
		}
	}
	t := compose.Of(m)
	e.Action, e.Client, e.ClientURL = "trigger", "tocsin", m.Links.Incident
	details := map[string]string{"since": t.Second}
	for _, f := range t.Facts {
		details[strings.ToLower(f.Label)] = f.Value
	}
	if len(t.Lines) > 0 {
		details["lines"] = strings.Join(t.Lines, "\n")
	}
	source := in.Service
	if source == "" {
		source = "tocsin"
	}
	e.Payload = &payload{
		Summary: wording.End(t.Head+": "+wording.Join(t.Sentence), 1024), Source: wording.Middle(wording.Clean(source), 200),
		Severity: severity(in.Severity), Timestamp: in.Onset.UTC().Format("2006-01-02T15:04:05.000Z"),
		Component: wording.Middle(wording.Clean(in.Service), 200), Group: wording.Middle(wording.Clean(in.Environment), 200),
		Class: string(in.Kind), Details: details,
	}
	if m.Links.Incident != "" {
		e.Links = append(e.Links, link{m.Links.Incident, "Open in tocsin"})
	}
	if m.Links.Runbook != "" {
		e.Links = append(e.Links, link{m.Links.Runbook, "Runbook"})
	}
	return e, true
}

// severity is PagerDuty's word: critical, warning or info.
func severity(s detector.Severity) string {
	switch s {
	case detector.SeverityPage:
		return "critical"
	case detector.SeverityNotice:
		return "warning"
	}
	return "info"
}
