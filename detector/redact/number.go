package redact

import (
	"encoding/binary"
	"math/bits"
)

// maxGroup bounds a run of digits: what is longer is no account.
const maxGroup = 64

// cardSpan is how many bytes from its first on tell that a run of digits may be a card.
const cardSpan = 16

// numbers looks for cards in what was looked at last, words long from from on: digits in a row, or in groups with
// single blanks or dashes between, known by checksum.
func (s *scan) numbers(from, words int) {
	for k := 0; k < words; k += wordSize - cardSpan/wordSize {
		digits := binary.LittleEndian.Uint64(s.look.digits[k:])
		for c := cardStarts(digits); c != 0; {
			at := bits.TrailingZeros64(c)
			end := at + bits.TrailingZeros64(^(digits >> at))
			if i := from + k*wordSize + at; i >= s.numbersTo {
				if s.continues(i) {
					s.numbersTo = i + end - at
				} else {
					s.numbersTo = s.number(i)
				}
			}
			c = c >> at >> 1 << 1 << at // without the lowest
			c = c >> end << end         // and without those in the same row
		}
	}
}

// cardStarts returns where a card may begin, of a bit for each digit: 14 digits or more in a row, or groups of 4-4-4-1
// and of 4-6-4 that no digit stands before, with one byte between. It does not know what stands before the first bit.
func cardStarts(digits uint64) uint64 {
	two := digits & (digits >> 1)
	four := two & (two >> 2)
	six := four & (two >> 4)
	row := six & (six >> 6) & (two >> 12)
	fours := (four >> 5) &^ (digits >> 9) & (four >> 10) &^ (digits >> 14) & (digits >> 15)
	middle := (six >> 5) &^ (digits >> 11) & (four >> 12)
	return row | four&^(digits<<1|digits>>4)&(fours|middle)
}

// continues reports whether the digits at i are the rest of a word or of an id, and none before them can be a card.
func (s *scan) continues(i int) bool {
	if i == 0 || s.b[i-1]-'0' <= 9 || joins(s.b, i-1) {
		return false
	}
	return s.inWord(i) && !has(s.b, i-2, "%B")
}

// number judges the digits that i is one of, and returns where they end.
func (s *scan) number(i int) int {
	b := s.b
	from, to := i, i+1
	for from > 0 && i-from < maxGroup && b[from-1]-'0' <= 9 {
		from--
	}
	for to < len(b) && to-i < maxGroup && b[to]-'0' <= 9 {
		to++
	}
	from, to, digits := group(b, from, to)
	if digits >= minCard {
		s.cards(from, to)
	}
	return to
}

// group returns the groups of digits, with single blanks and dashes between, that the digits from from to to are one of,
// and how many digits they have.
func group(b []byte, from, to int) (begin, end, digits int) {
	digits = to - from
	for i := from; from > 0 && i-from < maxGroup; from-- {
		if b[from-1]-'0' <= 9 {
			digits++
		} else if !joins(b, from-1) {
			break
		}
	}
	for to < len(b) && to-from < 2*maxGroup {
		if b[to]-'0' <= 9 {
			digits++
		} else if !joins(b, to) {
			break
		}
		to++
	}
	return from, to, digits
}

// joins reports whether the byte at i is a blank or a dash between two digits.
func joins(b []byte, i int) bool {
	return i > 0 && i < len(b) && (b[i] == ' ' || b[i] == '-') && is(b, i-1, charDigit) && is(b, i+1, charDigit)
}
