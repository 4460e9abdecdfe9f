package lang

import (
	"regexp"
	"testing"
)

// FuzzAlternatives: a regular expression that was taken apart matches what the whole one matches.
func FuzzAlternatives(f *testing.F) {
	for _, re := range []string{
		`(?i)no space left|disk (is )?full|\bENOSPC\b`, `(?i)kelvin|straße|ſharp`, `^panic: |thread '[^']*' panicked`, `a|b|`, `foo|foobar|fob`,
		`(?m)^x$|^yes$`, `(?s)a.b|abc+d`, `(abc|abd)e|xyz{2,3}`, `(?i:abc)|ABD|[a-z]{3}q`, `abc|(?:def)?ghi`, `[|]abc|def`, `[]|]abc|def`, `[^]|x]abc|def`, `\\|abc|def`, `abc(?i)d|EFG`, `\Qa|b\E|cde`, `[[:alpha:]|]xyz|abc`, `[^^]abc|def|ghi`, `[[:^alpha:]^|]xyz|abc`,
		`abc\||\[def|ghi`, `(?i)abc|(?-i)DEF`, `(?i:abc|xyz)|[\]|]qrs`, `abc|\pL{3}`,
	} {
		f.Add(re, "Disk IS full: no space left\nyes")
	}
	f.Fuzz(func(t *testing.T, source, line string) {
		re, err := regexp.Compile(source)
		if err != nil || len(source) > 200 {
			return
		}
		frame := &Frame{budget: Budget}
		if got, want := newAlternatives(re).match(frame, line), re.MatchString(line); got != want && frame.err == nil {
			t.Errorf("%q over %q: %v, the whole says %v", source, line, got, want)
		}
	})
}
