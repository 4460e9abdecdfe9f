// Package alertmanager sends incidents to a Prometheus Alertmanager through its API v2, so that routes, silences and
// receivers that exist there are used.
package alertmanager

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/compose"
	"github.com/tocsin-io/tocsin/notifier/outbound"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// Alertmanager keeps alerts in memory alone, and expects that whoever sends one sends it again while it fires
// (prometheus.io/docs/alerting/latest/clients). An alert ends by itself where nothing was heard of it for firing: long enough for
// a tocsin that is started anew, short enough for one that is gone. That of a test ends soon.
const (
	again  = time.Minute
	firing = time.Hour
	tested = 5 * time.Minute
)

// Receiver sends to one Alertmanager.
type Receiver struct {
	url    notifier.Secret
	token  notifier.Secret
	labels map[string]string
	poster outbound.Poster
}

// New makes a receiver that talks through client.
func New(c notifier.AlertmanagerConfig, client *http.Client) *Receiver {
	return &Receiver{
		url: notifier.Secret(strings.TrimSuffix(c.URL.Reveal(), "/") + "/api/v2/alerts"), token: c.Token, labels: c.Labels,
		poster: outbound.Poster{Client: client, Secrets: []notifier.Secret{c.URL, c.Token}},
	}
}

type alert struct {
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations"`
	StartsAt     time.Time         `json:"startsAt"`
	EndsAt       time.Time         `json:"endsAt"`
	GeneratorURL string            `json:"generatorURL,omitempty"`
}

// Send sends the alert as it is now.
func (r *Receiver) Send(ctx context.Context, m notifier.Message) (notifier.Receipt, bool, error) {
	if m.Event == plan.Expiring { // it is no alert, and what is open when the silence ends is one then
		return notifier.Receipt{}, false, nil
	}
	request := outbound.Request{URL: r.url, Now: m.Now}
	if r.token != "" {
		request.Header = map[string]string{"Authorization": "Bearer " + r.token.Reveal()}
	}
	_, sent, retry, err := r.poster.JSON(ctx, request, r.alerts(m))
	return notifier.Receipt{Payload: sent}, retry, err
}

// KeepEvery implements notifier.Keeping.
func (r *Receiver) KeepEvery() time.Duration { return again }

// alerts are the incident, and the end of what it was under its other severity: routes there go by it, so it is a label,
// and the labels are the identity of an alert. An end of an alert that never was tells nobody.
func (r *Receiver) alerts(m notifier.Message) []alert {
	a := r.alert(m)
	other := detector.SeverityPage
	if m.Incident.Severity == detector.SeverityPage {
		other = detector.SeverityNotice
	}
	if m.Group != nil {
		return []alert{a}
	}
	was := a
	was.Labels = maps.Clone(a.Labels)
	was.Labels["severity"], was.EndsAt = string(other), m.Now.UTC()
	if was.StartsAt.After(was.EndsAt) {
		was.StartsAt = was.EndsAt
	}
	return []alert{a, was}
}

// alert is the incident as Alertmanager has alerts. Its labels hold only what does not change while the incident lives,
// but for the severity: not its kind, which becomes a worse one.
func (r *Receiver) alert(m notifier.Message) alert {
	in := &m.Incident
	t := compose.Of(m)
	a := alert{
		Labels: map[string]string{
			"alertname": "tocsin_" + cmp.Or(in.Service, "incident"), "incident": m.Key(), "service": in.Service, "environment": in.Environment,
			"severity": string(in.Severity),
		},
		Annotations: map[string]string{
			"summary": wording.Join(t.Sentence), "description": t.Plain(), "runbook_url": m.Links.Runbook, "kind": string(in.Kind),
		},
		StartsAt: in.OpenedAt.UTC(), EndsAt: m.Now.Add(firing).UTC(), GeneratorURL: m.Links.Incident,
	}
	if g := m.Group; g != nil { // the labels of the first incident are not those of the group
		a.Labels = map[string]string{"alertname": "tocsin_group", "incident": m.Key(), "route": g.Route}
		add(a.Labels, g.Labels)
		a.StartsAt = g.Since.UTC()
	} else if in.Rule != nil {
		if in.Rule.Name != "" {
			a.Labels["alertname"] = in.Rule.Name
		}
		add(a.Labels, in.Rule.By)
		add(a.Labels, in.Rule.Labels)
	}
	if m.Test {
		a.EndsAt = m.Now.Add(tested).UTC()
	}
	add(a.Labels, r.labels)
	if in.Status == detector.StatusResolved {
		a.EndsAt = m.Now.UTC()
		if in.ResolvedAt != nil && in.ResolvedAt.Before(m.Now) {
			a.EndsAt = in.ResolvedAt.UTC()
		}
	}
	if compose.HeldBack(m) { // what is silenced fires nowhere; it fires anew when that is over
		a.EndsAt = m.Now.UTC()
	}
	if a.StartsAt.IsZero() || a.StartsAt.After(a.EndsAt) {
		a.StartsAt = a.EndsAt
	}
	tidy(a.Labels, 1000)
	tidy(a.Annotations, 4000)
	return a
}

// tidy cleans and cuts values; an empty one is none to Alertmanager.
func tidy(set map[string]string, limit int) {
	for k, v := range set {
		if v = strings.TrimSpace(cleanLines(v)); v == "" {
			delete(set, k)
		} else {
			set[k] = wording.End(v, limit)
		}
	}
}

var notLabel = regexp.MustCompile(`[^a-zA-Z0-9_]`)

// add takes over labels under names that Alertmanager has; names of tocsin's own stay.
func add(to, from map[string]string) {
	for k, v := range from {
		k = notLabel.ReplaceAllString(k, "_")
		if k == "" || k[0] >= '0' && k[0] <= '9' {
			k = "_" + k
		}
		if _, own := to[k]; !own {
			to[k] = v
		}
	}
}

// cleanLines is wording.Clean that keeps line ends.
func cleanLines(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = wording.Clean(lines[i])
	}
	return strings.Join(lines, "\n")
}
