// Package receivers builds the receivers that a configuration names.
package receivers

import (
	"context"
	"errors"
	"fmt"

	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/alertmanager"
	"github.com/tocsin-io/tocsin/notifier/discord"
	"github.com/tocsin-io/tocsin/notifier/email"
	"github.com/tocsin-io/tocsin/notifier/grafana"
	"github.com/tocsin-io/tocsin/notifier/ntfy"
	"github.com/tocsin-io/tocsin/notifier/opsgenie"
	"github.com/tocsin-io/tocsin/notifier/outbound"
	"github.com/tocsin-io/tocsin/notifier/pagerduty"
	"github.com/tocsin-io/tocsin/notifier/slack"
	"github.com/tocsin-io/tocsin/notifier/teams"
	"github.com/tocsin-io/tocsin/notifier/telegram"
	"github.com/tocsin-io/tocsin/notifier/webhook"
)

// Options of Build.
type Options struct {
	// Acts are the buttons that Slack messages offer where their receiver has a signing secret or an app token.
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
	reach := outbound.Options{AllowPrivate: true}
	if w := rc.Webhook; w != nil {
		reach.AllowPrivate, reach.CAFile = w.Private == nil || *w.Private, w.CA
	}
	client, err := outbound.New(reach)
	if err != nil {
		return nil, err
	}
	switch {
	case rc.Slack != nil:
		return slack.New(*rc.Slack, client, o.Acts...), nil
	case rc.SlackWebhook != nil:
		return slack.NewHook(*rc.SlackWebhook, client), nil
	case rc.Webhook != nil:
		return webhook.New(*rc.Webhook, client), nil
	case rc.PagerDuty != nil:
		return pagerduty.New(*rc.PagerDuty, client), nil
	case rc.Opsgenie != nil:
		return opsgenie.New(*rc.Opsgenie, client), nil
	case rc.Alertmanager != nil:
		return alertmanager.New(*rc.Alertmanager, client), nil
	case rc.Teams != nil:
		return teams.New(*rc.Teams, client), nil
	case rc.Discord != nil:
		return discord.New(*rc.Discord, client), nil
	case rc.Telegram != nil:
		return telegram.New(*rc.Telegram, client), nil
	case rc.Ntfy != nil:
		return ntfy.New(*rc.Ntfy, client), nil
	case rc.Grafana != nil:
		return grafana.New(*rc.Grafana, client), nil
	case rc.Email != nil:
		return email.New(*rc.Email)
	}
	return nil, errors.New("it has no kind")
}

// inbox is the receiver that is always there: the message is worded as Slack would show it and kept by the outbox.
type inbox struct{}

// Send words the message; there is nowhere to send it to.
func (inbox) Send(_ context.Context, m notifier.Message) (notifier.Receipt, bool, error) {
	return notifier.Receipt{Payload: slack.Payload(m, slack.Look{})}, false, nil
}
