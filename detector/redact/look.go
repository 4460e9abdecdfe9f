package redact

import "strings"

// A look decides in one pass over the bytes which finds are worth trying: those of which the text holds a stem. Most
// lines hold none and are passed on as they are.
type look struct {
	pairs  [1 << 16]bool // the first two bytes of every stem, in either case
	stems  [256][]stem   // by first byte, in either case
	digits uint32        // the finds for long runs of digits
}

// stem is a text that a secret does not come without, in lower case, and the finds that it speaks for.
type stem struct {
	text  string
	finds uint32
}

// The runs of digits, blanks and dashes aside, that may be a card, alone or with its date, or an account with its
// letters before it.
const (
	shortRun = 10
	cardRun  = 15
	cardMost = 20
	longRun  = 34
)

func newLook(finds []find) *look {
	l := &look{}
	byText := make(map[string]uint32)
	for i, f := range finds {
		if f.stems == "" {
			l.digits |= 1 << i
		}
		for _, s := range strings.Fields(f.stems) {
			byText[s] |= 1 << i
		}
	}
	for text, mask := range byText {
		for _, a := range cases(text[0]) {
			l.stems[a] = append(l.stems[a], stem{text, mask})
			for _, b := range cases(text[1]) {
				l.pairs[int(a)<<8|int(b)] = true
			}
		}
	}
	return l
}

func cases(c byte) []byte {
	if c >= 'a' && c <= 'z' {
		return []byte{c, c - 32}
	}
	return []byte{c}
}

// at returns the finds that are worth trying on b, a bit each.
func (l *look) at(b []byte) uint32 {
	var found uint32
	run, from := 0, 0
	for i, c := range b {
		switch {
		case c >= '0' && c <= '9':
			if run++; run == 1 {
				from = i
			}
		case c != ' ' && c != '-':
			if run >= shortRun && numbered(b, from, run) {
				found |= l.digits
			}
			run = 0
		}
		if i+1 >= len(b) || !l.pairs[int(c)<<8|int(b[i+1])] {
			continue
		}
		for _, s := range l.stems[c] {
			if s.finds&^found != 0 && len(b)-i >= len(s.text) && foldEqual(b[i:i+len(s.text)], s.text) {
				found |= s.finds
			}
		}
	}
	if run >= shortRun && numbered(b, from, run) {
		found |= l.digits
	}
	return found
}

// numbered tells whether a run of n digits that starts at from may be a card or an account: not inside a longer word,
// or after the letters of a bank.
func numbered(b []byte, from, n int) bool {
	if n > longRun {
		return false
	}
	letters := 0
	for i := from - 1; i >= 0 && i >= from-12; i-- {
		switch c := b[i]; {
		case c >= 'A' && c <= 'Z':
			if letters++; letters == 2 {
				return true
			}
		case c >= 'a' && c <= 'z' || c == '_' || c == '.':
			return false
		case i == from-1 && n >= cardRun && n <= cardMost:
			return true
		}
	}
	return n >= cardRun && n <= cardMost && letters == 0
}

func foldEqual(b []byte, lower string) bool {
	for i := range b {
		c := b[i]
		if c >= 'A' && c <= 'Z' {
			c += 32
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}
