package lang

import (
	"github.com/tocsin-io/tocsin/detector"
)

// ListValue is a set of constants: what stands in brackets, a list of the file or a range of numbers.
type ListValue struct {
	texts   []string
	set     map[string]struct{}
	numbers map[float64]struct{}
	ranged  bool // from low to high, whole numbers only
	low     float64
	high    float64
}

// NewList makes a list of texts. Those that look like numbers also equal numbers.
func NewList(texts []string) *ListValue {
	l := &ListValue{texts: texts, set: make(map[string]struct{}, len(texts))}
	for _, t := range texts {
		l.add(TextValue(t))
	}
	return l
}

func (l *ListValue) add(v Value) {
	switch v.Kind {
	case Level:
		l.set[detector.Level(v.Num).String()] = struct{}{}
		return
	case Text:
		l.set[v.Str] = struct{}{}
	case Bool:
		l.set[v.String()] = struct{}{}
	}
	if n, ok := v.Number(); ok {
		if l.numbers == nil {
			l.numbers = make(map[float64]struct{})
		}
		l.numbers[n] = struct{}{}
	}
}

// Len is how many entries it has.
func (l *ListValue) Len() int {
	if l.ranged {
		return int(l.high-l.low) + 1
	}
	return len(l.texts)
}

// Has reports whether v is one of the entries. Nil never is.
func (l *ListValue) Has(v Value) bool {
	if l.ranged {
		n, ok := v.Number()
		return ok && n >= l.low && n <= l.high && n == float64(int64(n))
	}
	switch v.Kind {
	case Nil:
		return false
	case Text:
		if _, ok := l.set[v.Str]; ok {
			return true
		}
	case Level:
		_, ok := l.set[detector.Level(v.Num).String()]
		return ok
	case Bool:
		_, ok := l.set[v.String()]
		return ok
	}
	if len(l.numbers) == 0 {
		return false
	}
	n, ok := v.Number()
	if !ok {
		return false
	}
	_, ok = l.numbers[n]
	return ok
}
