// Package receivers builds the receivers that a configuration names.
package receivers

import (
	"context"
	"fmt"

	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/outbound"
	"github.com/tocsin-io/tocsin/notifier/slack"
	"github.com/tocsin-io/tocsin/notifier/webhook"
)

// Options of Build.
type Options struct {
	// Acts are the buttons that Slack messages offer where their receiver has a signing secret.
	Acts []slack.Act
}

// Build makes every receiver of the configuration, and the inbox. It opens no connection. The configuration must be
// without problems (Config.Validate).
func Build(c notifier.Config, o Options) (map[string]notifier.Receiver, error) {
	out := map[string]notifier.Receiver{notifier.Inbox: inbox{}}
	for _, rc := range c.Receivers {
		r, err := build(rc, o)
		if err != nil {
			return nil, fmt.Errorf("receiver %s: %w", rc.Name, err)
		}
		out[rc.Name] = r
	}
	return out, nil
}

func build(rc notifier.ReceiverConfig, o Options) (notifier.Receiver, error) {
	switch {
	case rc.Slack != nil:
		client, err := outbound.New(outbound.Options{AllowPrivate: true})
		if err != nil {
			return nil, err
		}
		return slack.New(*rc.Slack, client, o.Acts...), nil
	case rc.SlackWebhook != nil:
		client, err := outbound.New(outbound.Options{AllowPrivate: true})
		if err != nil {
			return nil, err
		}
		return slack.NewHook(*rc.SlackWebhook, client), nil
	case rc.Webhook != nil:
		private := rc.Webhook.Private == nil || *rc.Webhook.Private
		client, err := outbound.New(outbound.Options{AllowPrivate: private, CAFile: rc.Webhook.CA})
		if err != nil {
			return nil, err
		}
		return webhook.New(*rc.Webhook, client), nil
	}
	return nil, fmt.Errorf("it has no kind")
}

// inbox is the receiver that is always there: the message is worded as Slack would show it and kept by the outbox.
type inbox struct{}

// Send words the message; there is nowhere to send it to.
func (inbox) Send(_ context.Context, m notifier.Message) (notifier.Receipt, bool, error) {
	return notifier.Receipt{Payload: slack.Payload(m, slack.Look{})}, false, nil
}
