package e2e

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/notifier/slack/slacktest"
)

const grafanaDir = "../../../dashboards/grafana"

// grafanaDashboard is what the test reads of a dashboard.
type grafanaDashboard struct {
	UID, Title    string
	SchemaVersion int
	Templating    struct{ List []struct{ Name, Type string } }
	Panels        []struct {
		ID         int
		Title      string
		Type       string
		Datasource struct{ Type, UID string }
		GridPos    struct{ X, Y, W, H int }
		Targets    []struct{ RefID, Expr, RawSQL string }
	}
}

// TestGrafana holds the dashboards and alerts for Grafana and Prometheus against what tocsin really tells: promtool
// reads the alerts and runs their tests, every metric that is asked for is served, and every query runs in Postgres.
func TestGrafana(t *testing.T) {
	t.Run("promtool", func(t *testing.T) {
		for _, args := range [][]string{{"check", "rules", "alerts.yml"}, {"test", "rules", "alerts_test.yml"}} {
			cmd := exec.CommandContext(t.Context(), "promtool", args...)
			cmd.Dir = grafanaDir
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
			}
		}
	})
	slack := slacktest.New()
	t.Cleanup(slack.Close)
	slack.Fail("chat.postMessage", slices.Repeat([]slacktest.Failure{{Status: 500}}, 1000)...)
	p := newParts(t, 1)
	a, _, _ := startApp(t, p.configuration(oncall(slack)), "")
	produce(t, p.kafka, p.topic, []string{fmt.Sprintf(`{"time":%q,"level":"info","service":"a","msg":"dial redis://:Qw8eRt5yUi2oPa7s@cache-1:6379/0"}`, now())})
	var served string
	eventually(t, 30*time.Second, "a message that waits", func() (bool, string) {
		served = page(t, a.URL()+"/metrics")
		return strings.Contains(served, "tocsin_messages_unsent_oldest_timestamp_seconds{"), tail(served, 2000)
	})
	names, read := regexp.MustCompile(`\b(?:tocsin|process)_[a-z_]+`), func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(grafanaDir, name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	tells := func(where, expr string) {
		t.Helper()
		for _, name := range names.FindAllString(expr, -1) {
			if !strings.Contains(served, "\n"+name+"{") && !strings.Contains(served, "\n"+name+" ") {
				t.Errorf("%s asks for %s, which is not served", where, name)
			}
		}
	}
	for line := range strings.Lines(string(read("alerts.yml"))) {
		if _, expr, ok := strings.Cut(line, "expr: "); ok {
			tells("alerts.yml", expr)
		}
	}
	db, err := sql.Open("pgx", p.postgres)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	macros := strings.NewReplacer("$__unixEpochFrom()", "1", "$__unixEpochTo()", "4000000000",
		"$__timeGroupAlias(to_timestamp(opened_at / 1e6), $__interval, 0)", `date_trunc('minute', to_timestamp(opened_at / 1e6)) AS "time"`)
	for _, name := range []string{"tocsin.json", "incidents.json"} {
		var d grafanaDashboard
		if err := json.Unmarshal(read(name), &d); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		checkLayout(t, name, d)
		for _, panel := range d.Panels {
			for _, target := range panel.Targets {
				where := name + ", " + panel.Title
				tells(where, target.Expr)
				if target.RawSQL == "" {
					continue
				}
				rows, err := db.QueryContext(t.Context(), macros.Replace(target.RawSQL))
				if err != nil {
					t.Errorf("%s: %v", where, err)
					continue
				}
				if !rows.Next() {
					t.Errorf("%s: no row although an incident is open", where)
				}
				rows.Close()
			}
		}
	}
}

// checkLayout holds a dashboard against what Grafana asks of one: panels of different ids that lie beside one another in
// 24 columns, and a source that a variable chooses.
func checkLayout(t *testing.T, name string, d grafanaDashboard) {
	t.Helper()
	if d.UID == "" || d.Title == "" || d.SchemaVersion < 36 || len(d.Panels) == 0 {
		t.Errorf("%s: uid %q, title %q, schema %d, %d panels", name, d.UID, d.Title, d.SchemaVersion, len(d.Panels))
	}
	if !slices.ContainsFunc(d.Templating.List, func(v struct{ Name, Type string }) bool { return v.Name == "datasource" && v.Type == "datasource" }) {
		t.Errorf("%s has no variable for its data source", name)
	}
	ids, taken := map[int]bool{}, map[[2]int]string{}
	for _, p := range d.Panels {
		if ids[p.ID] || p.Title == "" || p.Datasource.UID != "${datasource}" || len(p.Targets) == 0 {
			t.Errorf("%s: panel %d %q: its id is taken, or it lacks a title, a target or the data source's variable", name, p.ID, p.Title)
		}
		ids[p.ID] = true
		g := p.GridPos
		if g.W < 1 || g.H < 1 || g.X < 0 || g.X+g.W > 24 {
			t.Errorf("%s: %s lies at %+v", name, p.Title, g)
		}
		for x := g.X; x < g.X+g.W; x++ {
			for y := g.Y; y < g.Y+g.H; y++ {
				if other := taken[[2]int{x, y}]; other != "" {
					t.Fatalf("%s: %s lies on %s", name, p.Title, other)
				}
				taken[[2]int{x, y}] = p.Title
			}
		}
	}
}
