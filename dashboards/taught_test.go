package dashboards_test

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/detector"
)

// says fails where a page lacks one of the texts.
func says(t *testing.T, what, page string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			t.Errorf("%s does not say %q", what, text)
		}
	}
}

func TestSilenceForm(t *testing.T) {
	s := newSite(t, dashtest.Night(), func(o *dashboards.Options) { o.Actor = func(*http.Request) string { return "jana" } })
	const form = "/silences/new?incident=7f3a2c19d04be8a1"
	says(t, "the form of an incident", s.get(form).Body.String(),
		"Would have muted 1 page in the last 7 days, and the 1 that is open.", `value="checkout"`, "Silence for 2 h", "What is still open when it ends, pages then")
	for _, lasting := range []string{"sort=expected&service=checkout", "service=checkout&hours=weekly&from=00:00&to=06:00&zone=Europe%2FPrague&for=30d"} {
		says(t, "what holds for long", s.get("/silences/new?"+lasting).Body.String(), "the last 14 days")
	}
	fields := url.Values{"sort": {"silence"}, "service": {"checkout"}, "for": {"2h"}, "text": {"payments is rolled back"}}
	// A preview leads to a page of its own, which can be pasted in a chat and holds no token.
	got := s.post(t, form, "/silences/new", fields)
	at := got.Header().Get("Location")
	if got.Code != http.StatusSeeOther || strings.Contains(at, "token") || !strings.Contains(at, "service=checkout") {
		t.Fatalf("preview: %d to %s", got.Code, at)
	}
	says(t, "the preview", s.get(at).Body.String(), "Would have muted", "payments is rolled back")
	if len(s.world.Mutes) != 0 {
		t.Fatal("a preview silenced something")
	}
	got = s.post(t, form, "/silences", fields)
	if got.Code != http.StatusSeeOther || len(s.world.Mutes) != 1 || s.world.Mutes[0].Author != "jana" {
		t.Fatalf("silence: %d, %+v", got.Code, s.world.Mutes)
	}
	list := s.get(got.Header().Get("Location")).Body.String()
	says(t, "the list", list, "Silenced, ", "Undo", "1 silence holds now.", "payments is rolled back", "ends in 2 h", "End it now")
	got = s.post(t, "/silences", "/silences/"+s.world.Mutes[0].ID+"/end", url.Values{})
	says(t, "the list after it", s.get(got.Header().Get("Location")).Body.String(), "Ended, ", "Nothing is silenced now.", "by jana")

	// An expression may stand alone; a secret that it matches is left out unless that is ticked.
	by := url.Values{"expr": {`service in ["inventory", "checkout"] && severity == "page"`}, "for": {"2h"}}
	says(t, "the preview of an expression", s.get("/silences/new?"+by.Encode()).Body.String(),
		"Would have muted 2 pages", "1 incident of secrets or lost input would have paged all the same.")
	by.Set("critical", "on")
	says(t, "with secrets", s.get("/silences/new?"+by.Encode()).Body.String(), "Would have muted 3 pages")
	got = s.post(t, "/silences/new", "/silences", by)
	says(t, "the list", s.get("/silences").Body.String(), "secrets and lost input too", "service in [")
	if m := s.world.Mutes[0]; got.Code != http.StatusSeeOther || !m.Critical || m.Match.Expr != by.Get("expr") {
		t.Errorf("%d, %+v", got.Code, m)
	}
	says(t, "the form of an incident", s.get(form).Body.String(), "mark it as expected", "sort=expected")

	for name, c := range map[string]struct {
		set  url.Values
		says string
	}{
		"everything":       {url.Values{"for": {"2h"}}, "It would mute everything"},
		"hours without":    {url.Values{"service": {"a"}, "hours": {"weekly"}, "for": {"2h"}}, "Hours need a beginning and an end"},
		"an end that was":  {url.Values{"service": {"a"}, "for": {"until"}, "until": {"2020-01-01T00:00"}}, "The end is over already"},
		"a bomb":           {url.Values{"expr": {"all(1..1000000000, # > 0)"}, "for": {"2h"}}, "are not allowed here"},
		"an unknown name":  {url.Values{"expr": {`servcie == "a"`}, "for": {"2h"}}, "unknown name servcie"},
		"secrets unticked": {url.Values{"kind": {"secret"}, "for": {"2h"}}, "Secrets and lost input are left out"},
		"no end":           {url.Values{"service": {"a"}, "for": {"forever"}}, "needs an end"},
		"an unknown kind":  {url.Values{"service": {"a"}, "kind": {"loud"}, "for": {"2h"}}, "There is no kind"},
		"a mark of nobody": {url.Values{"sort": {"noise"}, "service": {"a"}}, "A mark is made on an incident"},
	} {
		got := s.post(t, "/silences/new", "/silences", c.set)
		if got.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, got.Code)
		}
		says(t, name, got.Body.String(), c.says)
	}
}

