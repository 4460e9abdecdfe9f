package dashboards

import (
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/tocsin-io/tocsin/detector/template"
)

// TestPinAndSplit: what the page offers to copy is a configuration that says what it promises.
func TestPinAndSplit(t *testing.T) {
	read := func(text string) template.Pattern {
		t.Helper()
		var c struct {
			Templates struct {
				Patterns []struct{ Service, Match string }
			}
		}
		if err := yaml.Unmarshal([]byte(text), &c); err != nil || len(c.Templates.Patterns) != 1 {
			t.Fatalf("%s: %v", text, err)
		}
		p := template.Pattern{Service: c.Templates.Patterns[0].Service, Match: c.Templates.Patterns[0].Match}
		if err := p.Check(); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		return p
	}
	of := &Template{Service: `check "out"`, Text: `job "<*>" is <*> \ after <*> ms`}
	for n, want := range []string{`job "<=>" is <*> \ after <*> ms`, `job "<*>" is <=> \ after <*> ms`, `job "<*>" is <*> \ after <=> ms`} {
		if got := read(splitFor(of, n)); got.Match != want || got.Service != of.Service {
			t.Errorf("split at %d is %+v, want %s", n, got, want)
		}
	}
	if got := read(pinFor(of)); got.Match != of.Text {
		t.Errorf("the pin is %+v", got)
	}
	if got := splitFor(of, 3); got != "" {
		t.Errorf("there is no fourth variable, and it is split there: %s", got)
	}
	if got := splitAt([]slotView{{distinct: 9}, {distinct: 3}, {distinct: 1}}); got != 1 {
		t.Errorf("split at %d", got)
	}
}
