package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/outbound"
)

// Hook posts to a Slack incoming webhook. What is posted there can neither be edited nor answered in its thread, so
// each change is a message of its own: the opening, reopening and resolving whole, the rest as one line. A try whose
// answer was lost may be posted twice; Slack offers no way to tell.
type Hook struct {
	url    notifier.Secret
	host   string
	client *http.Client
}

// NewHook makes a receiver that talks through client.
func NewHook(c notifier.SlackWebhookConfig, client *http.Client) *Hook {
	host := "slack"
	if u, err := url.Parse(c.URL.Reveal()); err == nil && u.Host != "" {
		host = u.Host
	}
	return &Hook{url: c.URL, host: host, client: client}
}

// Send posts the message. A change that nobody needs to be told of is done without posting.
func (h *Hook) Send(ctx context.Context, m notifier.Message) (notifier.Receipt, bool, error) {
	text, blocks := Message(m, Look{})
	switch m.Event {
	case detector.ChangeOpened, detector.ChangeReopened, detector.ChangeResolved:
	default:
		said, block, _ := News(m, Look{})
		if block == nil {
			return notifier.Receipt{}, false, nil
		}
		text, blocks = said, []slack.Block{block, foot(&m.Incident, m)}
	}
	body, err := json.Marshal(struct {
		Text   string        `json:"text"`
		Blocks []slack.Block `json:"blocks"`
	}{escape(text), blocks})
	if err != nil {
		return notifier.Receipt{}, false, errors.New("the message cannot be encoded; please report this as a fault of tocsin")
	}
	receipt := notifier.Receipt{Payload: payload("", text, blocks)}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url.Reveal(), bytes.NewReader(body))
	if err != nil {
		return receipt, false, errors.New("the webhook's address is no URL")
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := h.client.Do(req)
	if err != nil {
		retry, err := outbound.Explain(err, h.host)
		return receipt, retry, notifier.Scrub(err, h.url)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		return receipt, false, nil
	}
	return h.refused(resp, receipt, m.Now)
}

func (h *Hook) refused(resp *http.Response, receipt notifier.Receipt, now time.Time) (notifier.Receipt, bool, error) {
	said, _ := io.ReadAll(io.LimitReader(resp.Body, 200))
	word := strings.TrimSpace(string(said))
	if after := outbound.RetryAfter(resp.Header, now); after > 0 && outbound.Retryable(resp.StatusCode) {
		return receipt, true, &notifier.Later{After: after, Err: fmt.Errorf("%s asks for a pause of %v (%d)", h.host, after, resp.StatusCode)}
	}
	retry := outbound.Retryable(resp.StatusCode)
	if mend, ok := forGood[word]; ok && !retry {
		return receipt, false, fmt.Errorf("slack refuses the message (%s): %s", word, mend)
	}
	return receipt, retry, notifier.Scrub(fmt.Errorf("%s answered %d: %q", h.host, resp.StatusCode, word), h.url)
}

// escape writes the three characters that Slack gives a meaning in any text.
func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}
