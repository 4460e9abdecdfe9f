// Package webhook posts incidents as signed JSON.
//
//	{"version": 1, "event": "opened", "incident": {…}, "links": {"incident": "https://…"}}
//
// Event says which events there are, Body what else the body may have.
//
// The request carries Idempotency-Key, the same however often it is sent, and, where a secret is configured,
// X-Tocsin-Signature: t=UNIX,v1=HEX. HEX is the HMAC-SHA256, under the secret, of the decimal UNIX time, a full stop and
// the body. Verify checks one.
package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/outbound"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// Version is the version of the body's form.
const Version = 1

// Body is what is posted.
type Body struct {
	Version  int                  `json:"version"`
	Event    detector.ChangeEvent `json:"event"`
	Incident detector.Incident    `json:"incident"`
	Links    notifier.Links       `json:"links"`
	Reason   detector.ChangeEvent `json:"reason,omitempty"`  // reminded, escalated or digest, where it is told for that
	Group    *plan.Group          `json:"group,omitempty"`   // the incidents that it tells of, where they are several or held back by a silence; incident is the first
	Delayed  *Delay               `json:"delayed,omitempty"` // a page that is sent late; the incident is then as it is when it is sent
	Test     bool                 `json:"test,omitempty"`
}

// Delay is how long after it was due a page is sent, and why.
type Delay struct {
	Seconds float64 `json:"seconds"`
	Cause   string  `json:"cause,omitempty"` // what the receiver answered last, in words for people
}

// Receiver posts to one URL.
type Receiver struct {
	config notifier.WebhookConfig
	poster outbound.Poster
}

// New makes a receiver that talks through client.
func New(c notifier.WebhookConfig, client *http.Client) *Receiver {
	r := &Receiver{config: c, poster: outbound.Poster{Client: client, Secrets: []notifier.Secret{c.Secret}}}
	for _, h := range c.Headers {
		r.poster.Secrets = append(r.poster.Secrets, h)
	}
	return r
}

// Send posts the notification. Any status of 2xx is success; the answer's body is not looked at.
func (r *Receiver) Send(ctx context.Context, m notifier.Message) (notifier.Receipt, bool, error) {
	body, err := Encode(m)
	if err != nil {
		return notifier.Receipt{}, false, fmt.Errorf("the incident cannot be encoded: %w", err)
	}
	header := map[string]string{}
	for name, value := range r.config.Headers {
		header[name] = value.Reveal()
	}
	header["Idempotency-Key"] = m.ID
	if r.config.Secret != "" {
		header[SignatureHeader] = Sign([]byte(r.config.Secret.Reveal()), m.Now, body)
	}
	_, retry, err := r.poster.Do(ctx, outbound.Request{URL: r.config.URL, Header: header, Body: body, Now: m.Now})
	return notifier.Receipt{Payload: body}, retry, err
}

// Encode gives the body of a message.
func Encode(m notifier.Message) ([]byte, error) {
	in := m.Incident
	if in.Samples == nil {
		in.Samples = []detector.Sample{}
	}
	in.Samples = slices.Clone(in.Samples)
	body := Body{Version: Version, Event: Event(m.Event), Incident: in, Links: m.Links, Reason: reason(m.Event), Group: m.Group, Test: m.Test}
	if m.Late > 0 {
		body.Delayed = &Delay{m.Late.Seconds(), m.Cause}
	}
	return json.Marshal(body)
}

// Event is a change as webhooks name it: opened, updated, resolved or expiring. A reopened incident is opened again, one that
// was escalated is opened for whom it comes to, and what a person did, a reminder or a digest is an update; the incident's
// status and timeline say more. Expiring is the notice of a silence that ends: nothing of the incidents in group, which it
// still silences, has changed; group.silence says what it matches, and group.ends when it ends.
func Event(e detector.ChangeEvent) detector.ChangeEvent {
	switch e {
	case detector.ChangeOpened, detector.ChangeReopened, plan.Escalated:
		return detector.ChangeOpened
	case detector.ChangeResolved:
		return detector.ChangeResolved
	case plan.Expiring:
		return plan.Expiring
	}
	return detector.ChangeUpdated
}

func reason(e detector.ChangeEvent) detector.ChangeEvent {
	switch e {
	case plan.Reminded, plan.Escalated, plan.Digested:
		return e
	}
	return ""
}

// Timeout is how far the time of a signature may be from the receiver's clock.
const Timeout = 5 * time.Minute
