package lang

// Direction says how a condition answers to a number that grows while everything else stays.
type Direction uint8

// The directions. They combine as bits: Up|Down is Mixed.
const (
	Still Direction = 0         // it does not look at it
	Up    Direction = 1         // more can only make it true
	Down  Direction = 2         // more can only make it false
	Mixed Direction = Up | Down // either
)

// Direction finds how the condition answers to the variables named, growing together.
func (p *Program) Direction(names ...string) Direction {
	of := map[string]bool{}
	for _, n := range names {
		of[n] = true
	}
	return direction(p.root, of)
}

func (d Direction) reverse() Direction { return d&Up<<1 | d&Down>>1 }

// direction of a number or condition. Only forms whose answer is certain are Up or Down; all others that look at the
// variables are Mixed.
func direction(t *term, of map[string]bool) Direction {
	if t.op == "var" {
		if of[t.variable.Name] {
			return Up
		}
		return Still
	}
	all := Still
	for _, a := range t.args {
		all |= direction(a, of)
	}
	if all == Still {
		return Still
	}
	switch t.op {
	case "&&", "||", "+", "min", "max", "round", "floor", "ceil":
		return all
	case "!", "neg":
		return all.reverse()
	case "-":
		return direction(t.args[0], of) | direction(t.args[1], of).reverse()
	case "*", "/":
		return scaled(t, of)
	case ">", ">=":
		return direction(t.args[0], of) | direction(t.args[1], of).reverse()
	case "<", "<=":
		return direction(t.args[0], of).reverse() | direction(t.args[1], of)
	case "==":
		// value == 0 can only become false.
		for i, a := range t.args {
			b := t.args[1-i]
			if a.op == "var" && b.isConst() && b.kind == Number && b.value.Num <= 0 {
				return Down
			}
		}
	case "!=":
		for i, a := range t.args {
			b := t.args[1-i]
			if a.op == "var" && b.isConst() && b.kind == Number && b.value.Num <= 0 {
				return Up
			}
		}
	}
	return Mixed
}

// scaled is the direction of a product or quotient with a constant.
func scaled(t *term, of map[string]bool) Direction {
	a, b := t.args[0], t.args[1]
	if t.op == "*" && a.isConst() {
		a, b = b, a
	}
	if !b.isConst() || b.kind != Number || b.value.Num == 0 {
		return Mixed
	}
	if b.value.Num < 0 {
		return direction(a, of).reverse()
	}
	return direction(a, of)
}

// Limit is what a number is held against.
type Limit struct {
	Operator string
	Other    *Program
}

// Limits returns the comparisons of the named variable with something else, in the order in which they stand.
func (p *Program) Limits(name string) []Limit {
	mirrored := map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
	var out []Limit
	p.root.walk(func(t *term) {
		m, ok := mirrored[t.op]
		if !ok {
			return
		}
		if t.args[0].subject() == name {
			out = append(out, Limit{Operator: t.op, Other: newProgram(p.Source, t.args[1])})
		} else if t.args[1].subject() == name {
			out = append(out, Limit{Operator: m, Other: newProgram(p.Source, t.args[0])})
		}
	})
	return out
}
