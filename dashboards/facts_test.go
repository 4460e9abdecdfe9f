package dashboards_test

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/dashboards/dashtest"
)

var (
	factLink = regexp.MustCompile(`<dd class="figure"><a href="([^"]+)">`)
	tagOf    = regexp.MustCompile(`<[^>]*>`)
)

// textOf is what a page says, without its tags.
func textOf(page string) string {
	return html.UnescapeString(strings.Join(strings.Fields(tagOf.ReplaceAllString(page, " ")), " "))
}

// TestFiguresAreFollowed follows each figure of the strips of facts to what it counts.
func TestFiguresAreFollowed(t *testing.T) {
	s := newSite(t, dashtest.Night())
	for path, least := range map[string]int{
		"/": 4, "/incidents/7f3a2c19d04be8a1": 3, "/incidents/c81d07f2b6a95e30": 2, "/services/checkout": 4, "/templates/4e19c0d2a0000000": 4,
	} {
		page := s.get(path).Body.String()
		links := factLink.FindAllStringSubmatch(page, -1)
		if len(links) < least {
			t.Errorf("%s: %d figures can be followed, not %d", path, len(links), least)
		}
		for _, m := range links {
			to := html.UnescapeString(m[1])
			before, id, _ := strings.Cut(to, "#")
			target := page
			if before != "" {
				got := s.get(before)
				if got.Code != http.StatusOK {
					t.Errorf("%s leads to %s: %d", path, to, got.Code)
				}
				target = got.Body.String()
			}
			if id != "" && !strings.Contains(target, `id="`+id+`"`) {
				t.Errorf("%s leads to %s, which has no such part", path, to)
			}
		}
	}
}

// TestWhatAnIncidentTells holds what the page of an incident says beside its sentence.
func TestWhatAnIncidentTells(t *testing.T) {
	s := newSite(t, dashtest.Night())
	page := s.get("/incidents/7f3a2c19d04be8a1").Body.String()
	text := textOf(page)
	for _, want := range []string{"Never seen in 9 weeks of checkout.", "Paged Slack #oncall 3 s after it was opened, open in Slack", "6 of 6 58 % on checkout-k2mvq", "3 of 0–9 same time on 9 days", "Deploy payments 2.41.0 told by deploys", "6 other fields are as before: method, payment_method, country, … Show all currency, node, tenant"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if want := `<a href="/incidents/91c04e77aa10b3c2">91c04e</a>`; !strings.Contains(page, want) {
		t.Errorf("the related incident of the timeline is no link")
	}
	if want := `<a href="https://shop.slack.com/archives/C0ONCALL/p1795398743000100">open in Slack</a>`; !strings.Contains(page, want) {
		t.Errorf("the timeline does not lead to the message in Slack")
	}
	s = newSite(t, dashtest.Quiet())
	if text := textOf(s.get("/incidents/7f3a2c19d04be8a1").Body.String()); !strings.Contains(text, "42 min 8 s after the onset") || !strings.Contains(text, "checkout had a new error") {
		t.Errorf("the page of what is over does not say so")
	}
}

// TestExpectedDoesNotDependOnTheRange: the overview's lines a second are expected by the last minute, whatever its charts show.
func TestExpectedDoesNotDependOnTheRange(t *testing.T) {
	s := newSite(t, dashtest.Night())
	expected := regexp.MustCompile(`Lines a second [0-9,]+ (of [0-9,–]+)`)
	of := map[string]string{}
	for _, rng := range []string{"1h", "6h", "24h", "7d"} {
		m := expected.FindStringSubmatch(textOf(s.get("/?range=" + rng).Body.String()))
		if m == nil {
			t.Fatalf("in %s nothing is expected", rng)
		}
		of[rng] = m[1]
	}
	if of["1h"] != of["6h"] || of["1h"] != of["24h"] || of["1h"] != of["7d"] {
		t.Errorf("expected are %v", of)
	}
}
