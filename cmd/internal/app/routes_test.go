package app

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

const routesFile = `
receivers:
  - {name: oncall, webhook: {url: "https://example.com/a"}}
  - {name: boss, webhook: {url: "https://example.com/b"}}
routes:
  - {match: 'kind == "secret" && environment == "test"', receivers: [boss]}
  - {name: main, match: 'service == "checkout" || level >= error', receivers: [oncall], group_by: [service], budget: 20,
     escalate: [{after: 15m, receivers: [boss]}]}
`

func TestExplainRoutesOfADescription(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tocsin.yml")
	if err := os.WriteFile(path, []byte(routesFile), 0o600); err != nil {
		t.Fatal(err)
	}
	s := Settings{Config: path, Getenv: os.LookupEnv}
	in, err := Described{Service: "checkout", Kind: "secret"}.Incident()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := s.ExplainRoutes(t.Context(), &out, "", in); err != nil {
		t.Fatal(err)
	}
	want := `  before all routes -> inbox: the inbox gets every message
  routes[0] kind == "secret" && environment == "test": its expression does not hold: environment == "test" is false
  main service == "checkout" || level >= error -> oncall: its expression holds: service == "checkout"
      a group collects for 30 s before its first message
      escalated after 15 min to boss unless acknowledged
      budget: 0 of 20 pages this week are used
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

func TestDescribed(t *testing.T) {
	in, err := Described{Rule: "disk", Level: "error", Environment: "prod"}.Incident()
	if err != nil || in.Kind != detector.KindRule || in.Level != detector.LevelError || !in.Page || in.Rule.Name != "disk" {
		t.Errorf("%+v, %v", in, err)
	}
	if in, err := (Described{Kind: "late"}).Incident(); err != nil || in.Severity != detector.SeverityNotice || in.Page {
		t.Errorf("%+v, %v", in, err)
	}
	for d, want := range map[Described]string{
		{}: "give the id", {Kind: "surgee"}: "no kind", {Service: "a", Severity: "high"}: "no severity", {Service: "a", Level: "loud"}: "no level",
	} {
		if _, err := d.Incident(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", d, err, want)
		}
	}
}
