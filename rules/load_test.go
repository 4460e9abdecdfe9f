package rules

import (
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

func TestLoadTextGivesASet(t *testing.T) {
	set, problems := LoadText("r.yml", []byte(`version: 1
rules:
  - name: checkout-errors
    when: service == "checkout" && level >= error
    by: [environment, host]
    if: value > 50 && value > 4 * expected
`), Options{Packs: true})
	for _, p := range problems {
		t.Error(p)
	}
	if set == nil || set.Rule("checkout-errors") == nil || set.Rule("disk-full") == nil {
		t.Fatal("a rule is missing")
	}
	m := set.NewMatcher(MatcherOptions{})
	defer m.Close()
	var keys []string
	m.Match(&detector.Event{Service: "checkout", Environment: "prod", Host: "a", Level: detector.LevelError},
		func(h *detector.Hit) { keys = append(keys, h.Series.Key) })
	if len(keys) != 1 || keys[0] != "environment=prod,host=a" {
		t.Errorf("hits %q", keys)
	}
}

// A rule whose name is an alias is a rule, and its name is taken.
func TestNameIsAnAlias(t *testing.T) {
	const file = `version: 1
rules:
  - {name: first, labels: {team: &team shop}, when: service == "s"}
  - {name: *team, when: service == "s"}
`
	set, problems := LoadText("r.yml", []byte(file), Options{})
	if len(problems) != 0 || set == nil || len(set.Rules()) != 2 || set.Rule("shop") == nil {
		t.Errorf("%v, %v", set, problems)
	}
	if _, problems := LoadText("r.yml", []byte(file+"  - {name: shop, when: service == \"s\"}\n"), Options{}); !Failed(problems) {
		t.Error("two rules have the same name, and nobody says so")
	}
}
