package lang

import (
	"fmt"
	"math"
)

// Never explains why the condition can never be true: it is constant, or two of its conjuncts exclude one another. The
// offset is that of the conjunct that cannot hold.
func (p *Program) Never() (reason string, offset int, never bool) {
	if p.root.isConst() && !p.root.value.True() {
		return "it is always false", p.root.at, true
	}
	bounds := map[string]*bound{}
	for _, t := range conjuncts(p.root, nil) {
		subject, op, v, ok := constComparison(t)
		if !ok {
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
		if v.Kind == Level && (op == ">" && v.Num >= 6 || op == "<" && v.Num <= 0) {
			return "there is no such level", t.at, true
		}
	}
	return "", 0, false
}

// bound is what a subject may be.
type bound struct {
	equal             *Value
	low, high         float64
	lowOpen, highOpen bool
}

// constComparison reads a comparison of a plain name with a constant, the name first.
func constComparison(t *term) (subject, op string, v Value, ok bool) {
	mirrored := map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}
	m, ok := mirrored[t.op]
	if !ok {
		return "", "", Value{}, false
	}
	a, b := t.args[0], t.args[1]
	if b.isConst() && a.subject() != "" {
		return a.subject(), t.op, b.value, true
	}
	if a.isConst() && b.subject() != "" {
		return b.subject(), m, a.value, true
	}
	return "", "", Value{}, false
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
