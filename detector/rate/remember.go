package rate

import "github.com/tocsin-io/tocsin/detector"

// remember is find with a memory, for the series of one partition whose dictionary has about so many: each is looked up
// once, however many buckets hold it.
func remember[T any](size int, find func(*detector.Series) T) func(s *detector.Series, index uint32) T {
	known, asked := make([]T, size), make([]bool, size)
	return func(s *detector.Series, index uint32) T {
		if int(index) >= size {
			return find(s)
		}
		if !asked[index] {
			known[index], asked[index] = find(s), true
		}
		return known[index]
	}
}
