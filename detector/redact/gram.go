package redact

import "encoding/binary"

// grams finds the places of a text where something may begin that is worth a look. Whatever a secret is known by holds
// one of a set of four bytes in a row; a bit set of their hashes says no for nearly all others, eight bytes at a time.
type grams struct {
	bits  [1 << gramBits / 64]uint64
	again [1 << gramBits / 64]uint64 // the same by another hash: asked only where the first says yes
	slots [1 << slotBits]slot
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
	gramBits = 17 // 16 KB: stays in the first cache
	slotBits = 13
	gramSize = 4
	gramFold = 0x20202020 // folds letters, and some others together: the second look is exact
)

// foldedGram reads the four bytes at i.
func foldedGram(b []byte, i int) uint32 { return binary.LittleEndian.Uint32(b[i:]) | gramFold }

func hashGram(x uint32) uint32 { return x * 0x9E3779B1 }

func otherHash(x uint32) uint32 { return x * 0x85EBCA6B }

// add makes the four bytes of gram, in any case, an anchor for what acts say.
func (g *grams) add(gram string, acts act, provider int) {
	x := binary.LittleEndian.Uint32([]byte(gram)) | gramFold
	h := hashGram(x)
	g.bits[h>>(32-gramBits)>>6] |= 1 << (h >> (32 - gramBits) & 63)
	a := otherHash(x) >> (32 - gramBits)
	g.again[a>>6] |= 1 << (a & 63)
	i := h >> (32 - slotBits)
	for g.slots[i].filled && g.slots[i].gram != x {
		i = (i + 1) & (1<<slotBits - 1)
	}
	s := &g.slots[i]
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

// next returns the first position at or after i whose four bytes may be an anchor; len(b) where there is none.
func (g *grams) next(b []byte, i int) int {
	for ; i+8 <= len(b); i += 5 {
		w := binary.LittleEndian.Uint64(b[i:]) | gramFold<<32 | gramFold
		switch {
		case g.maybe(uint32(w)):
			return i
		case g.maybe(uint32(w >> 8)):
			return i + 1
		case g.maybe(uint32(w >> 16)):
			return i + 2
		case g.maybe(uint32(w >> 24)):
			return i + 3
		case g.maybe(uint32(w >> 32)):
			return i + 4
		}
	}
	for ; i+gramSize <= len(b); i++ {
		if g.maybe(binary.LittleEndian.Uint32(b[i:]) | gramFold) {
			return i
		}
	}
	return len(b)
}

// maybe reports whether a gram may be an anchor.
func (g *grams) maybe(x uint32) bool {
	h := hashGram(x) >> (32 - gramBits)
	return g.bits[h>>6]&(1<<(h&63)) != 0
}

// at returns what the four bytes at i are an anchor for.
func (g *grams) at(b []byte, i int) slot {
	x := binary.LittleEndian.Uint32(b[i:]) | gramFold
	if a := otherHash(x) >> (32 - gramBits); g.again[a>>6]&(1<<(a&63)) == 0 {
		return slot{}
	}
	for j := hashGram(x) >> (32 - slotBits); g.slots[j].filled; j = (j + 1) & (1<<slotBits - 1) {
		if g.slots[j].gram == x {
			return g.slots[j]
		}
	}
	return slot{}
}
