package selector

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

func incident() *detector.Incident {
	return &detector.Incident{
		Service: "checkout", Environment: "production", Kind: detector.KindErrorSpike, Level: detector.LevelError,
		Severity: detector.SeverityPage, Rule: &detector.RuleFacts{Name: "r", Labels: map[string]string{"team": "payments"}},
	}
}

func TestHolds(t *testing.T) {
	l := Of(incident())
	for text, want := range map[string]bool{
		"":                      true,
		`service == "checkout"`: true,
		`service startsWith "check" && level >= error`: true,
		`level > error`: false,
		`level >= "warn" and labels.team == "payments"`: true,
		`labels.gone == "x"`:                            false,
		`service matches "^(cart|checkout)$"`:           true,
		`kind in ["surge", "error_spike"]`:              true,
	} {
		s, err := Compile(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, err := s.Holds(&l); err != nil || got != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
}

// TestImpossibleValuesAreRefused: a route for severity == "pages" would tell nobody, and nobody would know.
func TestImpossibleValuesAreRefused(t *testing.T) {
	for text, says := range map[string]string{
		`severity == "pages"`:                        `severity is never "pages": it is one of page, notice, record`,
		`"surg" == kind`:                             `kind is never "surg"`,
		`service == "a" && kind in ["surge", "fal"]`: `kind is never "fal"`,
		`kind not in ["secrets"]`:                    `kind is never "secrets"`,
		`level == "eror"`:                            `level is never "eror"`,
		`level >= "warning!"`:                        `level is never "warning!"`,
	} {
		if _, err := Compile(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{`level == "WARN"`, `severity != "page"`, `labels.severity == "high"`, `service == "kind"`, `kind == lower("SURGE")`} {
		if _, err := Compile(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestBombsAreRefused: an expression that runs cannot be stopped, so none may run long or grow.
func TestBombsAreRefused(t *testing.T) {
	var doubles strings.Builder
	doubles.WriteString("let a0 = service + service; ")
	for i := range 40 {
		fmt.Fprintf(&doubles, "let a%d = a%d + a%d; ", i+1, i, i)
	}
	doubles.WriteString("len(a40) > 0")
	for name, text := range map[string]string{
		"a long loop":          `all(1..1000000000, # > 0)`,
		"a loop in a loop":     `any(hosts, any(hosts, # == "a"))`,
		"a long range":         `len(1..1000000000) > 0`,
		"a power":              `9 ** 9 ** 9 > 0`,
		"text that doubles":    doubles.String(),
		"a builtin that grows": `repeat("a", 1000000000) == service`,
		"a long text":          `service == "` + strings.Repeat("a", 5000) + `"`,
		"many parts":           `service == "a"` + strings.Repeat(` || service == "a"`, 200),
		"a pattern of a log":   `service matches template`,
		"a large pattern":      `service matches "((a{100}){100}){100}"`,
		"no condition":         `service`,
		"an unknown name":      `servcie == "a"`,
	} {
		if _, err := Compile(text); err == nil {
			t.Errorf("%s is taken", name)
		} else if len(err.Error()) > 10_000 {
			t.Errorf("%s: the error has %d bytes", name, len(err.Error()))
		}
	}
}

func TestCache(t *testing.T) {
	var c Cache
	first, err := c.Compile(`service == "a"`)
	again, err2 := c.Compile(`service == "a"`)
	if err != nil || err2 != nil || first != again {
		t.Errorf("%p and %p, %v, %v", first, again, err, err2)
	}
	if _, err := c.Compile("service =="); err == nil {
		t.Error("a broken one is taken")
	}
	for i := range 3 * maxCached {
		if _, err := c.Compile(fmt.Sprintf(`service == "%d"`, i)); err != nil {
			t.Fatal(err)
		}
	}
	if len(c.compiled) > maxCached {
		t.Errorf("it holds %d", len(c.compiled))
	}
}

func FuzzCompile(f *testing.F) {
	for _, seed := range []string{`service == "a"`, `level >= error && labels.x != ""`, `hosts[0] matches service`, "let a = 1; a > 0", `{"a": 1}.a > 0`} {
		f.Add(seed)
	}
	l := Of(incident())
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Compile(text)
		if err != nil {
			return
		}
		is, err := s.Holds(&l)
		again, err2 := s.Holds(&l)
		if is != again || (err == nil) != (err2 == nil) {
			t.Errorf("%q: %v, %v and then %v, %v", text, is, err, again, err2)
		}
		Deciding(text, &l, is)
	})
}
