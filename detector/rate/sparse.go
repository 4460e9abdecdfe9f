package rate

import "math/bits"

// sparse is a list of numbers of which many may be zero: a bit tells of each whether it is, and those that are not stand
// together. To look one up costs the same however long the list is. It is made once and never changed.
type sparse struct {
	words  []sparseWord
	values []uint64 // that are not zero
}

// sparseWord tells of 64 numbers.
type sparseWord struct {
	is     uint64 // a bit for each that is not zero
	before uint32 // how many values stand before theirs
}

// sparseOf keeps at most 2^32 values.
func sparseOf(all []uint64) sparse {
	n := 0
	for _, v := range all {
		if v != 0 {
			n++
		}
	}
	s := sparse{words: make([]sparseWord, (len(all)+63)/64), values: make([]uint64, 0, n)}
	for i, v := range all {
		w := &s.words[i/64]
		if i%64 == 0 {
			w.before = uint32(len(s.values))
		}
		if v != 0 {
			w.is |= 1 << (i % 64)
			s.values = append(s.values, v)
		}
	}
	return s
}

// at is the i-th number; zero behind the end.
func (s *sparse) at(i uint32) uint64 {
	if int(i/64) >= len(s.words) {
		return 0
	}
	w, bit := s.words[i/64], uint64(1)<<(i%64)
	if w.is&bit == 0 {
		return 0
	}
	return s.values[int(w.before)+bits.OnesCount64(w.is&(bit-1))]
}

// all yields the place of each number that is not zero with the number, in order.
func (s *sparse) all(yield func(int, uint64) bool) {
	next := 0
	for i, w := range s.words {
		for is := w.is; is != 0; is &= is - 1 {
			if !yield(i*64+bits.TrailingZeros64(is), s.values[next]) {
				return
			}
			next++
		}
	}
}

// len is how many are not zero.
func (s *sparse) len() int { return len(s.values) }
