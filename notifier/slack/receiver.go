package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/slack-go/slack"

	"github.com/tocsin-io/tocsin/notifier"
)

// Receiver posts with a bot token.
//
// Slack knows no idempotency key. Each message therefore carries the notification's id in its metadata, and a try that
// may not be the first one looks for it in the channel (or thread) before it posts: a message whose answer was lost is
// found and not posted again. Where the token may not read the channel's history the delivery is at least once.
type Receiver struct {
	api     *slack.Client
	channel string
	look    Look
	token   notifier.Secret
	host    string

	mu sync.Mutex
	id string // the channel's id, once it is known
}

// New makes a receiver that talks through client. Buttons that act are shown if c has a signing secret or an app token.
func New(c notifier.SlackConfig, client *http.Client, acts ...Act) *Receiver {
	base := c.APIURL
	if base == "" {
		base = slack.APIURL
	}
	if !strings.HasSuffix(base, "/") {
		base += "/"
	}
	look := Look{Mention: c.Mention}
	if c.SigningSecret != "" || c.AppToken != "" {
		look.Acts = acts
	}
	r := &Receiver{
		api:     slack.New(c.Token.Reveal(), slack.OptionHTTPClient(client), slack.OptionAPIURL(base)),
		channel: c.Channel, look: look, token: c.Token, host: hostOf(base),
	}
	if !strings.HasPrefix(c.Channel, "#") {
		r.id = c.Channel
	}
	return r
}

// metadataType names tocsin's messages among others.
const metadataType = "tocsin_incident"

// Send posts the message of an incident, or edits the one that is there and tells the change in its thread.
func (r *Receiver) Send(ctx context.Context, m notifier.Message) (notifier.Receipt, bool, error) {
	text, blocks := Message(m, r.look)
	receipt := notifier.Receipt{Payload: payload(r.channel, text, blocks), Reference: m.Reference}
	at, ok := parseReference(m.Reference)
	var err error
	if ok {
		err = r.edit(ctx, m, at, text, blocks)
		if gone(err) { // somebody deleted the message: say it anew
			ok = false
		} else if err != nil {
			return receipt, retryable(err), r.worded(err)
		}
	}
	if !ok {
		at, err = r.post(ctx, m, text, blocks)
		if err != nil {
			receipt.Reference = ""
			return receipt, retryable(err), r.worded(err)
		}
		receipt.Reference, receipt.Link = at.String(), r.permalink(ctx, at)
		return receipt, false, nil
	}
	if err := r.reply(ctx, m, at); err != nil {
		return receipt, retryable(err), r.worded(err)
	}
	return receipt, false, nil
}

func (r *Receiver) post(ctx context.Context, m notifier.Message, text string, blocks []slack.Block) (reference, error) {
	if unclear(m) {
		at, found, err := r.find(ctx, m)
		if err != nil || found {
			return at, err
		}
	}
	to := r.target()
	at, err := r.say(ctx, m, to, text, blocks)
	if moved, ok := r.renamed(m, to, err); ok { // not learned, so that each page says so until it is corrected
		return r.say(ctx, m, moved, text, append(blocks, strayed(r.channel)))
	}
	if err == nil {
		r.learn(at.channel)
	}
	return at, err
}

// say posts once, and again plainly where Slack does not take the blocks.
func (r *Receiver) say(ctx context.Context, m notifier.Message, to, text string, blocks []slack.Block) (at reference, err error) {
	err = plainly(m, blocks, func(blocks []slack.Block) (err error) {
		at.channel, at.ts, err = r.api.PostMessageContext(ctx, to,
			slack.MsgOptionText(text, true), slack.MsgOptionBlocks(blocks...), slack.MsgOptionMetadata(metadata(m)),
			slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
		return err
	})
	return at, err
}

func (r *Receiver) edit(ctx context.Context, m notifier.Message, at reference, text string, blocks []slack.Block) error {
	return plainly(m, blocks, func(blocks []slack.Block) error {
		_, _, _, err := r.api.UpdateMessageContext(ctx, at.channel, at.ts, slack.MsgOptionText(text, true), slack.MsgOptionBlocks(blocks...))
		return err
	})
}

// reply tells in the thread what changed, if there is something to tell. What wakes people again (a reopened page) is
// shown in the channel too.
func (r *Receiver) reply(ctx context.Context, m notifier.Message, at reference) error {
	text, block, loud := News(m, r.look)
	if block == nil {
		return nil
	}
	if unclear(m) {
		if found, err := r.replied(ctx, m, at); err != nil || found {
			return err
		}
	}
	options := []slack.MsgOption{
		slack.MsgOptionTS(at.ts), slack.MsgOptionText(text, true), slack.MsgOptionBlocks(block),
		slack.MsgOptionMetadata(metadata(m)), slack.MsgOptionDisableLinkUnfurl(),
	}
	if loud {
		options = append(options, slack.MsgOptionBroadcast())
	}
	_, _, err := r.api.PostMessageContext(ctx, at.channel, options...)
	return err
}

// target is the channel to post to: by its id where that is known, so that a renamed channel is still found.
func (r *Receiver) target() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.id != "" {
		return r.id
	}
	return r.channel
}

func (r *Receiver) learn(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if id != "" {
		r.id = id
	}
}

// payload is what the dashboard shows: the message as Slack's JSON.
func payload(channel, text string, blocks []slack.Block) []byte {
	b, err := json.Marshal(struct {
		Channel string        `json:"channel,omitempty"`
		Text    string        `json:"text"`
		Blocks  []slack.Block `json:"blocks"`
	}{channel, text, blocks})
	if err != nil { // blocks are made of strings and numbers alone
		return fmt.Appendf(nil, `{"text":%q}`, text)
	}
	return b
}

// Payload is a message as Slack's JSON: what the inbox keeps.
func Payload(m notifier.Message, look Look) []byte {
	text, blocks := Message(m, look)
	return payload("", text, blocks)
}

// gone says that the message to edit is no longer there or may no longer be edited.
func gone(err error) bool {
	var e slack.SlackErrorResponse
	if !errors.As(err, &e) {
		return false
	}
	switch e.Err {
	case "message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found":
		return true
	}
	return false
}
