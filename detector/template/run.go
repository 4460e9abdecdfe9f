package template

import (
	"encoding/binary"
	"math/bits"
)

// plainRun adds what most of a message is: words of up to seven small letters and numbers of up to seven digits, each
// before a blank. It takes all that stand in a row from i on, eight bytes in one look, and returns where to go on behind
// the last one's blank; i where there is none.
func (l *line) plainRun(i int, space bool) int {
	for i+8 <= len(l.msg) && !l.full {
		w := binary.LittleEndian.Uint64(l.msg[i:])
		letters := leading(w, 'a', 'z')
		n := letters
		if n == 0 {
			n = leading(w, '0', '9')
		}
		if n == 0 || w>>(8*n)&0xff != ' ' {
			break
		}
		if letters > 0 && (n != 2 || !l.isPair(i)) {
			e := l.next(i, i+n, space)
			e.hash, e.kind = spaced(hashShort(w<<(64-8*n)>>(64-8*n), n), space), elemWord
		} else {
			l.variable(i, i+n, space)
		}
		i += n + 1
		space = true
	}
	return i
}

// leading counts the first of eight bytes that lie between two of ASCII. A byte is added to so that from the lower one
// on, and beyond the upper one, it reaches 128.
func leading(w uint64, lower, upper byte) int {
	const each = 0x0101010101010101
	low := w & (0x7f * each)
	in := (low + uint64(0x80-lower)*each) &^ (low + uint64(0x7f-upper)*each) &^ w
	return bits.TrailingZeros64(^in&(0x80*each)) / 8
}
