package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/outbound"
	"github.com/tocsin-io/tocsin/notifier/slack"
	"github.com/tocsin-io/tocsin/store"
)

// slackActs are the buttons that Slack messages offer.
var slackActs = []slack.Act{slack.ActAcknowledge, slack.ActUnacknowledge, slack.ActResolve, slack.ActReopen, slack.ActSilence, slack.ActExpected}

// interactive answers the buttons of Slack messages; nil where that cannot be.
func (a *App) interactive() http.Handler {
	client, err := outbound.New(outbound.Options{})
	if err != nil {
		a.log.Error("Slack's buttons are not answered", "error", err)
		return nil
	}
	h, err := slack.NewInteractive(slack.InteractiveOptions{
		Secrets: a.signingSecrets, Actor: slackActor{incidents{a.store, a.hub, a.notes}, mutes{a.store, a.notes, a.deliverer.Poke}, a.o.Now}, Acts: slackActs, Now: a.o.Now, Location: a.zone,
		Logger: a.log.With("part", "slack"), Client: client, BaseURL: a.baseURL,
	})
	if err != nil {
		a.log.Error("Slack's buttons are not answered", "error", err)
		return nil
	}
	a.onClose(func(context.Context) error { h.Close(); return nil })
	a.background("slack sockets", func(ctx context.Context) error { return a.sockets(ctx, h, client) })
	return h
}

// socketsEvery is how soon a reload opens and ends sockets.
const socketsEvery = 2 * time.Second

// sockets keeps a socket open for each Slack app that has an app token, as the configuration is by now.
func (a *App) sockets(ctx context.Context, h *slack.Interactive, client *http.Client) error {
	open := map[slackApp]context.CancelFunc{}
	var wg sync.WaitGroup
	defer wg.Wait()
	follow := func(ctx context.Context) {
		wanted := slackApps(a.conf.get().Receivers)
		for app, end := range open {
			if !wanted[app] {
				end()
				delete(open, app)
			}
		}
		for app := range wanted {
			if open[app] != nil {
				continue
			}
			s, err := app.socket(h, client, a.log.With("part", "slack"))
			if err != nil {
				a.log.Error("Slack's buttons do not act over a socket", "error", err)
				continue
			}
			of, cancel := context.WithCancel(ctx)
			open[app] = cancel
			wg.Go(func() { _ = s.Run(of) }) // it ends with its context alone
		}
	}
	follow(ctx)
	return every(ctx, socketsEvery, follow)
}

// slackApp is an app that gives buttons' requests over a socket.
type slackApp struct {
	token  notifier.Secret
	apiURL string
}

// reach asks Slack whether it takes the app's token.
func (s slackApp) reach(ctx context.Context) (string, error) {
	client, err := outbound.New(outbound.Options{})
	if err != nil {
		return "", err
	}
	socket, err := s.socket(nil, client, slog.New(slog.DiscardHandler))
	if err != nil {
		return "", err
	}
	return "Socket Mode", socket.Check(ctx)
}

func slackApps(list []notifier.ReceiverConfig) map[slackApp]bool {
	out := map[slackApp]bool{}
	for _, r := range list {
		if r.Slack != nil && r.Slack.AppToken != "" {
			out[slackApp{r.Slack.AppToken, r.Slack.APIURL}] = true
		}
	}
	return out
}

func (s slackApp) socket(h *slack.Interactive, client *http.Client, log *slog.Logger) (*slack.Socket, error) {
	return slack.NewSocket(slack.SocketOptions{
		AppToken: s.token, APIURL: s.apiURL, Handler: h, Client: client, Reach: outbound.Options{AllowPrivate: true}, Logger: log,
	})
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
	mutes     mutes
	now       func() time.Time
}

var slackKinds = map[slack.Act]dashboards.ActKind{
	slack.ActAcknowledge: dashboards.ActAcknowledge, slack.ActUnacknowledge: dashboards.ActUnacknowledge,
	slack.ActResolve: dashboards.ActResolve, slack.ActReopen: dashboards.ActReopen, slack.ActExpected: dashboards.ActExpected,
}

// Do implements slack.Actor.
func (s slackActor) Do(ctx context.Context, p slack.Press) (*detector.Incident, error) {
	name := p.By.Name
	if name == "" {
		name = p.By.ID
	}
	does := dashboards.Act{Kind: slackKinds[p.Act], Actor: "@" + name, Text: "from Slack, " + identity(p.By), At: s.now()}
	if p.Act == slack.ActSilence {
		return s.silence(ctx, p, does)
	}
	if does.Kind == "" {
		return nil, fmt.Errorf("the button %q is not known", p.Act)
	}
	open, err := s.incidents.store.OpenOfGroup(ctx, p.Incident)
	if errors.Is(err, store.ErrNotFound) {
		return s.incidents.ActOnIncident(ctx, p.Incident, does)
	}
	for _, id := range open {
		if _, err := s.incidents.ActOnIncident(ctx, id, does); err != nil && !errors.Is(err, dashboards.ErrConflict) {
			return nil, err
		}
	}
	return nil, err
}

// identity is who a person is in Slack: names there are changed, and ids are of a workspace.
func identity(p slack.Person) string {
	if p.Team == "" {
		return p.ID
	}
	return p.ID + " of " + p.Team
}

// silence silences the very series of an incident for an hour. A press that Slack gives again makes no other silence, also
// after somebody has ended the one that it made.
func (s slackActor) silence(ctx context.Context, p slack.Press, by dashboards.Act) (*detector.Incident, error) {
	in, err := s.incidents.Incident(ctx, p.Incident)
	if err != nil {
		return nil, err
	}
	if in.Kind.Critical() || in.Status == detector.StatusResolved {
		return nil, errors.New("this incident is over, or of a kind that is silenced in the dashboard alone")
	}
	if in.Muted == nil {
		if err := s.mutes.PutMute(ctx, mute.Mute{
			ID: pressID(p, by.At), Sort: mute.Silence, Match: mute.Match{Identity: mute.Identity(in)}, Author: by.Actor,
			Comment: by.Text, Starts: by.At, Ends: by.At.Add(time.Hour), CreatedAt: by.At,
		}); err != nil {
			return nil, err
		}
		if in, err = s.incidents.Incident(ctx, in.ID); err != nil {
			return nil, err
		}
	}
	s.incidents.hub.Changed([]detector.Change{{Event: detector.ChangeUpdated, Incident: in}})
	return in, nil
}

// pressID names what a press makes: 12 hex digits, the same for the same press.
func pressID(p slack.Press, at time.Time) string {
	press := p.ID
	if press == "" {
		press = at.Format(time.RFC3339Nano)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q", p.Incident, p.By.ID, press))
	return hex.EncodeToString(sum[:6])
}
