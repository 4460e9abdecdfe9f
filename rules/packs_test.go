package rules_test

import (
	"os"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/rules"
	"github.com/tocsin-io/tocsin/rules/lang"
	"github.com/tocsin-io/tocsin/rules/unit"
)

// TestPacksMatchTheirLines holds every default rule against lines that it must match and near misses that it must not.
func TestPacksMatchTheirLines(t *testing.T) {
	set, problems := rules.LoadText("none.yml", []byte("version: 1\n"), rules.Options{Packs: true})
	for _, p := range problems {
		t.Error(p)
	}
	if set == nil {
		t.FailNow()
	}
	text, err := os.ReadFile("packs/testdata/lines.txt")
	if err != nil {
		t.Fatal(err)
	}
	m := set.NewMatcher(rules.MatcherOptions{})
	defer m.Close()
	hits, misses := map[string]int{}, map[string]int{}
	for n, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		parts := strings.SplitN(line, " ", 4)
		if parts[0] == "#" {
			continue
		}
		level, ok := lang.ParseLevel(strings.Trim(parts[2], "-"))
		if len(parts) != 4 || !ok || set.Rule(parts[1]) == nil {
			t.Fatalf("line %d: %s", n+1, line)
		}
		found := map[string]bool{}
		m.Match(&detector.Event{Service: "s", Host: "h", Level: level, Message: []byte(parts[3])},
			func(h *detector.Hit) { found[h.Series.Name] = true })
		if parts[0] == "+" {
			hits[parts[1]]++
		} else {
			misses[parts[1]]++
		}
		if found[parts[1]] != (parts[0] == "+") {
			t.Errorf("line %d: %s", n+1, line)
		}
	}
	for _, r := range set.Rules() {
		if hits[r.Name] < 3 || misses[r.Name] < 3 {
			t.Errorf("rule %s has %d lines and %d near misses", r.Name, hits[r.Name], misses[r.Name])
		}
		if r.Runbook == "" || r.Summary == "" {
			t.Errorf("rule %s has no summary or runbook", r.Name)
		}
	}
}

// TestPacksFireAsTheySay runs the packs' tests.
func TestPacksFireAsTheySay(t *testing.T) {
	result := unit.RunFiles(os.DirFS("packs/testdata"), []string{"packs_test.yml"})
	for _, p := range result.Problems {
		t.Error(p)
	}
	for _, f := range result.Failures {
		t.Error(f)
	}
	if result.Passed == 0 {
		t.Error("no test ran")
	}
}

// TestRunbooksAreWritten follows every runbook of the packs to its section.
func TestRunbooksAreWritten(t *testing.T) {
	page, err := os.ReadFile("RUNBOOKS.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]bool{}
	for line := range strings.SplitSeq(string(page), "\n") {
		if title, ok := strings.CutPrefix(line, "## "); ok {
			sections[strings.ReplaceAll(strings.ToLower(title), " ", "-")] = true
		}
	}
	set, _ := rules.LoadText("none.yml", []byte("version: 1\n"), rules.Options{Packs: true})
	for _, r := range set.Rules() {
		if _, section, _ := strings.Cut(r.Runbook, "RUNBOOKS.md#"); !sections[section] {
			t.Errorf("rule %s: no section %q", r.Name, section)
		}
	}
}
