package template

import (
	"unicode/utf8"

	"github.com/tocsin-io/tocsin/detector"
)

// Shaper masks lines. It keeps the elements of the last line and allocates nothing; it is not safe for concurrent use.
type Shaper struct {
	line line
}

// NewShaper returns a Shaper.
func NewShaper() *Shaper { return new(Shaper) }

// Shape returns the id of msg's shape, a pure function of its bytes. msg must not change as long as AppendText and
// Slots may be asked for this line.
func (s *Shaper) Shape(msg []byte) detector.ShapeID {
	s.line.lex(msg)
	return s.line.id()
}

func (l *line) id() detector.ShapeID {
	h := uint64(k1)
	for k := range l.elems[:l.n] {
		h = mix(h^l.elems[k].hash, k0)
	}
	return shapeID(mix(h^uint64(l.n), k3))
}

// AppendText appends the masked text of the last line: white space is one blank, variables are <*>, bytes that are not
// UTF-8 are U+FFFD. The shape of the text is the shape of the line, where the line is UTF-8.
func (s *Shaper) AppendText(dst []byte) []byte { return s.line.appendText(dst) }

func (l *line) appendText(dst []byte) []byte {
	for k := range l.elems[:l.n] {
		e := &l.elems[k]
		if e.space && k > 0 {
			dst = append(dst, ' ')
		}
		if e.kind == elemVar {
			dst = append(dst, "<*>"...)
			continue
		}
		dst = appendValid(dst, l.msg[e.start:e.end])
	}
	return dst
}

func appendValid(dst, b []byte) []byte {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		dst = utf8.AppendRune(dst, r)
		b = b[n:]
	}
	return dst
}
