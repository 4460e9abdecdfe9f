package lang

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// foldLower is lower(): as unicode.ToLower, but the two letters outside ASCII whose small form is an ASCII letter (the
// Kelvin sign and the Turkish capital I with a dot) stay as they are. So a text of ASCII letters stands in lower(s)
// exactly where it stands in s with ASCII capitals made small, and can be searched for without making lower(s).
func foldLower(s string) string {
	return strings.Map(func(r rune) rune {
		if l := unicode.ToLower(r); r < utf8.RuneSelf || l >= utf8.RuneSelf {
			return l
		}
		return r
	}, s)
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func lowerByte(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// hasPrefixFold reports whether s, with ASCII capitals made small, begins with the small ASCII text prefix.
func hasPrefixFold(s, prefix string) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i := 0; i < len(prefix); i++ {
		if lowerByte(s[i]) != prefix[i] {
			return false
		}
	}
	return true
}

// containsFold reports whether the small ASCII text needle stands in s in any case.
func containsFold(s, needle string) bool {
	first := needle[0]
	for i := 0; i+len(needle) <= len(s); i++ {
		if lowerByte(s[i]) == first && hasPrefixFold(s[i:], needle) {
			return true
		}
	}
	return false
}

// hasWord reports whether word stands in s in any ASCII case and not inside a longer word: letters, digits and _ do
// not touch it.
func hasWord(s, word string) bool {
	word = strings.ToLower(word)
	for i := 0; i+len(word) <= len(s); i++ {
		if !hasPrefixFold(s[i:], word) {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		after, _ := utf8.DecodeRuneInString(s[i+len(word):])
		if (i == 0 || !wordRune(before)) && (i+len(word) == len(s) || !wordRune(after)) {
			return true
		}
	}
	return false
}

func wordRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
