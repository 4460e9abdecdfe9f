package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector/testkit"
)

// incident is what the API says of one, as far as tests ask.
type incident struct {
	ID, Kind, Service, Status, Title string
	Severity                         string
	Page                             bool
	ExplainedBy                      string    `json:"explained_by"`
	Template                         string    `json:"template"`
	Lines                            uint64    `json:"lines"`
	OpenedAt                         time.Time `json:"opened_at"`
}

func (i incident) String() string {
	return fmt.Sprintf("%s %s %s page=%v by=%q: %s", i.Kind, i.Service, i.Status, i.Page, i.ExplainedBy, i.Title)
}

func listed(t *testing.T, base, query string) []incident {
	t.Helper()
	var out struct {
		Incidents []incident      `json:"incidents"`
		Next      json.RawMessage `json:"next"`
	}
	get(t, base+"/api/v1/incidents?limit=500"+query, &out)
	return out.Incidents
}

// TestDemo is the README's first command: within three minutes five things go wrong, each opens one incident that names
// its cause, and each pages once.
func TestDemo(t *testing.T) {
	p := spawn(t, nil, "run", "--demo", "--listen", "127.0.0.1:0", "--kafka-listen", testkit.Address(t))
	began := time.Now()
	t.Logf("the dashboard answered %s after the start", p.started)
	find := func(all []incident, kinds, service, words string) *incident {
		for i := range all {
			in := &all[i]
			if in.Page && strings.Contains(kinds, in.Kind) && strings.Contains(service, in.Service) && strings.Contains(in.Title+in.Template, words) {
				return in
			}
		}
		return nil
	}
	wanted := []struct{ name, kinds, service, words string }{
		{"the hidden database error", "masked_error", "billing", "invalid page"},
		{"the debug switch", "surge volume mix", "storefront checkout", ""},
		{"the secret", "secret", "inventory mailer", ""},
		{"the silence", "silence", "search", ""},
		{"the payment errors", "error_spike ramp", "payments", ""},
	}
	var all []incident
	eventually(t, 3*time.Minute+10*time.Second, "the five incidents", func() (bool, string) {
		all = listed(t, p.url, "")
		var missing []string
		for _, w := range wanted {
			if find(all, w.kinds, w.service, w.words) == nil {
				missing = append(missing, w.name)
			}
		}
		return len(missing) == 0, fmt.Sprintf("missing: %s\n%v", strings.Join(missing, ", "), all)
	})
	t.Logf("all five were open after %s", time.Since(began).Round(time.Second))
	for _, in := range all {
		t.Log(in)
	}
	now, peak := p.rss()
	t.Logf("%d MB resident, %d MB at most", now, peak)
	if peak > 200 {
		t.Errorf("the demo took %d MB, more than 200", peak)
	}
	var inbox string
	for _, w := range wanted {
		in := find(all, w.kinds, w.service, w.words)
		eventually(t, 20*time.Second, "the page of "+w.name, func() (bool, string) {
			inbox = page(t, p.url+"/inbox")
			return strings.Contains(inbox, in.ID), inbox
		})
	}
	for _, in := range listed(t, p.url, "") {
		want := 0
		if in.Page {
			want = 1
		}
		if n := strings.Count(p.log.String(), "incident="+in.ID+" event=opened"); n > want {
			t.Errorf("%d pages, want %d: %s", n, want, in)
		}
	}
	p.stop(15 * time.Second)
}
