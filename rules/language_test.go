package rules_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tocsin-io/tocsin/rules"
	"github.com/tocsin-io/tocsin/rules/unit"
)

// TestExamplesOfTheLanguage reads every YAML example of LANGUAGE.md as what it shows, and runs its tests on its rules.
func TestExamplesOfTheLanguage(t *testing.T) {
	page, err := os.ReadFile("LANGUAGE.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(page), "```yaml\n")[1:]
	if len(blocks) < 3 {
		t.Fatalf("%d examples", len(blocks))
	}
	fsys := fstest.MapFS{"lists/countries.txt": {Data: []byte("DE\n")}}
	var names []string
	for i, block := range blocks {
		text, _, _ := strings.Cut(block, "```")
		if strings.HasPrefix(text, "tests:") {
			file, err := unit.Parse("checkout_test.yml", []byte(text))
			if err != nil {
				t.Fatalf("example %d: %v", i+1, err)
			}
			set, problems := rules.Load(fsys, names, rules.Options{})
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			for k := range file.Tests {
				for _, failure := range unit.Run("LANGUAGE.md", set, &file.Tests[k]) {
					t.Error(failure)
				}
			}
			continue
		}
		name := fmt.Sprintf("%d.yml", i)
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
		names = append(names, name)
		if _, problems := rules.Load(fsys, []string{name}, rules.Options{}); len(problems) > 0 {
			t.Errorf("example %d: %v", i+1, problems)
		}
	}
}
