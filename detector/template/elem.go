package template

// elemKind is what an element of a line is.
type elemKind uint8

const (
	elemWord elemKind = iota // literal text
	elemMark                 // a bracket, quote or separator, or the stops after a word
	elemVar                  // a variable, or a run of them too long to be kept apart
)

// elem is one element of a line.
type elem struct {
	hash       uint64
	start, end int32 // in the message
	kind       elemKind
	space      bool // white space stands before it
	numbered   bool // a word with a number at its end, as ssh2: literal in the text, a variable in the form
}

const (
	maxElems = 128 // what follows is one variable
	maxRun   = 8   // a longer run of variables is one variable
	maxWord  = 64  // bytes; a longer word is a variable
)

// The hashes of what is not a word. A space before an element rotates its hash.
const (
	hashVar  = k2
	hashMark = k3
)

func spaced(h uint64, space bool) uint64 {
	if space {
		return h<<32 | h>>32
	}
	return h
}

// line holds the elements of the line that was lexed last.
type line struct {
	msg   []byte
	n     int
	run   int // variables in the run that ends with the last element
	first int // element that the run began with
	full  bool
	date  bool // the last element is a date that may go on
	timed bool // and it has a time of day
	elems [maxElems]elem
	spill elem // where elements go that there is no place for
}

func (l *line) reset(msg []byte) {
	l.msg, l.n, l.run, l.full, l.date = msg, 0, 0, false, false
}

// next gives the place of a further element, to be filled in; filling it in place is twice as fast as copying it there.
// The last place is kept for the variable that stands for all the rest.
func (l *line) next(i, j int, space bool) *elem {
	if l.n == maxElems-1 {
		return l.rest(i)
	}
	e := &l.elems[l.n]
	l.n++
	e.start, e.end, e.space, e.numbered = int32(i), int32(j), space, false
	return e
}

// rest makes one variable of everything from i on, and returns an element that goes nowhere.
func (l *line) rest(i int) *elem {
	l.full = true
	last := &l.elems[l.n-1]
	if last.kind == elemVar {
		last.end = int32(len(l.msg))
		return &l.spill
	}
	l.elems[l.n] = elem{hash: spaced(hashVar, true), start: int32(i), end: int32(len(l.msg)), kind: elemVar, space: true}
	l.n++
	return &l.spill
}

// attached reports whether the last element is the mark b alone, with no space before it.
func (l *line) attached(b byte) bool {
	e := &l.elems[l.n-1]
	return e.kind == elemMark && !e.space && e.end-e.start == 1 && l.msg[e.start] == b
}

func (l *line) word(i, j int, space bool) *elem {
	e := l.next(i, j, space)
	e.hash, e.kind = spaced(hashWord(l.msg, i, j), space), elemWord
	return e
}

func (l *line) mark(i int, space bool) {
	e := l.next(i, i+1, space)
	e.hash, e.kind = spaced(mix(hashMark^uint64(l.msg[i]), k0), space), elemMark
}

// stops adds the stops after a word: msg[i:j] is never empty.
func (l *line) stops(i, j int, space bool) {
	if j-i == 1 {
		l.mark(i, space)
		return
	}
	l.word(i, j, space).kind = elemMark
}

// variable adds a variable. One that touches the variable before it belongs to it, and a run of more than maxRun, with
// or without commas between, is one.
func (l *line) variable(i, j int, space bool) {
	date := l.date
	l.date, l.timed = isDate(l.msg[i:j]), date && l.timed
	switch {
	case l.n == 0:
		l.first, l.run = 0, 1
	case l.elems[l.n-1].kind == elemVar:
		if !space {
			l.elems[l.n-1].end = int32(j)
			return
		}
		if date && l.dateGoesOn(i, j) {
			l.elems[l.n-1].end = int32(j)
			l.date = true
			return
		}
		l.timed = false
		l.run++
	case !space && l.n > 1 && l.elems[l.n-2].kind == elemVar && l.attached(':'):
		l.n-- // 10.0.0.1:8080, repo/image:1.2
		l.elems[l.n-1].end = int32(j)
		return
	case l.n > 1 && l.run > 0 && l.elems[l.n-2].kind == elemVar && l.msg[l.elems[l.n-1].start] == ',':
		l.run++
	default:
		l.first, l.run = l.n, 1
	}
	if l.run > maxRun {
		l.n = l.first + 1
		l.elems[l.first].end = int32(j)
		return
	}
	e := l.next(i, j, space)
	e.hash, e.kind = spaced(hashVar, space), elemVar
}
