package dashboards_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/dashboards/signin/signintest"
)

func TestAuditPage(t *testing.T) {
	w := dashtest.Night()
	for i := range 60 {
		w.Acts = append(w.Acts, dashboards.AuditEntry{
			At: w.Time.Add(-time.Duration(i) * time.Hour), Actor: []string{"rita", "<b>vera</b>"}[i%2], Action: []string{"incident.note", "odd.act", "silence.ended"}[i%3],
			Subject: "c81d07f2b6a95e30", Text: "<script>alert(1)</script>",
		})
	}
	g := newGuarded(t, w)
	b := g.reader()
	b.signIn(t, "ada", signintest.Password)
	body := b.do("GET", "/audit", nil).Body.String()
	for _, want := range []string{"&lt;b&gt;vera&lt;/b&gt;", "&lt;script&gt;", "odd.act", "noted", `href="/incidents/c81d07f2b6a95e30"`, "Older"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q on the page", want)
		}
	}
	if strings.Contains(body, "<script>alert") || strings.Count(body, "<tr>") != 51 {
		t.Errorf("%d rows", strings.Count(body, "<tr>"))
	}
	older := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(body)
	if body := b.do("GET", strings.ReplaceAll(older[1], "&amp;", "&"), nil).Body.String(); strings.Count(body, "<tr>") != 11 {
		t.Errorf("the older part has %d rows", strings.Count(body, "<tr>"))
	}
	if body := b.do("GET", "/audit?actor=rita&action=odd.act", nil).Body.String(); strings.Count(body, "<tr>") != 11 || !strings.Contains(body, `<option value="odd.act" selected>`) {
		t.Errorf("filtered: %d rows", strings.Count(body, "<tr>"))
	}
	if body := b.do("GET", "/audit?actor=zoe", nil).Body.String(); !strings.Contains(body, "No act fits.") {
		t.Error("without a match the page does not say so")
	}
	if got := b.do("GET", "/audit?cursor=-", nil); got.Code != http.StatusBadRequest {
		t.Errorf("a wrong cursor: %d", got.Code)
	}
}
