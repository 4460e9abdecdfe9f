package redact

import (
	"bytes"
	"regexp"

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

var (
	keyBegin = []byte("PRIVATE KEY")
	keyEnd   = []byte("-----END ")
	keyBody  = regexp.MustCompile(`^[\sA-Za-z0-9+/=]{16,}$`)
)

func newKeyState() keyState { return keyState{lines: make(map[source]int)} }

// body reports whether the event is a line inside a private key, and follows where its key begins and ends.
func (k *keyState) body(ev *detector.Event) bool {
	if len(k.lines) == 0 && !bytes.Contains(ev.Message, keyBegin) {
		return false
	}
	s := source{ev.Service, ev.Host, ev.Position.Partition}
	begin := bytes.LastIndex(ev.Message, []byte("-----BEGIN "))
	end := bytes.LastIndex(ev.Message, keyEnd)
	n, inside := k.lines[s]
	switch {
	case begin >= 0 && end < begin && bytes.Contains(ev.Message[begin:], keyBegin):
		if len(k.lines) < maxKeySources {
			k.lines[s] = 0
		}
		return false
	case !inside:
		return false
	case end >= 0 || n >= maxKeyLines:
		delete(k.lines, s)
		return false
	case keyBody.Match(ev.Message):
		k.lines[s] = n + 1
		return true
	}
	k.lines[s] = n + 8 // other lines may come between; not for ever
	return false
}
