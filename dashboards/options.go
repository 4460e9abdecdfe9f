package dashboards

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/tocsin-io/tocsin/dashboards/signin"
)

// Options is what New needs.
type Options struct {
	Sources Sources // every one of them is required

	Now    func() time.Time // the clock; required
	Logger *slog.Logger     // required
	Secret []byte           // at least 32 random bytes: signs form tokens; the same on every replica

	SignIn  *signin.Gate                // nil: nobody has to sign in, and everybody may do everything
	Hosts   []string                    // host names that requests may be for, beside addresses and localhost; nil: every one
	Actor   func(*http.Request) string  // who acts where nobody signs in; never empty. nil: "someone at " and the address
	Ready   func(context.Context) error // nil: always ready
	Reload  func(context.Context) error // loads rules and routes again; nil: POST /-/reload is refused
	Metrics http.Handler                // serves /metrics; nil: not found
	Slack   http.Handler                // serves /slack/interactive; nil: not found

	Cost    func() Cost   // what logging costs, now; nil: it is not known
	Links   func() []Link // beside every incident, now: Grafana, Kibana…; nil: none
	Ahead   bool          // ReadAhead will be called: until it has ended the overview shows incidents without counts
	Version string        // tocsin's own, shown in the foot
}

// Link is a button on an incident's page that leads elsewhere. In URL {id}, {service}, {environment}, {level}, {template} (masked),
// {template_id}, {words} (the longest piece of it in which nothing varies) and the time around it are replaced, escaped for a query:
// {from} and {to} in epoch milliseconds, {from_s} and {to_s} in seconds, {from_time} and {to_time} in RFC 3339.
type Link struct {
	Name string
	URL  string
}

func (o Options) check() error {
	s := o.Sources
	switch {
	case s.Incidents == nil, s.Templates == nil, s.Counts == nil, s.Services == nil, s.Rules == nil, s.Messages == nil,
		s.Health == nil, s.Deploys == nil, s.Log == nil, s.Connect == nil, s.Live == nil, s.Mutes == nil, s.Sensitivities == nil, s.Audit == nil, s.Keys == nil:
		return errors.New("dashboards: a source is missing: Options.Sources needs every one of its fields")
	case o.Now == nil:
		return errors.New("dashboards: Options.Now is missing: hand in the clock")
	case o.Logger == nil:
		return errors.New("dashboards: Options.Logger is missing")
	case len(o.Secret) < 32:
		return errors.New("dashboards: Options.Secret needs at least 32 random bytes, as it signs form tokens")
	}
	return nil
}
