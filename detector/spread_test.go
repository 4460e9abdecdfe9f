package detector

import (
	"fmt"
	"testing"
)

// TestSpread: names that differ in their last digits use most places of a cache, and a name always the same.
func TestSpread(t *testing.T) {
	const places = 256
	seen := map[uint64]bool{}
	for i := range 100 {
		name := fmt.Sprintf("web-%d", i)
		if Spread(name) != Spread(string([]byte(name))) {
			t.Fatalf("%q has two places", name)
		}
		seen[Spread(name)%places] = true
	}
	if len(seen) < 60 { // at random it would be 83
		t.Errorf("100 names share %d places", len(seen))
	}
	for _, s := range []string{"", "a", "ab", "abc"} {
		for _, r := range []string{"", "a", "ab", "abc"} {
			if s != r && Spread(s) == Spread(r) {
				t.Errorf("%q and %q have the same place", s, r)
			}
		}
	}
}
