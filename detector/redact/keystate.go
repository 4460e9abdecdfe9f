package redact

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// keyState remembers which sources are inside a private key that a forwarder split over records.
type keyState struct{ lines map[source]int }

// source is where records of one key come from.
type source struct {
	service, host string
	partition     int
}

// Bounds: a key of 16,384 bits takes under 220 lines.
const (
	maxKeyLines   = 256
	maxKeySources = 4096
)

// maxStrayed is how many lines a line counts for that stands inside a key and is none of it: other lines may come
// between, not for ever.
const maxStrayed = 8

func newKeyState() keyState { return keyState{lines: make(map[source]int)} }

func sourceOf(ev *detector.Event) source { return source{ev.Service, ev.Host, ev.Position.Partition} }

// begin notes that a key begins in the event and does not end there.
func (k *keyState) begin(ev *detector.Event) {
	if len(k.lines) < maxKeySources {
		k.lines[sourceOf(ev)] = 0
	}
}

// open reports whether any source may be inside a key.
func (k *keyState) open() bool { return len(k.lines) > 0 }

// body reports whether the event is a line inside a private key, and follows where that ends.
func (k *keyState) body(ev *detector.Event) bool {
	s := sourceOf(ev)
	n, inside := k.lines[s]
	switch {
	case !inside:
		return false
	case n >= maxKeyLines || bytes.Contains(ev.Message, keyEnd):
		delete(k.lines, s)
		return false
	case isKeyBody(ev.Message):
		k.lines[s] = n + 1
		return true
	}
	k.lines[s] = n + maxStrayed
	return false
}

var keyEnd = []byte("-----END ")

// isKeyBody reports whether a line is base64 and nothing else. The last line of a key may be short.
func isKeyBody(line []byte) bool {
	line = bytes.TrimSpace(bytes.TrimLeft(line, ">|#* \t"))
	if len(line) < 4 || run(line, 0, charStd) != len(line) {
		return false
	}
	t := traitsOf(line)
	return t.len >= 16 || t.len%4 == 0 && (t.uppers > 0 && t.digits > 0 || line[t.len-1] == '=')
}
