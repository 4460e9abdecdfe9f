package wording

import "strings"

// Span is a part of a sentence. Code marks what stands in a log or a configuration word by word: templates, keys and
// rule names; it is to be shown in a monospaced face and never interpreted.
type Span struct {
	Text string `json:"text"`
	Code bool   `json:"code,omitempty"`
}

// Join is the sentence as plain text.
func Join(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
	}
	return b.String()
}

// line builds a sentence. Neighbouring plain parts become one span.
type line struct {
	spans []Span
	cut   int // how many characters of a template are kept
}

func (l *line) say(parts ...string) *line {
	text := strings.Join(parts, "")
	if text == "" {
		return l
	}
	if n := len(l.spans); n > 0 && !l.spans[n-1].Code {
		l.spans[n-1].Text += text
		return l
	}
	l.spans = append(l.spans, Span{Text: text})
	return l
}

func (l *line) code(text string) *line {
	text = Middle(strings.TrimSpace(Clean(text)), l.cut)
	if text == "" {
		text = "(empty)" // a span is never empty: receivers refuse such
	}
	l.spans = append(l.spans, Span{Text: text, Code: true})
	return l
}

func name(s string) string { return Middle(strings.TrimSpace(Clean(s)), maxName) }
