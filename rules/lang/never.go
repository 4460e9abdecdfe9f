package lang

import (
	"fmt"
	"math"
	"slices"
)

// Range is what a number can be.
type Range struct {
	Low, High float64
	Why       string // "a share is 0 to 1"
}

var hours = Range{0, 23, "hours are 0 to 23"}

// Never explains why the condition can never be true: it is constant, a number is held against what it cannot be, or two
// conjuncts exclude one another. The offset is that of the conjunct that cannot hold. ranges are those of numbers by name.
func (p *Program) Never(ranges map[string]Range) (reason string, offset int, never bool) {
	if p.root.isConst() && !p.root.value.True() {
		return "it is always false", p.root.at, true
	}
	bounds := map[string]*bound{}
	for _, t := range conjuncts(p.root, nil) {
		side, op, v, ok := constComparison(t)
		if !ok {
			continue
		}
		if why := outside(side, op, v, ranges); why != "" {
			return why, t.at, true
		}
		subject := side.subject()
		if subject == "" {
			continue
		}
		b := bounds[subject]
		if b == nil {
			b = &bound{low: math.Inf(-1), high: math.Inf(1)}
			bounds[subject] = b
		}
		if !b.narrow(op, v) {
			return fmt.Sprintf("no %s is both this and what stands before", subject), t.at, true
		}
	}
	return "", 0, false
}

// outside says why a comparison with a constant never holds; empty where it may.
func outside(side *term, op string, v Value, ranges map[string]Range) string {
	within, known := ranges[side.subject()]
	switch side.op {
	case "hour":
		within, known = hours, true
	case "weekday":
		if v.Kind == Text && op == "==" && !slices.Contains(weekdays[:], v.Str) {
			return "days are " + join(weekdays[:])
		}
	}
	if v.Kind == Level && (op == ">" && v.Num >= 6 || op == "<" && v.Num <= 0) {
		return "there is no such level"
	}
	b := bound{low: within.Low, high: within.High}
	if known && v.Kind == Number && !b.narrow(op, v) {
		return within.Why
	}
	return ""
}

// bound is what a subject may be.
type bound struct {
	equal             *Value
	low, high         float64
	lowOpen, highOpen bool
}

// constComparison reads a comparison of something with a constant, the constant last.
func constComparison(t *term) (side *term, op string, v Value, ok bool) {
	mirrored := map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}
	m, ok := mirrored[t.op]
	if !ok {
		return nil, "", Value{}, false
	}
	a, b := t.args[0], t.args[1]
	switch {
	case b.isConst():
		return a, t.op, b.value, true
	case a.isConst():
		return b, m, a.value, true
	}
	return nil, "", Value{}, false
}

// narrow takes one more comparison in and reports whether something is left.
func (b *bound) narrow(op string, v Value) bool {
	n, number := v.Num, v.Kind == Level || v.Kind == Number
	if op == "==" {
		if b.equal != nil && !equal(*b.equal, v) {
			return false
		}
		b.equal = &v
	} else if number {
		switch op {
		case ">", ">=":
			if n > b.low || n == b.low && op == ">" {
				b.low, b.lowOpen = n, op == ">"
			}
		case "<", "<=":
			if n < b.high || n == b.high && op == "<" {
				b.high, b.highOpen = n, op == "<"
			}
		}
	}
	if b.low > b.high || b.low == b.high && (b.lowOpen || b.highOpen) {
		return false
	}
	if b.equal == nil {
		return true
	}
	e, ok := b.equal.Number()
	if b.equal.Kind == Level {
		e, ok = b.equal.Num, true
	}
	return !ok || !(e < b.low || e > b.high || e == b.low && b.lowOpen || e == b.high && b.highOpen)
}
