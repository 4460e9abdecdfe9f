package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/outbound"
	"github.com/tocsin-io/tocsin/notifier/slack"
	"github.com/tocsin-io/tocsin/store"
)

// slackActs are the buttons that Slack messages offer.
var slackActs = []slack.Act{slack.ActAcknowledge, slack.ActUnacknowledge, slack.ActResolve, slack.ActReopen}

// interactive answers the buttons of Slack messages; nil where no receiver has a signing secret.
func (a *App) interactive() http.Handler {
	client, err := outbound.New(outbound.Options{})
	if err != nil {
		a.log.Error("Slack's buttons are not answered", "error", err)
		return nil
	}
	h, err := slack.NewInteractive(slack.InteractiveOptions{
		Secrets: a.signingSecrets, Actor: slackActor{incidents{a.store, a.hub, a.notes}, a}, Acts: slackActs, Now: a.o.Now,
		Logger: a.log.With("part", "slack"), Client: client, BaseURL: a.baseURL,
	})
	if err != nil {
		a.log.Error("Slack's buttons are not answered", "error", err)
		return nil
	}
	a.onClose(func(context.Context) error { h.Close(); return nil })
	return h
}

func (a *App) signingSecrets() []notifier.Secret {
	var out []notifier.Secret
	for _, r := range a.conf.get().Receivers {
		if r.Slack != nil && r.Slack.SigningSecret != "" {
			out = append(out, r.Slack.SigningSecret)
		}
	}
	return out
}

// slackActor does what a button says, under the person's name in Slack.
type slackActor struct {
	incidents incidents
	app       *App
}

var slackKinds = map[slack.Act]dashboards.ActKind{
	slack.ActAcknowledge: dashboards.ActAcknowledge, slack.ActUnacknowledge: dashboards.ActUnacknowledge,
	slack.ActResolve: dashboards.ActResolve, slack.ActReopen: dashboards.ActReopen,
}

// Do implements slack.Actor.
func (s slackActor) Do(ctx context.Context, act slack.Act, incident string, by slack.Person) (*detector.Incident, error) {
	kind, ok := slackKinds[act]
	if !ok {
		return nil, fmt.Errorf("the button %q is not known", act)
	}
	name := by.Name
	if name == "" {
		name = by.ID
	}
	does := dashboards.Act{Kind: kind, Actor: "@" + name, Text: "from Slack, " + by.ID, At: s.app.o.Now()}
	open, err := s.incidents.store.OpenOfGroup(ctx, incident)
	if errors.Is(err, store.ErrNotFound) {
		return s.incidents.ActOnIncident(ctx, incident, does)
	}
	for _, id := range open {
		if _, err := s.incidents.ActOnIncident(ctx, id, does); err != nil && !errors.Is(err, dashboards.ErrConflict) {
			return nil, err
		}
	}
	return nil, err
}
