package lang

import (
	"errors"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

func TestFaultsSayWhereAndHow(t *testing.T) {
	cases := []struct {
		source, message, mend string
		offset                int
	}{
		{`servcie == "a"`, "unknown name servcie", "did you mean service?", 0},
		{`level >= eror`, "unknown name eror", "did you mean error?", 9},
		{`level >= warning`, "unknown name warning", "did you mean warn?", 9},
		{`level == "errr"`, `level "errr" is unknown`, "did you mean error?", 9},
		{`status == 500`, "unknown name status", `a field is written fields.status; a text stands in quotes`, 0},
		{`service = "a"`, "a single = compares nothing", "write ==", 8},
		{`service == "a`, "a text has no closing quote", "", 13},
		{`service == `, "the expression ends early", "", 10},
		{`(service == "a"`, "the expression ends early", "", 14},
		{`message matches "("`, "missing closing ): `(`", "RE2", 16},
		{`message matches "(?=x)"`, "invalid or unsupported Perl syntax", "no look-around", 16},
		{`message matches service`, "a regular expression must be a plain text", "", 16},
		{`contains(message, "x")`, "", "", 0},
		{`lowr(message) == "a"`, "unknown function lowr()", "did you mean lower()?", 0},
		{`lower(message) contains "OOM"`, "lower() never has capital letters", `write "oom"`, 24},
		{`cidr(fields.ip, "10.0.0.0/99")`, `"10.0.0.0/99" is not a network`, "", 16},
		{`fields.country in list("contries")`, `list "contries" is not there`, "name it under lists:", 23},
		{`"a" in message`, "in looks into a list", "write contains", 7},
		{`service`, "true or false is wanted here, this is a text", `service == "…"`, 0},
		{`service && true`, "true or false is wanted here", "", 0},
		{`structured == 5`, "true or false and number are never equal", "", 11},
		{`let a = 1..9000; all(a, all(a, # > 0))`, "let and ; are not part of the rule language", "write the expression out", 4},
		{`all(fields.a, any(fields.b, # > 0))`, "any() inside another predicate would cost too much", "", 14},
		{`any(1..9000, # > 0)`, "any() over a range would cost too much", "", 5},
		{`fields.a in 1..fields.b`, "a range needs constants", "", 22},
		{`map(fields.a, # + 1) == 1`, "map() is not part of the rule language", "", 0},
		{`reduce(1..10, #acc + #) > 5`, "reduce() is not part", "", 0},
		{`repeat("a", 1000000) == "b"`, "repeat() is not part", "", 0},
		{`fields == 5`, "fields alone is no value", "fields.status", 0},
		{`service.name == "a"`, `"name" is not part of a value here`, "", 8},
		{`message contains ""`, "every text contains an empty one", "", 17},
		{`"a" + "b" == "c"`, "a number is wanted here, this is a text", "", 0},
		{`time.Hour() == 5`, "values have no methods", "", 5},
		{``, "the expression is empty", "", 0},
		{strings.Repeat("(", 500) + "true" + strings.Repeat(")", 500), "nested more than", "", 0},
		{strings.Repeat("!", 9000) + "true", "nested more than", "", 0},
		{strings.Repeat("a", 20000), "bytes, at most", "", 0},
		{strings.Repeat("1 == 1 && ", 1500) + "true", "exceeds maximum allowed nodes", "", -1},
	}
	for _, c := range cases {
		_, err := Compile(c.source, LineSchema("when", nil), Bool)
		if err == nil {
			t.Errorf("%.60s compiles", c.source)
			continue
		}
		if !strings.Contains(err.Message, c.message) || !strings.Contains(err.Mend, c.mend) {
			t.Errorf("%.60s: %s", c.source, err)
		}
		if c.offset >= 0 && err.Offset != c.offset && c.message != "" {
			t.Errorf("%.60s: at %d, not %d\n%s", c.source, err.Offset, c.offset, err.Caret())
		}
	}
}

func TestCaretStandsUnderThePlace(t *testing.T) {
	_, err := Compile("level >= error &&\n  servcie == \"ä\"", LineSchema("when", nil), Bool)
	if err == nil {
		t.Fatal("it compiles")
	}
	if got, want := err.Caret(), "  servcie == \"ä\"\n  ^"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestCostAndDivisionStopAnEvaluation(t *testing.T) {
	long := &detector.Event{Message: []byte(strings.Repeat("a", 1<<20))}
	for source, want := range map[string]error{
		`message matches "(a+)+b{1,40}(c|d)*e"`: ErrBudget,
		`bytes / (bytes - bytes) > 1`:           ErrDivide,
		`bytes % (bytes * 0) == 1`:              ErrDivide,
		`message contains "aab"`:                nil,
	} {
		p, err := Compile(source, LineSchema("when", nil), Bool)
		if err != nil {
			t.Fatal(err)
		}
		ok, rerr := p.Test(&Frame{Event: long})
		if ok || !errors.Is(rerr, want) {
			t.Errorf("%s: %v %v", source, ok, rerr)
		}
	}
}
