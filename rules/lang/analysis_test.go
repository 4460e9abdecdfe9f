package lang

import (
	"slices"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

func compileFor(t testing.TB, source string, schema *Schema) *Program {
	t.Helper()
	p, err := Compile(source, schema, Bool)
	if err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	return p
}

// guardHolds reports whether one of the guard's texts stands in the line.
func guardHolds(g Guard, ev *detector.Event) bool {
	in := func(s []byte) bool {
		return slices.ContainsFunc(g.Any, func(text string) bool { return containsFold(string(s), text) })
	}
	if in(ev.Message) {
		return true
	}
	return slices.ContainsFunc(ev.Fields, func(f detector.Field) bool {
		of := func(path string) bool { return path == f.Key || strings.HasPrefix(path, f.Key+".") }
		return slices.ContainsFunc(g.Fields, of) && in(f.Value.Text)
	})
}

func TestGuard(t *testing.T) {
	cases := map[string]string{
		`message contains "Disk Full"`:                        "disk full",
		`lower(message) contains "oom"`:                       "oom",
		`message matches "(?i)no space left|disk (is )?full"`: "full,pace left",
		`message matches "panic: .*"`:                         "panic: ",
		`message matches "a|panic"`:                           "",
		`message matches "\\d+"`:                              "",
		`level >= error && message contains "timeout"`:        "timeout",
		`message contains "aaaa" || message contains "bbb"`:   "aaaa,bbb",
		`message contains "aaa" || level == error`:            "",
		`!(message contains "aaa")`:                           "",
		`any([message, fields.e], # contains "boom")`:         "boom",
		`word(message, "OOM")`:                                "oom",
		`message == "exactly this"`:                           "exactly this",
		`message contains "ab"`:                               "",
		`message contains "straße"`:                           "stra",
		`fields.x == "yes"`:                                   "yes",
		`fields.x == "500"`:                                   "",
		`service contains "abc"`:                              "",
	}
	for source, want := range cases {
		g, ok := compileFor(t, source, LineSchema("when", nil)).Guard()
		slices.Sort(g.Any)
		if got := strings.Join(g.Any, ","); got != want || ok != (want != "") {
			t.Errorf("%s: guard %q, want %q", source, got, want)
		}
	}
}

func TestSplit(t *testing.T) {
	p := compileFor(t, `service in ["a", "b"] && template contains "x" && level >= error && message contains "refused" && true`, LineSchema("when", nil))
	parts := p.Split()
	if parts.Static == nil || parts.Shape == nil || parts.Line == nil || !slices.Equal(parts.Services, []string{"a", "b"}) {
		t.Errorf("parts %+v", parts)
	}
	if got := compileFor(t, `service == "a" || message contains "xyz"`, LineSchema("when", nil)).Split(); got.Services != nil || got.Static != nil || got.Line == nil {
		t.Errorf("parts %+v", got)
	}
	if only, ok := p.Only("service"); ok {
		t.Errorf("two services, and only %q", only)
	}
}

func TestDirection(t *testing.T) {
	schema := VariableSchema("if", []string{"value", "count", "expected", "host"}, []Kind{Number, Number, Number, Text}, nil)
	cases := map[string]Direction{
		`value > 50`: Up, `value > 50 && value > 4 * expected`: Up, `50 < value`: Up, `value >= expected + 3`: Up,
		`value == 0`: Down, `value < 10`: Down, `!(value > 5)`: Down, `value != 0`: Up, `value == 5`: Mixed,
		`value > 5 && count < 3`: Mixed, `expected > value`: Down, `value * -1 < 5`: Up, `value / 2 > 3`: Up, `-value > 3`: Down,
		`host == "a"`: Still, `value > count`: Mixed, `value % 2 == 0`: Mixed, `abs(value) > 3`: Mixed, `value / count > 2`: Mixed,
		`value > 3 || host == "a"`: Up, `host == "a" ? value > 3 : value < 3`: Mixed, `max(value, 3) > 5`: Up,
	}
	for source, want := range cases {
		if got := compileFor(t, source, schema).Direction("value", "count"); got != want {
			t.Errorf("%s: %d, want %d", source, got, want)
		}
	}
}

func TestNever(t *testing.T) {
	schema := LineSchema("when", nil)
	for source, want := range map[string]bool{
		`false`: true, `1 == 2`: true, `service == "a" && service == "b"`: true, `level > fatal`: true,
		`level >= error && level < warn`: true, `fields.x > 5 && fields.x < 3`: true, `fields.x > 5 && fields.x < 6`: false,
		`service == "a" && environment == "b"`: false, `fields.x >= 5 && fields.x <= 5`: false, `fields.x > 5 && fields.x <= 5`: true,
		`fields.x == 5 && fields.x > 5`: true, `level == error && level < error`: true, `service == "a" || service == "b"`: false,
		`fields.x == "5" && fields.x == 5`: false, `hour(time) > 24`: true, `22 <= hour(time, "Europe/Berlin")`: false,
		`weekday(time) == "Monday"`: true, `weekday(time) != "Monday"`: false, `weekday(time) == "monday"`: false,
	} {
		if _, _, never := compileFor(t, source, schema).Never(nil); never != want {
			t.Errorf("%s: never is %v", source, never)
		}
	}
}