func TestMarkForm(t *testing.T) {
	s := newSite(t, dashtest.Night(), func(o *dashboards.Options) { o.Actor = func(*http.Request) string { return "jana" } })
	const fall = "91c04e77aa10b3c2"
	form := "/silences/new?sort=expected&incident=" + fall
	says(t, "the form", s.get(form).Body.String(), "this template of payments in production", "every fall of payments in production", "nothing else: this incident alone")
	says(t, "the form of what hides an error", s.get("/silences/new?sort=noise&incident=7f3a2c19d04be8a1").Body.String(), "this incident alone, as an error hides in it")
	got := s.post(t, form, "/silences", url.Values{
		"sort": {"expected"}, "incident": {fall}, "scope": {"kind"}, "hours": {"weekly"}, "from": {"02:00"}, "to": {"04:00"}, "zone": {"Europe/Prague"},
		"day": {"mon", "fri"}, "for": {"forever"}, "text": {"nightly batch"},
	})
	if got.Code != http.StatusSeeOther || len(s.world.Mutes) != 1 {
		t.Fatalf("mark: %d %s", got.Code, got.Body)
	}
	m := s.world.Mutes[0]
	if m.Match.Kind != detector.KindFall || m.Match.Service != "payments" || m.Weekly == nil || len(m.Weekly.Days) != 2 || !m.Ends.IsZero() {
		t.Errorf("the mark is %+v", m)
	}
	says(t, "the incident", s.get(got.Header().Get("Location")).Body.String(), "Marked as expected, ", "Undo", "nightly batch")
	says(t, "the list", s.get("/silences").Body.String(), "1 mark of what is expected or noise", "mon, fri 02:00–04:00 Europe/Prague, until it is taken back", "Take it back")
	i, err := s.world.Incident(context.Background(), fall)
	if err != nil || i.Status != detector.StatusResolved {
		t.Errorf("the incident is %s, %v", i.Status, err)
	}
}

func TestSensitivityForm(t *testing.T) {
	s := newSite(t, dashtest.Taught())
	const page = "/services/checkout/sensitivity"
	says(t, "the list of incidents", s.get("/incidents").Body.String(), "Expected<small>nightly batch</small>")
	says(t, "the page", s.get(page).Body.String(), "checkout is quiet.", "Set by ann", "Back to the file: normal")
	got := s.post(t, page, page, url.Values{"pages": {"normal"}, "notices": {"keen"}, "do": {"try"}})
	tried := s.get(got.Header().Get("Location")).Body.String()
	says(t, "what was tried", tried, "in place of", "It rests on the strength", "Set to normal, notices keen", "2 near misses", "What would differ", "nothing")
	if now, _ := s.world.ServiceSensitivity(context.Background(), "checkout"); now.Now.Pages != "quiet" {
		t.Errorf("trying set %s", now.Now)
	}
	got = s.post(t, page, page, url.Values{"pages": {"normal"}, "notices": {"keen"}, "do": {"set"}})
	says(t, "what was set", s.get(got.Header().Get("Location")).Body.String(), "Set, ", "checkout is normal, notices keen.")
	if got := s.post(t, page, page, url.Values{"pages": {"normal"}, "notices": {"quiet"}, "do": {"set"}}); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("notices quieter than pages: %d", got.Code)
	}
	got = s.post(t, page, page, url.Values{"do": {"configured"}})
	says(t, "what the file says", s.get(got.Header().Get("Location")).Body.String(), "checkout is normal.")
}

// A page that waits for somebody has not led to nothing.
func TestNoiseTellsWhatWaitsFromWhatWentBy(t *testing.T) {
	w := dashtest.Night()
	before := newSite(t, w).get("/noise").Body.String()
	says(t, "the night", before, "nobody has taken yet")
	for k := range w.All {
		i := &w.All[k]
		if i.Status == detector.StatusOpen {
			at := w.Now()
			i.Status, i.ResolvedAt = detector.StatusResolved, &at
		}
	}
	if after := newSite(t, w).get("/noise").Body.String(); strings.Contains(after, "nobody has taken yet") {
		t.Error("a page that is over waits for somebody")
	}
}

func TestNoiseFilters(t *testing.T) {
	s := newSite(t, dashtest.Taught(), func(o *dashboards.Options) {
		o.Cost = func() dashboards.Cost { return dashboards.Cost{PerGB: 2.10, Currency: "€"} }
	})
	for _, shipper := range []string{"Fluent Bit", "Vector", "OpenTelemetry"} {
		for mode, counts := range map[string]string{"drop": "count none of them", "sample": "count 1 in ", "aggregate": "count none of them"} {
			page := html.UnescapeString(s.get("/noise?" + url.Values{"with": {shipper}, "do": {mode}}.Encode()).Body.String())
			page = strings.ReplaceAll(page, `\\s`, `\s`) // the collector's texts have backslashes twice
			says(t, shipper+", "+mode, page, counts, `key\s+.+\s+value`, "a day at 2.10 € for a GB", "It finds no other template of cart.", "held 1 page back")
		}
	}
	for path, want := range map[string]int{
		"/noise?template=xyz": 400, "/noise?template=0000000000000009": 404, "/noise?with=Logstash": 200,
	} {
		if got := s.get(path); got.Code != want {
			t.Errorf("%s: %d, want %d", path, got.Code, want)
		}
	}
	free := newSite(t, dashtest.Night()).get("/noise").Body.String()
	if strings.Contains(free, "Cost a day") {
		t.Error("a cost is shown where no price is known")
	}
	if strings.Contains(free, "were looked at") {
		t.Error("the page says that it left something out, and did not")
	}
	flood := dashtest.Night()
	for len(flood.All) < 2100 { // some of the night are older
		in := flood.All[0]
		in.ID, in.Page = fmt.Sprintf("%016x", len(flood.All)), true
		flood.All = append(flood.All, in)
	}
	says(t, "a flood of incidents", newSite(t, flood).get("/noise").Body.String(), "Only the newest 2,000 pages were looked at.")
}
