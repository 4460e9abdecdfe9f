package redact

import "bytes"

// toldFor, toldAs and toldBy are what stands between a key and its value in a sentence: with whose it is, what became of
// it, and no more than a word. Of those that begin alike the first that fits counts.
var (
	toldFor = []string{
		"is generated for ", "was generated for ", "generated for ", "is set for ", "was set for ", "was reset for ",
		"has been reset for ", "has been set for ", "has been generated for ",
	}
	toldAs = []string{
		"is now ", "is still ", "is currently ",
		"set to ", "changed to ", "reset to ", "resolved to ", "overridden to ", "defaults to ",
		"changed from ", "was changed from ",
		"is set to ", "was set to ", "was reset to ", "was changed to ",
		"has been set to ", "has been reset to ", "has been changed to ",
	}
	toldBy = []string{
		"is ", "was ", "are ", "to ", "is: ", "set to ", "changed to ", "reset to ", "now ", "equals ",
		"est ", "es ", "ist ", "lautet ", "é ", "è ",
		"provided: ", "supplied: ", "given: ", "received: ", "used: ", "generated: ", "entered: ", "sent: ", "tried: ",
		"created: ", "issued: ", "obtained: ",
		"has value ", "with value ", "value ",
	}
)

// told skips the words that tell of a value, if they stand at i.
func (s *scan) told(i int) int {
	if i >= len(s.b) || bytes.IndexByte([]byte("iscrodwhISCRODWH"), s.b[i]) < 0 { // how one of them begins
		return i
	}
	for _, w := range toldAs {
		if hasFold(s.b, i, w) {
			return s.blanks(i + len(w))
		}
	}
	return i
}

// toldWhose skips the words that tell of a value and whose it is, if they stand at i.
func (s *scan) toldWhose(k *key, i int) (at int, f form) {
	for _, w := range toldFor {
		if hasFold(s.b, i, w) {
			return s.whose(k, i+len(w)-len("for "))
		}
	}
	return i, formNone
}

// isWord recognises the words between a key and its value in a sentence.
func (s *scan) isWord(i int) (at int, ok bool) {
	if at := s.told(i); at > i {
		return at, true
	}
	for _, w := range toldBy {
		if hasFold(s.b, i, w) {
			return s.blanks(i + len(w)), true
		}
	}
	return i, false
}
