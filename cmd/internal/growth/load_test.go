package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/rules"
)

// TestRulesOf holds that the rules of every row load, all of them.
func TestRulesOf(t *testing.T) {
	for _, s := range rows() {
		if s.rules == 0 {
			continue
		}
		path := filepath.Join(t.TempDir(), "rules.yml")
		if err := os.WriteFile(path, rulesOf(s), 0o600); err != nil {
			t.Fatal(err)
		}
		set, problems := rules.Load(nil, []string{path}, rules.Options{})
		if set == nil || len(set.Rules()) != s.rules {
			t.Errorf("%d rules do not load: %v", s.rules, problems)
		}
	}
}

// TestLines holds that lines are JSON, of as many services and texts as the row says.
func TestLines(t *testing.T) {
	l := &load{size: size{services: 10, series: 1000}}
	type key struct{ service, words string }
	seen := make(map[key]bool)
	services := make(map[string]bool)
	for i := range 3 * l.size.series {
		r := l.line(i, time.Unix(1_800_000_000, 0))
		var got struct{ Service, Msg string }
		if err := json.Unmarshal(r.Value, &got); err != nil || string(r.Key) != got.Service {
			t.Fatalf("%s: %v, key %q", r.Value, err, r.Key)
		}
		seen[key{got.Service, words(i % l.size.series / l.size.services)}] = true
		services[got.Service] = true
	}
	if len(seen) != l.size.series || len(services) != l.size.services {
		t.Errorf("%d series of %d services, want %d of %d", len(seen), len(services), l.size.series, l.size.services)
	}
}
