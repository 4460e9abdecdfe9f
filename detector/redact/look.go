package redact

import (
	"encoding/binary"
	"math/bits"
)

// look is the first look at a text: eight bytes at a time, where in them anchors begin, and which are digits. The lines
// of a stream repeat each other but for what they count, so what eight bytes and the seven behind them hold is
// remembered under the bytes themselves, digits folded: one comparison judges most.
type look struct {
	seen    [1 << seenBits]judged
	digits  [lookWords + wordSize]byte // a bit for each byte of the text
	anchors [lookWords]byte            // the same where an anchor begins; valid for the words that at names
	missed  uint32
}

// judged are eight bytes of a text and the seven behind them, folded, and where in the eight anchors begin.
type judged struct {
	word   uint64
	behind uint64 // in the upper bytes; the lowest has a bit for each anchor
}

const (
	seenBits  = 12 // 64 KB for each redactor
	wordSize  = 8
	lookWords = 64
	lookSize  = lookWords * wordSize         // bytes of a text that are looked at in one go
	behindBit = 64 - 8*(gramSize+tailSize-1) // where what is behind a word stands in judged
	// One in so many words that are not remembered takes the place of another: the words of a stream come again and get
	// their place, while those of a random id rarely drive one out.
	keepOne = 4
)

// at looks at the first lookSize bytes of b, and at what follows where an anchor reaches over their end. It returns a bit
// for each word in which an anchor begins, and the number of words.
func (l *look) at(g *grams, b []byte) (found uint64, words int) {
	words = min((len(b)+wordSize-1)/wordSize, lookWords)
	whole := min(len(b)/wordSize, lookWords)
	open := l.whole(b, whole)
	if whole < words {
		word, others := foldDigits(wordAt(b, whole*wordSize))
		l.digits[whole] = digitBits(others)
		open |= l.unknown(word, 0) >> 63 << whole
	}
	clear(l.digits[words : words+wordSize])
	for ; open != 0; open &= open - 1 {
		k := bits.TrailingZeros64(open)
		if l.anchors[k] = l.judge(g, b, k*wordSize); l.anchors[k] != 0 {
			found |= 1 << k
		}
	}
	return found, words
}

// whole looks at the first n words of b, all of them whole, and returns a bit for each that is not known to be without
// an anchor.
func (l *look) whole(b []byte, n int) (open uint64) {
	at := 0
	if quads := min(n, (len(b)-wordSize)/wordSize) / 4; hasFours && quads > 0 {
		open = fours(&l.seen[0], &l.digits[0], &b[0], quads)
		at = 4 * quads
	}
	if at < n {
		open |= l.singly(b[at*wordSize:], at, n-at) << at
	}
	return open
}

// singly does what fours does, for n words, a word at a time: the first is the one with this number. It has no branch that
// depends on the text.
func (l *look) singly(b []byte, at, n int) (open uint64) {
	if n == 0 || at+n > lookWords || len(b) < wordSize {
		return 0
	}
	digits := l.digits[at : at+n]
	word, others := foldDigits(binary.LittleEndian.Uint64(b))
	for k := range digits {
		digits[k] = digitBits(others)
		var next uint64
		if len(b) >= 2*wordSize {
			next = binary.LittleEndian.Uint64(b[wordSize:])
			b = b[wordSize:]
		} else {
			next = wordAt(b, wordSize)
		}
		next, others = foldDigits(next)
		open = open>>1 | l.unknown(word, next<<behindBit)
		word = next
	}
	return open >> (lookWords - n)
}

// unknown sets the highest bit where a word is not known to be without an anchor.
func (l *look) unknown(word, behind uint64) uint64 {
	j := l.slot(word, behind)
	differ := (j.word ^ word) | (j.behind ^ behind)
	return (differ | -differ) & (1 << 63)
}

func (l *look) slot(word, behind uint64) *judged {
	return &l.seen[slotOf(word^behind)]
}

// digitBits gathers a bit for each byte that is a digit.
func digitBits(others uint64) byte { return ^byte(others * 0x0002040810204081 >> 56) }

// wordAt returns the eight bytes at i; what lies beyond the end is 0.
func wordAt(b []byte, i int) uint64 {
	if i+wordSize <= len(b) {
		return binary.LittleEndian.Uint64(b[i:])
	}
	if missing := i + wordSize - len(b); len(b) >= wordSize && missing < wordSize {
		return binary.LittleEndian.Uint64(b[len(b)-wordSize:]) >> (8 * missing)
	}
	var w uint64
	for j := len(b) - 1; j >= i; j-- {
		w = w<<8 | uint64(b[j])
	}
	return w
}

// judge returns a bit for each anchor that begins in the word at i, and may remember it.
func (l *look) judge(g *grams, b []byte, i int) byte {
	word, _ := foldDigits(wordAt(b, i))
	next, _ := foldDigits(wordAt(b, i+wordSize))
	behind := next << behindBit
	j := l.slot(word, behind)
	if j.word == word && j.behind&^0xff == behind {
		return byte(j.behind)
	}
	found := g.within(word, next)
	if l.missed++; l.missed%keepOne == 0 || *j == (judged{}) {
		*j = judged{word, behind | uint64(found)}
	}
	return found
}
