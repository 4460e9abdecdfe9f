package redact

import (
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// fragment is what lines are cut into: words, and what stands between them.
var fragment = regexp.MustCompile(`[A-Za-z0-9_]+|[^A-Za-z0-9_]`)

// TestSplicedLinesBreakNothing makes lines that nobody would think of: fragments of lines of the corpus are put into others, as a token
// into the name of a key. Nothing panics, nothing but secrets is lost, and a second time finds nothing. TOCSIN_SPLICED sets how many
// lines are made, 20,000 else.
func TestSplicedLinesBreakNothing(t *testing.T) {
	lines := 20_000
	if n, err := strconv.Atoi(os.Getenv("TOCSIN_SPLICED")); err == nil {
		lines = n
	}
	var whole [][]string
	everyLine(t, func(text string) {
		if len(text) < 600 {
			whole = append(whole, fragment.FindAllString(text, -1))
		}
	})
	rng := rand.New(rand.NewPCG(11, 1))
	r := redactor(t, Options{})
	for range lines {
		line := append([]string(nil), whole[rng.IntN(len(whole))]...)
		for range 1 + rng.IntN(3) {
			from := whole[rng.IntN(len(whole))]
			if at := rng.IntN(len(line)); rng.IntN(2) == 0 {
				line[at] = from[rng.IntN(len(from))]
			} else {
				line[at] += from[rng.IntN(len(from))]
			}
		}
		text := strings.Join(line, "")
		got, found := message(r, text)
		if !keepsTheRest(text, got) || (len(found) > 0) != (got != text) {
			t.Errorf("%q\n  became %q, %d secrets are named", text, got, len(found))
		}
		if twice, _ := message(r, got); twice != got {
			t.Errorf("%q\n  became %q\n  and then %q", text, got, twice)
		}
	}
}
