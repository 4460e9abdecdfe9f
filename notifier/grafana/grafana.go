// Package grafana marks incidents in Grafana as annotations (grafana.com/docs/grafana/latest/developers/http_api/annotations):
// a region from the opening to the end, which is changed in place while the incident lives.
package grafana

import (
	"context"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
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

// Receiver marks incidents in one organisation of Grafana.
type Receiver struct {
	config notifier.GrafanaConfig
	base   string
	poster outbound.Poster
}

// New makes a receiver that talks through client.
func New(c notifier.GrafanaConfig, client *http.Client) *Receiver {
	return &Receiver{config: c, base: strings.TrimSuffix(c.URL.Reveal(), "/") + "/api/annotations", poster: outbound.Poster{
		Client: client, Secrets: []notifier.Secret{c.URL, c.Token}, Mends: map[int]string{
			401: "check the token of the service account", 403: "give the service account annotations:write, and annotations:read",
			404: "check the address and the dashboard",
		},
	}}
}

// annotation is what Grafana keeps. Times are milliseconds of Unix time.
type annotation struct {
	Dashboard string   `json:"dashboardUID,omitempty"`
	Time      int64    `json:"time"`
	End       int64    `json:"timeEnd"`
	Tags      []string `json:"tags"`
	Text      string   `json:"text"` // HTML, which Grafana cleans
}

var number = regexp.MustCompile(`^[0-9]{1,19}$`)

// Send marks the incident, or changes its mark. A list of many calls for none.
func (r *Receiver) Send(ctx context.Context, m notifier.Message) (notifier.Receipt, bool, error) {
	if plan.Lists(m.Event) {
		return notifier.Receipt{}, false, nil
	}
	a := r.annotation(m)
	receipt := notifier.Receipt{Payload: compose.JSON(a)}
	id := m.Reference
	if !number.MatchString(id) {
		id = ""
		if m.Attempts > 1 { // an answer may have been lost
			found, retry, err := r.find(ctx, m)
			if err != nil {
				return receipt, retry, err
			}
			id = found
		}
	}
	if id != "" {
		receipt.Reference = id
		a.Dashboard = "" // it cannot move
		_, _, retry, err := r.poster.JSON(ctx, r.request(http.MethodPatch, "/"+id, m.Now), a)
		if outbound.Status(err) != http.StatusNotFound {
			return receipt, retry, err
		}
		a = r.annotation(m) // somebody deleted it: mark it anew
	}
	answer, _, retry, err := r.poster.JSON(ctx, r.request("", "", m.Now), a)
	if err != nil {
		receipt.Reference = ""
		return receipt, retry, err
	}
	var made struct {
		ID json.Number `json:"id"`
	}
	if json.Unmarshal(answer, &made) == nil && number.MatchString(made.ID.String()) {
		receipt.Reference = made.ID.String()
	}
	return receipt, false, nil
}

// find looks for the mark that a try before this one may have made. A token that may not read finds none: then a mark may stand
// twice.
func (r *Receiver) find(ctx context.Context, m notifier.Message) (id string, retry bool, err error) {
	q := url.Values{"tags": {tag("incident", m.Key())}, "type": {"annotation"}, "limit": {"1"}}
	answer, retry, err := r.poster.Do(ctx, r.request(http.MethodGet, "?"+q.Encode(), m.Now))
	switch {
	case err != nil && outbound.Status(err) == http.StatusForbidden:
		return "", false, nil
	case err != nil:
		return "", retry, err
	}
	var list []struct {
		ID json.Number `json:"id"`
	}
	if json.Unmarshal(answer, &list) == nil && len(list) > 0 && number.MatchString(list[0].ID.String()) {
		id = list[0].ID.String()
	}
	return id, false, nil
}

func (r *Receiver) request(method, path string, now time.Time) outbound.Request {
	return outbound.Request{
		Method: method, URL: notifier.Secret(r.base + path), Now: now,
		Header: map[string]string{"Authorization": "Bearer " + r.config.Token.Reveal(), "Accept": "application/json"},
	}
}

func (r *Receiver) annotation(m notifier.Message) annotation {
	in := &m.Incident
	t := compose.Of(m)
	from, to := in.OpenedAt, m.Now
	if m.Group != nil {
		from = m.Group.Since
	}
	if in.Status == detector.StatusResolved && in.ResolvedAt != nil && m.Group == nil {
		to = *in.ResolvedAt
	}
	if from.IsZero() || from.After(to) {
		from = to
	}
	text := "<b>" + html.EscapeString(t.Head) + "</b><br>" + html.EscapeString(wording.End(wording.Join(t.Sentence), 1000)) +
		"<br>" + html.EscapeString(wording.End(t.Second, 600))
	if m.Links.Incident != "" {
		text += `<br><a href="` + html.EscapeString(m.Links.Incident) + `">Open in tocsin</a>`
	}
	a := annotation{Dashboard: r.config.Dashboard, Time: from.UnixMilli(), End: to.UnixMilli(), Text: text, Tags: []string{"tocsin", tag("incident", m.Key())}}
	if m.Group == nil {
		for _, l := range [][2]string{{"kind", string(in.Kind)}, {"service", in.Service}, {"environment", in.Environment}} {
			if l[1] != "" {
				a.Tags = append(a.Tags, tag(l[0], l[1]))
			}
		}
	}
	a.Tags = append(a.Tags, tag("severity", string(in.Severity)), tag("status", string(in.Status)))
	a.Tags = append(a.Tags, r.config.Tags...)
	return a
}

// maxTag is how many characters of a tag's name or value Grafana keeps.
const maxTag = 100

// tag is name:value as Grafana reads it, which splits at the first colon.
func tag(name, value string) string {
	return name + ":" + wording.Middle(wording.Clean(value), maxTag)
}
