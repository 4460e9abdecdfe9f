package dashboards_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/detector"
)

// TestFactsOfWhatIsFoundBesideTheLines: a clock that is off and lines that come late have no count of lines of their own and
// nothing that was expected; a rule that had nothing to measure did not measure 0.
func TestFactsOfWhatIsFoundBesideTheLines(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*detector.Incident)
		says   []string
		not    []string
	}{
		{"skew", func(i *detector.Incident) {
			i.Kind, i.Observed, i.Peak, i.Unit, i.Hosts = detector.KindSkew, -252, 3, "s", []string{"web-1"}
		}, []string{"4 min 12 s behind"}, []string{"<dt>Lines</dt>", "Expected", "at most"}},
		{"late", func(i *detector.Incident) {
			i.Kind, i.Observed, i.Unit = detector.KindLate, 1956, "lines"
		}, []string{"1,956"}, []string{"<dt>Lines</dt>", "Expected"}},
		{"rule", func(i *detector.Incident) {
			i.Kind, i.Unit, i.Rule = detector.KindRule, "share", &detector.RuleFacts{Name: "failures", Without: "line"}
		}, []string{"Observed, 5 min no line"}, []string{"Observed, 5 min 0", "Expected"}},
	} {
		w := dashtest.Night()
		of := detector.Incident{
			ID: "00112233445566aa", Service: "checkout", Severity: detector.SeverityNotice, Status: detector.StatusOpen, Title: "t", Window: detector.Duration(5 * time.Minute),
			Onset: w.Time.Add(-time.Hour), OpenedAt: w.Time.Add(-time.Hour), UpdatedAt: w.Time,
		}
		c.change(&of)
		w.All = append(w.All, of)
		page := newSite(t, w).get("/incidents/" + of.ID).Body.String()
		text := textOf(page)
		for _, want := range c.says {
			if !strings.Contains(text, want) {
				t.Errorf("%s: the page does not say %q:\n%s", c.name, want, text)
			}
		}
		for _, bad := range c.not {
			if strings.Contains(text, bad) || strings.Contains(page, bad) {
				t.Errorf("%s: the page says %q", c.name, bad)
			}
		}
	}
}

// TestStateWithoutAValue: a series of a rule that had nothing to measure shows no figure.
func TestStateWithoutAValue(t *testing.T) {
	w := dashtest.Night()
	w.Rules.Rules[0].States[0].Value = nil
	s := newSite(t, w)
	if text := textOf(s.get("/rules/checkout-errors").Body.String()); !strings.Contains(text, "no data") {
		t.Errorf("the page of the rule says a value:\n%s", text)
	}
	if body := s.get("/api/v1/rules").Body.String(); !strings.Contains(body, `"value":null`) {
		t.Errorf("the API says a value: %s", body)
	}
}
