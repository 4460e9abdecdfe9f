package rate

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestSparse holds a sparse list against the whole one, for lists of each length around its words and of each density.
func TestSparse(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 6))
	for _, length := range []int{0, 1, 63, 64, 65, 127, 128, 1000} {
		for _, of := range []int{1, 2, 70, 5000} {
			whole := make([]uint64, length)
			for i := range whole {
				if random.IntN(of) == 0 {
					whole[i] = random.Uint64()
				}
			}
			s := sparseOf(whole)
			back, count := make([]uint64, length), 0
			for i, v := range s.all {
				if v == 0 {
					t.Fatalf("%d of %d: zero is yielded", i, length)
				}
				back[i], count = v, count+1
			}
			if !slices.Equal(back, whole) || count != s.len() {
				t.Fatalf("%d values come back as %d: %v, want %v", s.len(), count, back, whole)
			}
			for i, want := range whole {
				if got := s.at(uint32(i)); got != want {
					t.Fatalf("at %d of %d: %d, want %d", i, length, got, want)
				}
			}
			for _, behind := range []int{length, length + 1, length + 64, length + 1000} {
				if got := s.at(uint32(behind)); got != 0 {
					t.Fatalf("at %d of %d: %d", behind, length, got)
				}
			}
			for range s.all { // may be left
				break
			}
		}
	}
}
