package redact

import "math/bits"

// grams are the anchors: whatever a secret is known by holds one of a set of four bytes in a row, and behind them the
// rest of a stem. They are known folded: in lower case and with every digit as 0, so that what counts in a text does not
// hide that the rest of it is the same.
type grams struct {
	bits  [1 << gramBits]uint64 // two in one word for each gram: says no for nearly all others
	slots []slot                // by hash, at most three quarters of them filled; a power of two
	count int
	lists [][]uint16 // providers by slot
}

// slot says what four bytes may begin, where the four behind them are those of tail in the bits of agreed: the ones that
// are the same in all stems that begin so.
type slot struct {
	gram, tail, agreed uint32
	acts               act
	lists              uint16 // index into lists; 0: none
	filled             bool
}

const (
	gramBits = 10
	gramSize = 4
	tailSize = 4
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
	w, _ := foldDigits(wordAt(b, i))
	return uint32(w) | gramFold
}

func hashGram(x uint32) uint32 { return x * 0x9E3779B1 }

// place is the word of bits for a gram, and the two that are set in it.
func place(x uint32) (word uint32, two uint64) {
	h := hashGram(x)
	return h >> (32 - gramBits), 1<<(h>>6&63) | 1<<(h&63)
}

// add makes the first four bytes of stem, in any case and with any digits for its own, an anchor for what acts say, where
// the next four bytes of it follow.
func (g *grams) add(stem string, acts act, provider int) {
	w, _ := foldDigits(wordAt([]byte(stem), 0))
	x, tail := uint32(w)|gramFold, uint32(w>>32)|gramFold
	agreed := ^uint32(0)
	if missing := gramSize + tailSize - len(stem); missing > 0 {
		agreed >>= 8 * missing
	}
	if 4*g.count >= 3*len(g.slots) {
		g.grow()
	}
	s := g.slot(x)
	if s.filled {
		agreed &= s.agreed &^ (s.tail ^ tail)
	} else {
		g.count++
		i, two := place(x)
		g.bits[i] |= two
	}
	s.gram, s.tail, s.agreed, s.filled = x, tail, agreed, true
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

// addExpanded adds a stem; one that is shorter than a gram with each byte of follow in the places that it lacks.
func (g *grams) addExpanded(stem, follow string, acts act, provider int) {
	if len(stem) >= gramSize {
		g.add(stem, acts, provider)
		return
	}
	for i := range len(follow) {
		g.addExpanded(stem+follow[i:i+1], follow, acts, provider)
	}
}

// maybe returns 1 where a gram may be an anchor, and 0 where it is none. It has no branch.
func (g *grams) maybe(x uint32) uint64 {
	i, two := place(x)
	missing := two &^ g.bits[i]
	return (missing - 1) &^ missing >> 63
}

// within returns a bit for each anchor that begins in a word, which next follows; both are folded.
func (g *grams) within(word, next uint64) (found byte) {
	var maybe uint64
	for k, w, n := 0, word, next; k < wordSize; k++ {
		maybe |= g.maybe(uint32(w)|gramFold) << k
		w, n = w>>8|n<<56, n>>8
	}
	for ; maybe != 0; maybe &= maybe - 1 {
		k := bits.TrailingZeros64(maybe)
		w := word>>(8*k) | next<<(64-8*k)
		// An account's number begins with capitals: host12 is none.
		if acts := g.of(w).acts; acts&^actIBAN != 0 || acts != 0 && w&(gramFold&0xffff) == 0 {
			found |= 1 << k
		}
	}
	return found
}

// of returns what eight bytes, folded, begin with an anchor for.
func (g *grams) of(w uint64) slot {
	x := uint32(w) | gramFold
	if g.maybe(x) == 0 {
		return slot{}
	}
	s := g.slot(x)
	if ((uint32(w>>32)|gramFold)^s.tail)&s.agreed != 0 {
		return slot{}
	}
	return *s
}

// at returns what the bytes at i are an anchor for.
func (g *grams) at(b []byte, i int) slot {
	w, _ := foldDigits(wordAt(b, i))
	return g.of(w)
}
