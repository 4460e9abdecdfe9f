package rate

import (
	"slices"

	"github.com/tocsin-io/tocsin/detector"
)

// remember is find with a memory, for the series in the scope: each is looked up once, however many buckets hold it.
func remember[T any](in scope, find func(*detector.Series) T) func(s *detector.Series, index uint32) T {
	place, size := func(index uint32) int { return int(index) }, in.Series
	if in.wanted != nil { // no room for all the others
		place = func(index uint32) int {
			n, _ := slices.BinarySearch(in.wanted, index)
			return n
		}
		size = len(in.wanted)
	}
	known, asked := make([]T, size), make([]bool, size)
	return func(s *detector.Series, index uint32) T {
		n := place(index)
		if n >= size { // new since the dictionary was measured
			return find(s)
		}
		if !asked[n] {
			known[n], asked[n] = find(s), true
		}
		return known[n]
	}
}
