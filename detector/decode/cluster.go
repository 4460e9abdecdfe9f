package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// cluster reads the logs that supercomputers' collectors write: an alert label or -, epoch seconds, a date, a node, and
// the node's own line, in which the level is one of the first words.
func (d *Decoder) cluster(b []byte) bool {
	label, i := token(b, 0)
	if i++; len(b) < i+24 || len(label) > 16 {
		return false
	}
	for _, c := range label {
		if c != '-' && c != '_' && !isUpper(c) && !isDigit(c) {
			return false
		}
	}
	var s stamp
	if n := s.epochText(b[i:]); n != 10 || b[i+10] != ' ' {
		return false
	}
	date := b[i+11:]
	if _, ok := digits(date, 0, 4); !ok || date[4] != '.' || date[7] != '.' || date[10] != ' ' {
		return false
	}
	node, i := token(b, i+22)
	if len(node) == 0 || !isHost(node) || i >= len(b) {
		return false
	}
	f := &d.draft
	f.when, f.hasWhen = s, true
	f.host = pick{d.kubeKey, 0, value{detector.KindString, node}}
	rest := b[i+1:]
	for at, n := 0, 0; n < 5 && at < len(rest); n++ {
		word, end := token(rest, at)
		if len(word) > 3 && isUpper(word[1]) {
			if level, ok := levelOf(word); ok {
				f.level = level
				break
			}
		}
		at = end + 1
	}
	d.message(bytes.TrimSpace(rest))
	d.ev.Format = "cluster"
	d.line.single = true
	return true
}
