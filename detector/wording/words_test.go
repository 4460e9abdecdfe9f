package wording_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
)

func TestEveryKindHasItsWords(t *testing.T) {
	for _, k := range detector.Kinds() {
		if s := wording.Title(open(k, nil)); s == "" || strings.Contains(s, "shows") {
			t.Errorf("%s: %q", k, s)
		}
	}
}

// marked joins spans with code in backquotes.
func marked(spans []wording.Span) string {
	var b strings.Builder
	for _, s := range spans {
		if s.Code {
			b.WriteString("`" + s.Text + "`")
		} else {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

func TestLongTemplateIsCutAndNumbersAreNot(t *testing.T) {
	in := open(detector.KindNewError, func(in *detector.Incident) {
		in.Template, in.Observed = strings.Repeat("begin ", 40)+strings.Repeat("end ", 40), 123456
	})
	title := wording.Title(in)
	if !strings.Contains(title, "123,456 times in 5 minutes.") || !strings.Contains(title, "begin…end") {
		t.Errorf("%q", title)
	}
	for _, s := range wording.Sentence(in) {
		if s.Code && utf8.RuneCountInString(s.Text) > wording.MaxTemplate {
			t.Errorf("%d characters of a template", utf8.RuneCountInString(s.Text))
		}
	}
}
