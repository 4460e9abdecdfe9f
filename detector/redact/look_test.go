package redact

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
	"testing"
)

// everyAnchor is what a slow look finds: at every position it folds eight bytes one by one.
func everyAnchor(known map[uint32]slot, b []byte) []int {
	var at []int
	for i := 0; i+gramSize <= len(b); i++ {
		var gram [gramSize + tailSize]byte
		for k := range gram {
			c := byte(0)
			if i+k < len(b) {
				c = b[i+k]
			}
			if c >= '0' && c <= '9' {
				c = '0'
			}
			gram[k] = c | 0x20
		}
		s := known[binary.LittleEndian.Uint32(gram[:])]
		acts := s.acts
		if (binary.LittleEndian.Uint32(gram[gramSize:])^s.tail)&s.agreed != 0 {
			continue
		}
		if acts == actIBAN && (b[i] >= 'a' || b[i+1] >= 'a') {
			continue
		}
		if acts != 0 {
			at = append(at, i)
		}
	}
	return at
}

func knownGrams(g *grams) map[uint32]slot {
	known := make(map[uint32]slot)
	for _, s := range g.slots {
		if s.filled {
			known[s.gram] = s
		}
	}
	return known
}

// looked is what the first look finds, block by block.
func looked(l *look, g *grams, b []byte) (at, digits []int) {
	for from := 0; from < len(b); from += lookSize {
		found, words := l.at(g, b[from:])
		for k := range words {
			for i := range wordSize {
				p := from + k*wordSize + i
				if found&(1<<k) != 0 && l.anchors[k]&(1<<i) != 0 && p+gramSize <= len(b) {
					at = append(at, p)
				}
				if l.digits[k]&(1<<i) != 0 {
					digits = append(digits, p)
				}
			}
		}
	}
	return at, digits
}

func compareLooks(t *testing.T, l *look, g *grams, known map[uint32]slot, b []byte) {
	at, digits := looked(l, g, b)
	want := everyAnchor(known, b)
	if !equal(at, want) {
		t.Fatalf("%q: anchors at %v, not at %v", b, at, want)
	}
	var each []int
	for i, c := range b {
		if c >= '0' && c <= '9' {
			each = append(each, i)
		}
	}
	if !equal(digits, each) {
		t.Fatalf("%q: digits at %v, not at %v", b, digits, each)
	}
}

func equal(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// The first look finds what a slow one finds, whatever it remembers: the texts are cut, shifted and changed by a byte.
func TestTheFirstLookFindsEveryAnchor(t *testing.T) {
	r := redactor(t, Options{Keys: []string{"customer"}})
	known := knownGrams(&r.tables.grams)
	rnd := rand.New(rand.NewPCG(7, 1))
	var all []byte
	check := func(b []byte) { compareLooks(t, &r.scan.look, &r.tables.grams, known, b) }
	everyLine(t, func(text string) {
		b := []byte(text)
		check(b)
		if len(b) < 2 {
			return
		}
		check(b[rnd.IntN(len(b)):])
		b = b[:1+rnd.IntN(len(b)-1)]
		check(b)
		b[rnd.IntN(len(b))] = byte(rnd.Uint32())
		check(b)
		if len(all) < 64<<10 {
			all = append(append(all, text...), '\n')
		}
	})
	check(all)
}

func FuzzLook(f *testing.F) {
	for _, s := range []string{"", "key", "password=hunter2 4111 1111 1111 1111", "DE89370400440532013000", `контрасе\u043b\u044c=`, "\x00\xff\x80token", "host:5432:db:user:pw"} {
		f.Add([]byte(s), uint8(3))
	}
	r := redactor(f, Options{})
	known := knownGrams(&r.tables.grams)
	f.Fuzz(func(t *testing.T, b []byte, shift uint8) {
		compareLooks(t, &r.scan.look, &r.tables.grams, known, b)
		compareLooks(t, &r.scan.look, &r.tables.grams, known, b[min(int(shift), len(b)):])
		compareLooks(t, &r.scan.look, &r.tables.grams, known, append(bytes.Repeat([]byte{'.'}, lookSize-int(shift)), b...))
	})
}

// Of all ways in which 24 bytes may be digits, those that hold a card are told where it begins.
func TestEveryCardIsStarted(t *testing.T) {
	groups := [][]int{{14}, {15}, {16}, {19}, {4, 4, 4, 4}, {4, 4, 4, 4, 3}, {4, 6, 5}, {4, 6, 4}}
	for _, sizes := range groups {
		var card uint64
		n := 0
		for _, size := range sizes {
			card |= (1<<size - 1) << n
			n += size + 1
		}
		for at := range 64 - (n - 1) + 1 {
			if at+cardSpan > 64 {
				break
			}
			if c := cardStarts(card << at); bits.TrailingZeros64(c) != at {
				t.Errorf("%v at %d: starts %064b", sizes, at, c)
			}
		}
	}
	for digits := range uint64(1 << 20) {
		want := uint64(0)
		for i := range cardSpan {
			d := digits >> i
			first := i == 0 || digits>>(i-1)&1 == 0
			if d&0x3fff == 0x3fff || first && (d&0xffff == 0xbdef || d&0xffff == 0xf7ef) { // 14; 4, 4, 4, 1; 4, 6, 4
				want |= 1 << i
			}
		}
		if got := cardStarts(digits) & (1<<cardSpan - 1); got != want {
			t.Fatalf("%020b: starts %016b, not %016b", digits, got, want)
		}
	}
}
