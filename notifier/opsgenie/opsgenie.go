// Package opsgenie sends incidents to Opsgenie through its Alert API v2
// (docs.opsgenie.com/docs/alert-api): created, acknowledged, given back and closed under the incident's id.
package opsgenie

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/compose"
	"github.com/tocsin-io/tocsin/notifier/outbound"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// Receiver sends to one integration of Opsgenie.
type Receiver struct {
	key    notifier.Secret
	base   string
	poster outbound.Poster
}

// New makes a receiver that talks through client.
func New(c notifier.OpsgenieConfig, client *http.Client) *Receiver {
	base := strings.TrimSuffix(c.URL, "/")
	if base == "" {
		base = "https://api.opsgenie.com"
	}
	return &Receiver{key: c.APIKey, base: base, poster: outbound.Poster{
		Client: client, Secrets: []notifier.Secret{c.APIKey},
		Mends: map[int]string{401: "check the API key", 403: "check the API key's rights", 422: "check the region of the address"},
	}}
}

type alert struct {
	Message     string            `json:"message"` // at most 130 characters
	Alias       string            `json:"alias"`
	Description string            `json:"description"` // at most 15,000 characters
	Entity      string            `json:"entity,omitempty"`
	Source      string            `json:"source"`
	Priority    string            `json:"priority"`
	Tags        []string          `json:"tags"`
	Details     map[string]string `json:"details"`
}

type note struct {
	Source string `json:"source"`
	Note   string `json:"note"`
}

// Send creates the alert or changes it.
func (r *Receiver) Send(ctx context.Context, m notifier.Message) (notifier.Receipt, bool, error) {
	if m.Event == plan.Expiring { // it is no alert, and what is open when the silence ends is one then
		return notifier.Receipt{}, false, nil
	}
	in := &m.Incident
	t := compose.Of(m)
	path, body := "", any(note{Source: "tocsin", Note: wording.End(t.News, 1000)})
	switch m.Event {
	case detector.ChangeResolved:
		path = "/close"
	case detector.ChangeAcknowledged:
		path = "/acknowledge"
	case detector.ChangeUpdated:
		if compose.HeldBack(m) { // what is silenced calls nobody; there is a new alert when that is over
			path, body = "/close", note{Source: "tocsin", Note: wording.End(wording.Clean(in.Muted.Why), 1000)}
			break
		}
		if compose.PagesAgain(m) {
			body = r.alert(m, t)
			break
		}
		if in.Status != detector.StatusOpen || in.Assignee != "" {
			return notifier.Receipt{}, false, nil
		}
		path = "/unacknowledge"
		if !givenBack(in) { // whoever acknowledged it in Opsgenie still has it
			path, body = "/notes", note{Source: "tocsin", Note: t.Subject}
		}
	default:
		body = r.alert(m, t)
	}
	address := r.base + "/v2/alerts"
	if path != "" {
		address += "/" + url.PathEscape(alias(m)) + path + "?identifierType=alias"
	}
	_, sent, retry, err := r.poster.JSON(ctx, outbound.Request{
		URL: notifier.Secret(address), Header: map[string]string{"Authorization": "GenieKey " + r.key.Reveal()}, Now: m.Now,
	}, body)
	return notifier.Receipt{Payload: sent}, retry, err
}

// givenBack reports whether the newest change of an incident is that a person gave it back.
func givenBack(in *detector.Incident) bool {
	for _, e := range slices.Backward(in.Timeline) {
		if e.Kind != detector.EntryPaged && e.Kind != detector.EntryPageFailed {
			return e.Kind == detector.EntryUnacknowledged
		}
	}
	return false
}

func alias(m notifier.Message) string { return "tocsin-" + m.Key() }

func (r *Receiver) alert(m notifier.Message, t compose.Text) alert {
	in := &m.Incident
	a := alert{
		Message: t.Subject, Alias: alias(m), Description: wording.End(t.Plain(), 15000), Source: "tocsin", Priority: "P1",
		Entity: wording.Middle(wording.Clean(in.Service), 500), Tags: []string{string(in.Kind)}, Details: map[string]string{},
	}
	if in.Severity != detector.SeverityPage {
		a.Priority = "P3"
	}
	for _, f := range t.Facts {
		a.Details[f.Label] = f.Value
	}
	if m.Links.Incident != "" {
		a.Details["Open in tocsin"] = m.Links.Incident
	}
	if m.Links.Runbook != "" {
		a.Details["Runbook"] = m.Links.Runbook
	}
	return a
}
