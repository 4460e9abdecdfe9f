package dashboards_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/dashboards/dashtest"
)

// TestTryRule edits a rule in the browser, without script: it is checked, tried, and kept nowhere.
func TestTryRule(t *testing.T) {
	s := newSite(t, dashtest.Night())
	before := len(s.world.Rules.Rules)
	says(t, "the rule", s.get("/rules/checkout-errors").Body.String(), `href="/rules/try?rule=checkout-errors"`)
	const form = "/rules/try?rule=checkout-errors"
	says(t, "the form of a rule", s.get(form).Body.String(), "rules:\n  - name: checkout-errors\n    when: ", "<code>rules/checkout.yml:")
	says(t, "the form of a new one", s.get("/rules/try").Body.String(), "- name: my-rule", "a file that tocsin.yml names")
	if got := s.get("/rules/try?rule=none"); got.Code != http.StatusNotFound {
		t.Errorf("a rule that is not there: %d", got.Code)
	}
	text := "version: 1\r\nrules:\r\n  - name: edited\r\n    if: value > 1 # </textarea><script>\r\n"
	got := s.post(t, form, "/rules/try", url.Values{"rules": {text}, "span": {"24h"}, "rule": {"checkout-errors"}, "file": {"rules/checkout.yml:3"}})
	page := got.Body.String()
	if got.Code != http.StatusOK {
		t.Fatalf("%d %s", got.Code, page)
	}
	says(t, "the trial", page, "Would have sent 1 page and 1 notice.", "1,234,567 lines", "edited", "Again: 61 errors", "still open", "8 min",
		"&lt;/textarea&gt;&lt;script&gt;", `value="24h" selected`, "<code>rules/checkout.yml:3</code>")
	got = s.post(t, form, "/rules/try", url.Values{"rules": {"<script>"}})
	says(t, "the mistakes", got.Body.String(), "The rules have mistakes.", "rules:1:1: there is no rule", "&lt;script&gt;")
	if got.Code != http.StatusUnprocessableEntity {
		t.Errorf("mistakes: %d", got.Code)
	}
	if got := s.post(t, form, "/rules/try", url.Values{"rules": {text}, "span": {"9y"}}); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("an unknown span: %d", got.Code)
	}
	if len(s.world.Rules.Rules) != before || strings.Contains(s.get("/rules").Body.String(), "edited") {
		t.Error("a trial was kept")
	}
}
