package textset

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestSetFindsWhatContainsFinds(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	word := func(least, n int) string {
		b := make([]byte, least+random.IntN(n))
		for i := range b {
			b[i] = "abc d"[random.IntN(5)]
		}
		return string(b)
	}
	for round := range 300 {
		least := 1 + round%2*(startLeast-1) // in every other round all are long enough to be known by how they begin
		var texts []string
		for range 1 + random.IntN(60) {
			texts = append(texts, word(least, 5))
		}
		s := New(texts)
		for range 20 {
			line := []byte(strings.Repeat(word(1, 30), 1+random.IntN(3)))
			for i := range line {
				if random.IntN(2) == 0 {
					line[i] = bytes.ToUpper(line[i : i+1])[0]
				}
			}
			found := map[int32]bool{}
			s.Scan(line, func(id int32) { found[id] = true })
			mask := s.Mask(string(line))
			for i, text := range texts {
				want := strings.Contains(strings.ToLower(string(line)), text)
				if found[int32(i)] != want || mask&(1<<i) != 0 != want {
					t.Fatalf("%q in %q: %v, want %v", text, line, found[int32(i)], want)
				}
			}
		}
	}
}

func TestNewRefusesWhatWouldBeTooLarge(t *testing.T) {
	if New(nil) != nil {
		t.Error("a set of nothing")
	}
	long := make([]string, 300)
	for i := range long {
		b := make([]byte, 4000)
		for j := range b {
			b[j] = byte('!' + (i*7+j*j)%60)
		}
		long[i] = string(b)
	}
	if New(long) != nil {
		t.Error("a table beyond the bound")
	}
}
