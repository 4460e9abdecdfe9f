package slack

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/slack-go/slack"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/outbound"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// Hook posts to a Slack incoming webhook. What is posted there can neither be edited nor answered in its thread, so
// each change is a message of its own: the opening, reopening and resolving whole, the rest with its sentence alone. A try whose
// answer was lost may be posted twice; Slack offers no way to tell.
type Hook struct {
	url    notifier.Secret
	poster outbound.Poster
}

// NewHook makes a receiver that talks through client.
func NewHook(c notifier.SlackWebhookConfig, client *http.Client) *Hook {
	return &Hook{url: c.URL, poster: outbound.Poster{Client: client}}
}

// Send posts the message. A change that nobody needs to be told of is done without posting.
func (h *Hook) Send(ctx context.Context, m notifier.Message) (notifier.Receipt, bool, error) {
	text, blocks := Message(m, Look{})
	switch m.Event {
	case detector.ChangeOpened, detector.ChangeReopened, detector.ChangeResolved, plan.Reminded, plan.Escalated, plan.Digested, plan.Expiring:
	default:
		if text, blocks = Alone(m); blocks == nil {
			return notifier.Receipt{}, false, nil
		}
	}
	receipt := notifier.Receipt{Payload: payload("", text, blocks)}
	answer, _, retry, err := h.poster.JSON(ctx, outbound.Request{URL: h.url, Now: m.Now}, struct {
		Text   string        `json:"text"`
		Blocks []slack.Block `json:"blocks"`
	}{escape(text), blocks})
	word := strings.TrimSpace(string(answer))
	if mend, ok := forGood[word]; ok && err != nil && !retry {
		err = fmt.Errorf("slack refuses the message (%s): %s", word, mend)
	}
	return receipt, retry, err
}

// escape writes the three characters that Slack gives a meaning in any text.
func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}
