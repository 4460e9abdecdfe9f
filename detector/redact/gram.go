package redact

import "encoding/binary"

// grams are the anchors: whatever a secret is known by holds one of a set of four bytes in a row. They are known folded:
// in lower case and with every digit as 0, so that what counts in a text does not hide that the rest of it is the same.
type grams struct {
	bits  [1 << gramBits / 64]uint64 // of their hashes: says no for nearly all others
	slots []slot                     // by hash, at most half of them filled; a power of two
	count int
	lists [][]uint16 // providers by slot
}

// slot says what four bytes may begin.
type slot struct {
	gram   uint32
	acts   act
	lists  uint16 // index into lists; 0: none
	filled bool
}

const (
	gramBits = 16
	gramSize = 4
	gramFold = 0x20202020 // folds letters, and some others together: what begins at an anchor looks at the text itself
)

// foldDigits makes every digit of eight bytes a 0, and sets the highest bit of each byte of others that is no digit.
func foldDigits(w uint64) (folded, others uint64) {
	const each = 0x0101010101010101
	x := w ^ '0'*each
	others = (x&(0x7f*each) + 0x76*each | x) & (0x80 * each)
	return w & (0xf0*each | (others - others>>7)), others
}

// foldedGram is the gram of the four bytes at i.
func foldedGram(b []byte, i int) uint32 {
	w, _ := foldDigits(uint64(binary.LittleEndian.Uint32(b[i:])))
	return uint32(w) | gramFold
}

func hashGram(x uint32) uint32 { return x * 0x9E3779B1 }

// add makes the four bytes of gram, in any case and with any digits for its own, an anchor for what acts say.
func (g *grams) add(gram string, acts act, provider int) {
	x := foldedGram([]byte(gram), 0)
	if 2*g.count >= len(g.slots) {
		g.grow()
	}
	s := g.slot(x)
	if !s.filled {
		g.count++
		h := hashGram(x) >> (32 - gramBits)
		g.bits[h>>6] |= 1 << (h & 63)
	}
	s.gram, s.filled = x, true
	s.acts |= acts
	if provider < 0 {
		return
	}
	if s.lists == 0 {
		if g.lists == nil {
			g.lists = make([][]uint16, 1)
		}
		g.lists = append(g.lists, nil)
		s.lists = uint16(len(g.lists) - 1)
	}
	l := g.lists[s.lists]
	if len(l) == 0 || l[len(l)-1] != uint16(provider) {
		g.lists[s.lists] = append(l, uint16(provider))
	}
}

// slot returns the slot of a gram: the one that holds it, or the free one where it belongs.
func (g *grams) slot(x uint32) *slot {
	h := uint64(hashGram(x)) * uint64(len(g.slots)) >> 32
	for g.slots[h].filled && g.slots[h].gram != x {
		h = (h + 1) & uint64(len(g.slots)-1)
	}
	return &g.slots[h]
}

func (g *grams) grow() {
	was := g.slots
	g.slots = make([]slot, max(1024, 2*len(was)))
	for _, s := range was {
		if s.filled {
			*g.slot(s.gram) = s
		}
	}
}

// addExpanded adds a stem of one to four bytes; a shorter one with each byte of follow in the places that it lacks.
func (g *grams) addExpanded(stem, follow string, acts act, provider int) {
	if len(stem) >= gramSize {
		g.add(stem[:gramSize], acts, provider)
		return
	}
	for i := range len(follow) {
		g.addExpanded(stem+follow[i:i+1], follow, acts, provider)
	}
}

// maybe reports whether a gram may be an anchor.
func (g *grams) maybe(x uint32) bool {
	h := hashGram(x) >> (32 - gramBits)
	return g.bits[h>>6]&(1<<(h&63)) != 0
}

// of returns what a gram is an anchor for.
func (g *grams) of(x uint32) slot {
	if !g.maybe(x) {
		return slot{}
	}
	return *g.slot(x)
}

// at returns what the four bytes at i are an anchor for.
func (g *grams) at(b []byte, i int) slot { return g.of(foldedGram(b, i)) }
