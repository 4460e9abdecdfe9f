package rules_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tocsin-io/tocsin/rules"
	"github.com/tocsin-io/tocsin/rules/unit"
)

// TestExamplesOfTheLanguageLoad reads every YAML example of LANGUAGE.md as what it shows.
func TestExamplesOfTheLanguageLoad(t *testing.T) {
	page, err := os.ReadFile("LANGUAGE.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(page), "```yaml\n")[1:]
	if len(blocks) < 3 {
		t.Fatalf("%d examples", len(blocks))
	}
	for i, block := range blocks {
		text, _, _ := strings.Cut(block, "```")
		if strings.HasPrefix(text, "tests:") {
			if _, err := unit.Parse("checkout_test.yml", []byte(text)); err != nil {
				t.Errorf("example %d: %v", i+1, err)
			}
			continue
		}
		fsys := fstest.MapFS{"r.yml": {Data: []byte(text)}, "lists/countries.txt": {Data: []byte("DE\n")}}
		if _, problems := rules.Load(fsys, []string{"r.yml"}, rules.Options{}); len(problems) > 0 {
			t.Errorf("example %d: %v", i+1, problems)
		}
	}
}
