package template

import (
	"slices"
	"testing"
)

// eachByText is lex without plainRun.
func (l *line) eachByText(msg []byte) {
	l.reset(msg)
	space := false
	for i := 0; i < len(msg) && !l.full; {
		switch c := classes[msg[i]]; {
		case c&clSpace != 0:
			space = true
			i++
			continue
		case c&clStop != 0:
			i = l.stop(i, space && l.n > 0)
		default:
			i = l.text(i, space && l.n > 0)
		}
		space = false
	}
}

func compareRuns(t *testing.T, msg []byte) {
	var quick, slow line
	quick.lex(msg)
	slow.eachByText(msg)
	same := quick.run == slow.run && quick.first == slow.first && quick.full == slow.full && quick.date == slow.date && quick.timed == slow.timed
	if !same || !slices.Equal(quick.elems[:quick.n], slow.elems[:slow.n]) {
		t.Fatalf("%q: %+v, byte by byte %+v", msg, quick.elems[:quick.n], slow.elems[:slow.n])
	}
}

// Words and numbers that are read eight bytes at a time are those that are read byte by byte.
func TestPlainRun(t *testing.T) {
	for _, msg := range []string{
		"", "a", "a b c d e f g h i j", "request 17 of 2016 took 12 ms for user 1234567 and 12345678 more", "abcdefg abcdefgh abcdefghi x",
		"Jul 12 10:11:12 2016-07-12 12 30 2016 next", "deadbee deadbeef 0 1 2 3 4 5 6 7 8 9 10 11 12 word", "a  b\tc \u00e9t\u00e9 x1 1x don't u'x' k=v 12= <*> 3 ",
	} {
		compareRuns(t, []byte(msg))
		for i := range msg { // what the last bytes are read of differs
			compareRuns(t, []byte(msg[i:]))
			compareRuns(t, []byte(msg[:i]))
		}
	}
}

func FuzzPlainRun(f *testing.F) {
	f.Add([]byte("request 17 took 12 ms for user 1234567, Jul 12 10:11:12"))
	f.Fuzz(func(t *testing.T, msg []byte) { compareRuns(t, msg) })
}
