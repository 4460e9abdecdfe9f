package wording

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxTemplate is how many characters of a template a sentence shows; a longer one is cut in its middle.
const MaxTemplate = 80

const maxName = 80 // of a service, host or rule in a sentence

// Middle cuts s in its middle to at most n characters (runes), with "…" for what was left out, so that the beginning
// and the end stay readable. From 40 characters on it leaves out the pieces of words beside the cut, up to 12
// characters each.
func Middle(s string, n int) string {
	if n < 1 {
		return ""
	}
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)
	head := n / 2
	tail := n - 1 - head
	left, right := r[:head], r[len(r)-tail:]
	if n >= 40 {
		if i := lastSpace(left); i >= head-12 && r[head] != ' ' {
			left = left[:i]
		}
		if i := slices.Index(right, ' '); i >= 0 && i < 12 && r[len(r)-tail-1] != ' ' {
			right = right[i:]
		}
	}
	return strings.TrimRight(string(left), " ") + "…" + strings.TrimLeft(string(right), " ")
}

func lastSpace(r []rune) int {
	for i := len(r) - 1; i >= 0; i-- {
		if r[i] == ' ' {
			return i
		}
	}
	return -1
}

// End cuts s at its end to at most n characters (runes), with "…" for what was left out.
func End(s string, n int) string {
	if n < 1 {
		return ""
	}
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimRight(string([]rune(s)[:n-1]), " ") + "…"
}

// Clean makes text out of a log safe to show anywhere: line ends and tabs become spaces, other control characters,
// marks that change the direction of text, and invisible characters become "�", as do bytes that are not UTF-8.
// It does not escape: that is for the page or message that shows it.
func Clean(s string) string {
	if clean(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029':
			b.WriteByte(' ')
		case hidden(r):
			b.WriteRune(utf8.RuneError)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func clean(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c >= 0x7f {
			return utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool {
				return hidden(r) || r == '\u2028' || r == '\u2029'
			}) < 0
		}
	}
	return true
}

// hidden tells characters that show nothing or move what is around them. The zero-width joiner stays: scripts and
// emoji need it.
func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200d' && r != '\u200c' && r != '\u00ad'
}
