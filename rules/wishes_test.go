package rules_test

import (
	"os"
	"testing"

	"github.com/tocsin-io/tocsin/rules/unit"
)

// TestWishes runs what people ask of alerts on logs, each as a rule with the lines that must fire it and those that
// must not.
func TestWishes(t *testing.T) {
	result := unit.RunFiles(os.DirFS("testdata/wishes"), []string{"basic_test.yml", "band_test.yml", "sequence_test.yml"})
	for _, p := range result.Problems {
		if p.Severity == "error" {
			t.Error(p)
		}
	}
	for _, f := range result.Failures {
		t.Error(f)
	}
	if result.Passed < 22 {
		t.Errorf("%d tests passed", result.Passed)
	}
}
