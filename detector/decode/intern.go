package decode

import (
	"encoding/binary"
	"math/bits"
)

// Bounds of the interner: beyond either it starts afresh.
const (
	maxInterned      = 1 << 16
	maxInternedBytes = 8 << 20
)

// name is an interned string with what is known of it as a key.
type name struct {
	s    string
	role role
	rank uint8
	part part
	seen uint32 // the event in which it last stood as a field's key
	next *name  // the key that followed it last, one that is written without escapes

	quoted string // as such a key stands before its value; set by quote
}

// interner gives the same string for the same bytes without allocating. A direct-mapped cache, indexed by a mix of
// the ends of the text, answers nearly all keys of a stream; a map answers the rest.
type interner struct {
	cache [1024]*name
	all   map[string]*name
	bytes int
	start name // its next is the key that an object began with last
}

func newInterner() *interner { return &interner{all: map[string]*name{}} }

func (in *interner) get(b []byte) *name {
	h := mixEnds(b) >> (64 - 10)
	if n := in.cache[h]; n != nil && n.s == string(b) {
		return n
	}
	n, ok := in.all[string(b)]
	if !ok {
		s := string(b)
		n = &name{s: s}
		n.role, n.rank = roleOf(s)
		n.part = partOf(s)
		in.all[s] = n
		in.bytes += len(s)
	}
	in.cache[h] = n
	return n
}

// quote makes quoted.
func (in *interner) quote(n *name) {
	if n.quoted == "" {
		n.quoted = `"` + n.s + `":`
		in.bytes += len(n.quoted)
	}
}

// text is get for strings that are no keys.
func (in *interner) text(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	return in.get(b).s
}

// trim starts afresh where the bound is passed. Strings that were given stay valid.
func (in *interner) trim() {
	if len(in.all) > maxInterned || in.bytes > maxInternedBytes {
		*in = *newInterner()
	}
}

func mixEnds(b []byte) uint64 {
	var x, y uint64
	switch n := len(b); {
	case n >= 8:
		x, y = binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[n-8:])
	case n >= 4:
		x, y = uint64(binary.LittleEndian.Uint32(b)), uint64(binary.LittleEndian.Uint32(b[n-4:]))
	case n > 0:
		x, y = uint64(b[0]), uint64(b[n-1])|uint64(b[n/2])<<8
	}
	return (x ^ bits.RotateLeft64(y, 29) ^ uint64(len(b))*0x9e3779b97f4a7c15) * 0xff51afd7ed558ccd
}

// hash is FNV-1a, for the identity of sources.
func hash(h uint64, b []byte) uint64 {
	if h == 0 {
		h = 14695981039346656037
	}
	for len(b) >= 8 {
		h = bits.RotateLeft64(h^binary.LittleEndian.Uint64(b), 27) * 0x9e3779b97f4a7c15
		b = b[8:]
	}
	for _, c := range b {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h ^ h>>32
}
