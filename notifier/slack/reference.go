package slack

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/tocsin-io/tocsin/notifier"
)

func metadata(m notifier.Message) slack.SlackMetadata {
	return slack.SlackMetadata{EventType: metadataType, EventPayload: map[string]any{
		"notification": m.ID, "incident": m.Incident.ID, "event": string(m.Event),
	}}
}

// reference names a posted message: channel and time stamp.
type reference struct{ channel, ts string }

func (r reference) String() string { return r.channel + ":" + r.ts }

func parseReference(s string) (reference, bool) {
	channel, ts, ok := strings.Cut(s, ":")
	return reference{channel, ts}, ok && channel != "" && ts != ""
}

// permalinkTimeout bounds the question for a message's address: the message is sent by then.
const permalinkTimeout = 2 * time.Second

// permalink is the address at which people read a message; empty where Slack does not say.
func (r *Receiver) permalink(ctx context.Context, at reference) string {
	ctx, cancel := context.WithTimeout(ctx, permalinkTimeout)
	defer cancel()
	link, err := r.api.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: at.channel, Ts: at.ts})
	if err != nil || !ofSlack(link) {
		return ""
	}
	return link
}

// ofSlack reports that an address is one of Slack's own: no other is shown to people as the message's.
func ofSlack(link string) bool {
	u, err := url.Parse(link)
	return err == nil && u.Scheme == "https" && u.User == nil &&
		(strings.HasSuffix(u.Hostname(), ".slack.com") || strings.HasSuffix(u.Hostname(), ".slack-gov.com"))
}
