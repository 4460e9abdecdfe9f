package dashboards_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
)

// TestLinksElsewhere: what a link says in braces is filled in and stays one value of the address, and what is no page of the web
// is no link.
func TestLinksElsewhere(t *testing.T) {
	w := dashtest.Night()
	for k := range w.All {
		if strings.HasPrefix(w.All[k].ID, "7f3a2c") {
			w.All[k].Service = `check&out "1"`
		}
	}
	s := newSite(t, w, func(o *dashboards.Options) {
		o.Links = func() []dashboards.Link {
			return []dashboards.Link{
				{Name: "Splunk", URL: "https://splunk.example/search?q=service%3D{service}%20{words}&earliest={from_s}&latest={to_s}&id={id}"},
				{Name: "Kibana", URL: "https://kibana.example/#/?_g=(time:(from:'{from_time}'))&q={service}"},
				{Name: "Bad", URL: "javascript:alert({from})"},
			}
		}
	})
	page := s.get("/incidents/7f3a2c19d04be8a1").Body.String()
	if strings.Contains(page, "javascript:") {
		t.Error("an address that is no page is linked")
	}
	at := regexp.MustCompile(`href="(https://splunk[^"]*)"`).FindStringSubmatch(page)
	if at == nil {
		t.Fatal("the link is not there")
	}
	u, err := url.Parse(strings.ReplaceAll(at[1], "&amp;", "&"))
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if got, want := q.Get("q"), `service=check&out "1" connection refused to`; got != want {
		t.Errorf("q is %q, want %q", got, want)
	}
	if q.Get("earliest") != "1795397762" || q.Get("id") != "7f3a2c19d04be8a1" || len(q.Get("latest")) != 10 {
		t.Errorf("the query is %v", q)
	}
	if kibana := "https://kibana.example/#/?_g=%28time:%28from:%272026-11-23T01%3A36%3A02Z%27%29%29&amp;q=check%26out%20%221%22"; !strings.Contains(page, kibana) {
		t.Errorf("the page has no %s but %s", kibana, regexp.MustCompile(`href="https://kibana[^"]*`).FindString(page))
	}
}
