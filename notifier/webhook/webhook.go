// Package webhook posts incidents as signed JSON.
//
//	{"version": 1, "event": "opened", "incident": {…}, "links": {"incident": "https://…"}}
//
// The request carries Idempotency-Key, the same however often it is sent, and, where a secret is configured,
// X-Tocsin-Signature: t=UNIX,v1=HEX. HEX is the HMAC-SHA256, under the secret, of the decimal UNIX time, a full stop and
// the body. Verify checks one.
package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/outbound"
)

// Version is the version of the body's form.
const Version = 1

// Body is what is posted.
type Body struct {
	Version  int                  `json:"version"`
	Event    detector.ChangeEvent `json:"event"`
	Incident detector.Incident    `json:"incident"`
	Links    notifier.Links       `json:"links"`
	Test     bool                 `json:"test,omitempty"`
}

// Receiver posts to one URL.
type Receiver struct {
	config  notifier.WebhookConfig
	host    string
	client  *http.Client
	secrets []notifier.Secret
}

// New makes a receiver that talks through client.
func New(c notifier.WebhookConfig, client *http.Client) *Receiver {
	r := &Receiver{config: c, host: "the webhook", client: client, secrets: []notifier.Secret{c.URL, c.Secret}}
	if u, err := url.Parse(c.URL.Reveal()); err == nil && u.Host != "" {
		r.host = u.Host
	}
	for _, h := range c.Headers {
		r.secrets = append(r.secrets, h)
	}
	return r
}

// Send posts the notification. Any status of 2xx is success; the answer's body is not looked at.
func (r *Receiver) Send(ctx context.Context, m notifier.Message) (notifier.Receipt, bool, error) {
	body, err := Encode(m)
	if err != nil {
		return notifier.Receipt{}, false, fmt.Errorf("the incident cannot be encoded: %w", err)
	}
	receipt := notifier.Receipt{Payload: body}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.config.URL.Reveal(), bytes.NewReader(body))
	if err != nil {
		return receipt, false, errors.New("the webhook's address is no URL")
	}
	for name, value := range r.config.Headers {
		req.Header.Set(name, value.Reveal())
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "tocsin")
	req.Header.Set("Idempotency-Key", m.ID)
	if r.config.Secret != "" {
		req.Header.Set(SignatureHeader, Sign([]byte(r.config.Secret.Reveal()), m.Now, body))
	}
	resp, err := r.client.Do(req)
	if err != nil {
		retry, err := outbound.Explain(err, r.host)
		return receipt, retry, notifier.Scrub(err, r.secrets...)
	}
	defer resp.Body.Close()
	_, _ = io.CopyN(io.Discard, resp.Body, 4096) // lets the connection be used again
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		return receipt, false, nil
	}
	retry := outbound.Retryable(resp.StatusCode)
	err = fmt.Errorf("%s answered %d %s", r.host, resp.StatusCode, http.StatusText(resp.StatusCode))
	if after := outbound.RetryAfter(resp.Header, m.Now); retry && after > 0 {
		return receipt, true, &notifier.Later{After: after, Err: err}
	}
	return receipt, retry, err
}

// Encode gives the body of a message.
func Encode(m notifier.Message) ([]byte, error) {
	in := m.Incident
	if in.Samples == nil {
		in.Samples = []detector.Sample{}
	}
	in.Samples = slices.Clone(in.Samples)
	return json.Marshal(Body{Version: Version, Event: Event(m.Event), Incident: in, Links: m.Links, Test: m.Test})
}

// Event is a change as webhooks name it: opened, updated or resolved. A reopened incident is opened again, and what a
// person did is an update; the incident's status and timeline say more.
func Event(e detector.ChangeEvent) detector.ChangeEvent {
	switch e {
	case detector.ChangeOpened, detector.ChangeReopened:
		return detector.ChangeOpened
	case detector.ChangeResolved:
		return detector.ChangeResolved
	}
	return detector.ChangeUpdated
}

// Timeout is how far the time of a signature may be from the receiver's clock.
const Timeout = 5 * time.Minute
