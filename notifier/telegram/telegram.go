// Package telegram posts incidents as a Telegram bot (core.telegram.org/bots/api). The message is edited as the incident
// changes and answered when it resolves or reopens. Text is sent without a parse mode: only the marked entities are
// formatted.
package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/compose"
	"github.com/tocsin-io/tocsin/notifier/outbound"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// Receiver posts to one chat.
type Receiver struct {
	config notifier.TelegramConfig
	poster outbound.Poster
}

// New makes a receiver that talks through client.
func New(c notifier.TelegramConfig, client *http.Client) *Receiver {
	c.URL = strings.TrimSuffix(c.URL, "/")
	if c.URL == "" {
		c.URL = "https://api.telegram.org"
	}
	_, key, _ := strings.Cut(c.Token.Reveal(), ":") // the bot's number before it is no secret
	return &Receiver{config: c, poster: outbound.Poster{Client: client, Secrets: []notifier.Secret{c.Token, notifier.Secret(key)}, Mends: map[int]string{
		400: "check the chat", 401: "check the bot's token", 403: "the bot is not in the chat, or was blocked", 404: "check the bot's token",
	}}}
}

type request struct {
	Chat     string         `json:"chat_id"`
	Message  int64          `json:"message_id,omitempty"`
	Text     string         `json:"text"` // at most 4,096 UTF-16 units
	Entities []entity       `json:"entities,omitempty"`
	Preview  map[string]any `json:"link_preview_options"`
	Reply    map[string]any `json:"reply_parameters,omitempty"`
	Keyboard map[string]any `json:"reply_markup,omitempty"`
	Silent   bool           `json:"disable_notification,omitempty"`
}

type entity struct {
	Type   string `json:"type"`
	Offset int    `json:"offset"` // in UTF-16 units
	Length int    `json:"length"`
}

// Send posts, or edits and answers.
func (r *Receiver) Send(ctx context.Context, m notifier.Message) (notifier.Receipt, bool, error) {
	q := r.request(m)
	id, err := strconv.ParseInt(m.Reference, 10, 64)
	if err != nil || id <= 0 {
		q.Silent = m.Incident.Severity != detector.SeverityPage || plan.Lists(m.Event)
		id, sent, retry, err := r.call(ctx, "sendMessage", q, m.Now)
		receipt := notifier.Receipt{Payload: sent}
		if err == nil && id > 0 {
			receipt.Reference = strconv.FormatInt(id, 10)
		}
		return receipt, retry, err
	}
	q.Message = id
	receipt := notifier.Receipt{Reference: m.Reference}
	_, sent, retry, err := r.call(ctx, "editMessageText", q, m.Now)
	receipt.Payload = sent
	if err != nil && !unchangeable(err) {
		return receipt, retry, err
	}
	t := compose.Of(m)
	if t.News == "" || m.Event == detector.ChangeAcknowledged {
		return receipt, false, nil
	}
	_, _, retry, err = r.call(ctx, "sendMessage", request{
		Chat: r.config.Chat, Text: t.News, Preview: noPreview, Silent: m.Event == detector.ChangeResolved,
		Reply: map[string]any{"message_id": id, "allow_sending_without_reply": true},
	}, m.Now)
	return receipt, retry, err
}

// unchangeable reports whether an edit failed for what the message is: as it should be already, deleted, or too old. What
// there is to say then is said in an answer.
func unchangeable(err error) bool {
	for _, why := range []string{"message is not modified", "message to edit not found", "message can't be edited"} {
		if strings.Contains(err.Error(), why) {
			return true
		}
	}
	return false
}

var noPreview = map[string]any{"is_disabled": true}

// call calls a method; the id is that of the message.
func (r *Receiver) call(ctx context.Context, method string, q request, now time.Time) (id int64, sent []byte, retry bool, err error) {
	address := notifier.Secret(r.config.URL + "/bot" + r.config.Token.Reveal() + "/" + method)
	answer, sent, retry, err := r.poster.JSON(ctx, outbound.Request{URL: address, Now: now}, q)
	var a struct {
		OK     bool `json:"ok"`
		Result struct {
			MessageID int64 `json:"message_id"`
		} `json:"result"`
		Parameters struct {
			RetryAfter int `json:"retry_after"`
		} `json:"parameters"`
	}
	decoded := json.Unmarshal(answer, &a) == nil
	var later *notifier.Later
	switch {
	case err != nil && decoded && a.Parameters.RetryAfter > 0 && !errors.As(err, &later):
		err = &notifier.Later{After: time.Duration(min(a.Parameters.RetryAfter, 86400)) * time.Second, Err: err}
	case err == nil && (!decoded || !a.OK):
		retry, err = true, errors.New("telegram's answer cannot be read")
	}
	return a.Result.MessageID, sent, retry, err
}

func (r *Receiver) request(m notifier.Message) request {
	t := compose.Of(m)
	var b builder
	b.add(t.Head, "bold")
	b.add("\n", "")
	for _, s := range t.Sentence {
		kind := ""
		if s.Code {
			kind = "code"
		}
		b.add(s.Text, kind)
	}
	b.add("\n"+t.Second+"\n", "")
	for _, f := range t.Facts {
		b.add(f.Label+": ", "bold")
		b.add(f.Value, "code") // hosts and names would become links
		b.add("\n", "")
	}
	b.add(strings.Join(t.Lines, "\n"), "pre")
	q := request{Chat: r.config.Chat, Text: b.text.String(), Entities: b.entities, Preview: noPreview}
	var row []map[string]string
	if m.Links.Incident != "" {
		row = append(row, map[string]string{"text": "Open in tocsin", "url": m.Links.Incident})
	}
	if m.Links.Runbook != "" {
		row = append(row, map[string]string{"text": "Runbook", "url": m.Links.Runbook})
	}
	if row != nil {
		q.Keyboard = map[string]any{"inline_keyboard": [][]map[string]string{row}}
	}
	return q
}

// builder joins text and notes where it is formatted. The whole stays within Telegram's 4,096 units.
type builder struct {
	text     strings.Builder
	units    int
	entities []entity
}

const maxUnits = 4000

func (b *builder) add(text, kind string) {
	n := len(utf16.Encode([]rune(text)))
	if text == "" || b.units+n > maxUnits {
		return
	}
	if kind != "" {
		b.entities = append(b.entities, entity{kind, b.units, n})
	}
	b.text.WriteString(text)
	b.units += n
}
