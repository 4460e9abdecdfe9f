package thin

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

func TestPattern(t *testing.T) {
	for _, c := range []struct {
		masked, want string
		hits, misses []string
	}{
		{
			"cache <*> key <*> value <*> in <*> us", `cache\s+.+\s+key\s+.+\s+value\s+.+\s+in\s+.+\s+us`,
			[]string{"cache hit key a value b in 12 us", "2026-11-23 INFO cache  hit key a b value c in 1 us, done"},
			[]string{"cache key", "a key value in us"},
		},
		{
			`<*> "GET <*>" [a.b] (x|y) cost: 3$ it's ^ {} <redacted:password>`,
			`\x22GET\s+.+\x22\s+\[a\.b\]\s+\(x\|y\)\s+cost:\s+3\$\s+it\x27s\s+\^\s+\{\}`,
			[]string{`9 "GET /x" [a.b] (x|y) cost: 3$ it's ^ {} hunter2`},
			[]string{`9 "GET /x" [aXb] (x|y) cost: 3$ it's ^ {} hunter2`},
		},
		{"started worker <*>", `started\s+worker`, []string{"started worker 7"}, []string{"started  workshop", "startedworker 1"}},
		{"user=<*>,<*> left", `user=.+,.+\s+left`, []string{"user=a,b left"}, []string{"user= left"}},
	} {
		got, ok := Pattern(c.masked)
		if got != c.want || !ok {
			t.Errorf("%q: %s, %v; want %s", c.masked, got, ok, c.want)
			continue
		}
		re := regexp.MustCompile(got)
		for _, line := range c.hits {
			if !re.MatchString(line) {
				t.Errorf("%s does not find %q", got, line)
			}
		}
		for _, line := range c.misses {
			if re.MatchString(line) {
				t.Errorf("%s finds %q", got, line)
			}
		}
	}
}

func TestTooGeneral(t *testing.T) {
	for _, masked := range []string{"", "<*>", "<*> <*> ok", "a: <*>", "<redacted:token>", "  --- <*> ---"} {
		if p, ok := Pattern(masked); ok {
			t.Errorf("%q is taken as %s", masked, p)
		}
		if _, err := Write("Vector", Drop, "a", masked); !errors.Is(err, ErrTooGeneral) {
			t.Errorf("%q: %v", masked, err)
		}
	}
}

// found takes the pattern out of a snippet as the shipper reads it.
func found(t *testing.T, shipper string, tree any) []string {
	t.Helper()
	var out []string
	var walk func(any)
	walk = func(n any) {
		switch n := n.(type) {
		case map[string]any:
			for _, v := range n {
				walk(v)
			}
		case []any:
			for _, v := range n {
				walk(v)
			}
		case string:
			var m []string
			switch shipper {
			case "Fluent Bit":
				m = regexp.MustCompile(`^\$?log (\S+)(?: thinned\.\S+ false)?$`).FindStringSubmatch(n)
			case "Vector":
				m = regexp.MustCompile(`r'([^']*)'\)`).FindStringSubmatch(n)
			case "OpenTelemetry":
				if m = regexp.MustCompile(`IsMatch\(body, "((?:[^"\\]|\\.)*)"\)`).FindStringSubmatch(n); m != nil {
					m[1] = strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(m[1])
				}
			}
			if m != nil {
				out = append(out, m[1])
			}
		}
	}
	walk(tree)
	return out
}

// check holds a snippet to what the shipper will read: YAML that has the very pattern in it, and that compiles.
func check(t *testing.T, shipper string, mode Mode, service, masked string) {
	t.Helper()
	want, _ := Pattern(masked)
	s, err := Write(shipper, mode, service, masked)
	if err != nil {
		t.Fatalf("%s, %s: %v", shipper, mode, err)
	}
	var tree map[string]any
	if err := yaml.Unmarshal([]byte(s.Code), &tree); err != nil {
		t.Fatalf("%s, %s: not YAML: %v\n%s", shipper, mode, err, s.Code)
	}
	got := found(t, shipper, tree)
	if len(got) == 0 {
		t.Fatalf("%s, %s: no pattern found in\n%s", shipper, mode, s.Code)
	}
	for _, p := range got {
		if p != want {
			t.Errorf("%s, %s: the shipper reads %q, want %q", shipper, mode, p, want)
		}
		if _, err := regexp.Compile(p); err != nil {
			t.Errorf("%s, %s: %v", shipper, mode, err)
		}
	}
	if s.File == "" || s.Text == "" || (mode == Sample) != (s.Rate > 1) {
		t.Errorf("%s, %s: file %q, text %q, rate %d", shipper, mode, s.File, s.Text, s.Rate)
	}
}

func TestSnippets(t *testing.T) {
	for _, shipper := range Shippers() {
		for _, mode := range Modes() {
			for _, service := range []string{"cart", "o'neill & \"sons\"", "a\\b", "9 lives"} {
				for _, masked := range []string{
					"cache <*> key <*> value <*> in <*> us", `it's "quoted" \ back #hash: {a: b} <*> %d`, "Grüße an <*> in München",
				} {
					check(t, shipper, mode, service, masked)
				}
			}
		}
	}
	for _, c := range [][2]string{{"Logstash", "drop"}, {"Vector", "burn"}} {
		if _, err := Write(c[0], Mode(c[1]), "a", "started worker <*>"); err == nil {
			t.Errorf("%v is written", c)
		}
	}
}

// FuzzSnippets: whatever the log says, a snippet is YAML, holds the pattern unchanged, and the pattern finds a line that
// the template could have come from.
func FuzzSnippets(f *testing.F) {
	f.Add("cart", "cache <*> key <*> value <*>")
	f.Add("o'neill", "it's \"x\" \\ \n : - {} [] # & * ! | > % @ `y` <*>")
	f.Add("\x00\u2028", "line\u2028two\x01three <redacted:a> \ufffd four five")
	f.Fuzz(func(t *testing.T, service, masked string) {
		pattern, ok := Pattern(masked)
		if !ok {
			return
		}
		re, err := regexp.Compile(pattern)
		if err != nil {
			t.Fatalf("%q: %v", pattern, err)
		}
		if text := variable.ReplaceAllString(masked, "x1"); strings.ToValidUTF8(text, "") == text && !re.MatchString(text) {
			t.Errorf("%q does not find %q", pattern, text)
		}
		for _, shipper := range Shippers() {
			for _, mode := range Modes() {
				check(t, shipper, mode, service, masked)
			}
		}
	})
}
