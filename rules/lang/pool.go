package lang

import (
	"fmt"
	"math"
)

// Pool keeps one of all programs that say the same, so that what many rules ask of each line stays in the processor's
// caches. Its zero value is empty. All programs of a pool are of one schema.
type Pool struct{ programs map[string]*Program }

// One returns the first program that was given and says what p says; p may be nil.
func (l *Pool) One(p *Program) *Program {
	if p == nil {
		return nil
	}
	spelled, ok := spell(nil, p.root)
	if !ok {
		return p
	}
	if first := l.programs[string(spelled)]; first != nil {
		return first
	}
	if l.programs == nil {
		l.programs = make(map[string]*Program)
	}
	l.programs[string(spelled)] = p
	return p
}

// spell writes all that a term is made of; false for those that are made of more than that.
func spell(b []byte, t *term) ([]byte, bool) {
	b = fmt.Appendf(b, "(%s %d %t", t.op, t.kind, t.fold)
	switch t.op {
	case "const":
		v := t.value
		if v.List != nil {
			return nil, false
		}
		return fmt.Appendf(b, " %d %t %x %q)", v.Kind, v.Numeric, math.Float64bits(v.Num), v.Str), true
	case "var":
		return fmt.Appendf(b, " %q)", t.variable.Name), true
	case "field":
		return fmt.Appendf(b, " %q)", t.path), true
	case "&&", "||", "!", "==", "!=", "<", "<=", ">", ">=", "has", "contains", "startsWith", "endsWith", "neg", "+", "-", "*", "/", "%", "**":
	default:
		return nil, false
	}
	for _, a := range t.args {
		var ok bool
		if b, ok = spell(b, a); !ok {
			return nil, false
		}
	}
	return append(b, ')'), true
}
