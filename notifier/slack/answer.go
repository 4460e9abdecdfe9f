package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/slack-go/slack"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
	"github.com/tocsin-io/tocsin/notifier"
)

const answerTimeout = 10 * time.Second

// answer edits the message that the button stands on, or tells the person why not. It does not keep the request
// waiting; the same edit comes over the outbox, should this one fail.
func (h *Interactive) answer(address string, in *detector.Incident, err error) {
	switch {
	case err != nil:
		h.tell(address, err.Error())
	case in != nil:
		text, blocks := Message(notifier.Message{
			Notification: detector.Notification{Incident: *in}, Links: notifier.LinksOf(h.o.BaseURL, in),
			Now: h.o.Now(), Location: h.o.Location,
		}, Look{Acts: h.o.Acts})
		h.post(address, map[string]any{"replace_original": true, "text": escape(text), "blocks": slack.Blocks{BlockSet: blocks}})
	}
}

// tell tells the person alone.
func (h *Interactive) tell(address, text string) {
	h.post(address, map[string]any{"response_type": "ephemeral", "replace_original": false, "text": escape(wording.End(wording.Clean(text), 300))})
}

func (h *Interactive) post(address string, answer map[string]any) {
	u, perr := url.Parse(address)
	if perr != nil || u.Host != h.o.AnswerTo || (u.Scheme != "https" && u.Scheme != "http") {
		if address != "" {
			h.o.Logger.Warn("slack names an answer's address that is not Slack's; it is not used")
		}
		return
	}
	body, err := json.Marshal(answer)
	if err != nil {
		return
	}
	h.wg.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), answerTimeout)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
		if err != nil {
			return
		}
		req.Header.Set("Content-Type", "application/json")
		resp, err := h.o.Client.Do(req)
		if err != nil {
			h.o.Logger.Warn("slack could not be answered", "error", notifier.Scrub(err, notifier.Secret(address)))
			return
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			h.o.Logger.Warn("slack did not take the answer", "status", resp.StatusCode)
		}
	})
}
