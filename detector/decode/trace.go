package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// traceID takes the id out of what stood under a key for one: plain hex or decimal, a UUID, Google's
// projects/P/traces/ID, X-Ray's Root=1-…; nil where it is none.
func traceID(b []byte) []byte {
	switch {
	case len(b) < 8:
		return nil
	case (len(b) == 32 || len(b) == 16) && b[len(b)-1] != '0' && detector.Hex(b): // as W3C writes it
		return b
	}
	if !isHex(b[0]) || b[1] == 'r' { // projects/… and Root=…
		if i := bytes.LastIndexByte(b, '/'); i >= 0 {
			b = b[i+1:]
		}
		if rest, ok := bytes.CutPrefix(b, []byte("Root=")); ok {
			b, _, _ = bytes.Cut(rest, []byte{';'})
		}
	}
	if len(b) < 8 || len(b) > 64 {
		return nil
	}
	all := byte(0)
	for _, c := range b {
		kind := hexKind[c]
		if kind == 0 {
			return nil
		}
		all |= kind
	}
	if all&hexOther == 0 {
		return nil
	}
	return b
}

// hexKind tells digits of an id from nought and dashes, and all of them from what no id holds.
var hexKind = func() (t [256]byte) {
	for _, c := range "123456789abcdefABCDEF" {
		t[c] = hexOther
	}
	t['0'], t['-'] = hexNought, hexNought
	return t
}()

const (
	hexNought = 1
	hexOther  = 2
)

// traceparent splits W3C's 00-TRACE-SPAN-FLAGS.
func traceparent(b []byte) (trace, span []byte, ok bool) {
	if len(b) < 55 || b[2] != '-' || b[35] != '-' || b[52] != '-' {
		return nil, nil, false
	}
	trace, span = traceID(b[3:35]), traceID(b[36:52])
	return trace, span, trace != nil
}
