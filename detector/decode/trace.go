package decode

import "bytes"

// traceID takes the id out of what stood under a key for one: plain hex or decimal, a UUID, Google's
// projects/P/traces/ID, X-Ray's Root=1-…; nil where it is none.
func traceID(b []byte) []byte {
	if i := bytes.LastIndexByte(b, '/'); i >= 0 {
		b = b[i+1:]
	}
	if rest, ok := bytes.CutPrefix(b, []byte("Root=")); ok {
		b, _, _ = bytes.Cut(rest, []byte{';'})
	}
	if len(b) < 8 || len(b) > 64 {
		return nil
	}
	zero := true
	for _, c := range b {
		if !isHex(c) && c != '-' {
			return nil
		}
		zero = zero && (c == '0' || c == '-')
	}
	if zero {
		return nil
	}
	return b
}

// traceparent splits W3C's 00-TRACE-SPAN-FLAGS.
func traceparent(b []byte) (trace, span []byte, ok bool) {
	if len(b) < 55 || b[2] != '-' || b[35] != '-' || b[52] != '-' {
		return nil, nil, false
	}
	trace, span = traceID(b[3:35]), traceID(b[36:52])
	return trace, span, trace != nil
}
