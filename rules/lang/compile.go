package lang

import (
	"math"

	"github.com/tocsin-io/tocsin/detector"
)

type (
	valueFunc func(*Frame) Value
	testFunc  func(*Frame) bool
	// numberFunc gives a term's value as a number; false where it is none.
	numberFunc func(*Frame) (float64, bool)
)

// compile makes a function of a term that gives its value.
func compile(t *term) valueFunc {
	switch t.op {
	case "const":
		v := t.value
		return func(*Frame) Value { return v }
	case "var":
		return t.variable.Get
	case "field":
		path := t.path
		return func(f *Frame) Value {
			v, ok := f.Event.Fields.Lookup(path)
			if !ok {
				return Value{}
			}
			return FieldValue(v)
		}
	case "pointer":
		return func(f *Frame) Value { return f.pointer }
	case "neg", "+", "-", "*", "/", "%", "**":
		return compileArithmetic(t)
	case "??":
		a, b := compile(t.args[0]), compile(t.args[1])
		return func(f *Frame) Value {
			if v := a(f); v.Kind != Nil {
				return v
			}
			return b(f)
		}
	case "?:":
		cond, a, b := compileTest(t.args[0]), compile(t.args[1]), compile(t.args[2])
		return func(f *Frame) Value {
			if cond(f) {
				return a(f)
			}
			return b(f)
		}
	}
	if isTest(t.op) {
		test := compileTest(t)
		return func(f *Frame) Value { return BoolValue(test(f)) }
	}
	return compileFunction(t)
}

func isTest(op string) bool {
	switch op {
	case "&&", "||", "!", "==", "!=", "<", "<=", ">", ">=", "in", "contains", "startsWith", "endsWith", "matches",
		"has", "cidr", "word", "any", "all", "none", "one":
		return true
	}
	return false
}

// compileTest makes a function of a term that is used as true or false.
func compileTest(t *term) testFunc {
	switch t.op {
	case "&&":
		a, b := compileTest(t.args[0]), compileTest(t.args[1])
		return func(f *Frame) bool { return a(f) && b(f) }
	case "||":
		a, b := compileTest(t.args[0]), compileTest(t.args[1])
		return func(f *Frame) bool { return a(f) || b(f) }
	case "!":
		a := compileTest(t.args[0])
		return func(f *Frame) bool { return !a(f) }
	case "==", "!=", "<", "<=", ">", ">=":
		return compileComparison(t)
	case "in":
		return compileIn(t)
	case "contains", "startsWith", "endsWith", "matches", "word":
		return compileText(t)
	case "has":
		a := compile(t.args[0])
		return func(f *Frame) bool { return a(f).Kind != Nil }
	case "cidr":
		return compileNetwork(t)
	case "any", "all", "none", "one":
		return compilePredicate(t)
	}
	v := compile(t)
	return func(f *Frame) bool { return v(f).True() }
}

func compileComparison(t *term) testFunc {
	if test := compileTemplateID(t); test != nil {
		return test
	}
	if test := compileNumberComparison(t); test != nil {
		return test
	}
	a, b := compile(t.args[0]), compile(t.args[1])
	switch t.op {
	case "==":
		return func(f *Frame) bool { return equal(a(f), b(f)) }
	case "!=":
		return func(f *Frame) bool { return unequal(a(f), b(f)) }
	}
	accept := accepted[t.op]
	return func(f *Frame) bool {
		c, ok := order(a(f), b(f))
		return ok && accept[c+1]
	}
}

// accepted is which orders an operator takes, by order + 1.
var accepted = map[string][3]bool{
	"<": {true, false, false}, "<=": {true, true, false}, "==": {false, true, false}, ">=": {false, true, true}, ">": {false, false, true},
}

// compileNumberComparison compiles what compares with a number that is written there; nil: it is something else. Only
// what is a number has an order to it.
func compileNumberComparison(t *term) testFunc {
	accept, ok := accepted[t.op]
	if b := t.args[1]; !ok || !b.isConst() || b.value.Kind != Number {
		return nil
	}
	a, n := compileNumber(t.args[0]), t.args[1].value.Num
	return func(f *Frame) bool {
		x, ok := a(f)
		return ok && accept[compareNumbers(x, n)+1]
	}
}

// compileNumber makes a function of a term that gives its value as a number.
func compileNumber(t *term) numberFunc {
	if t.op != "field" {
		value := compile(t)
		return func(f *Frame) (float64, bool) { return value(f).Number() }
	}
	path := t.path
	return func(f *Frame) (float64, bool) {
		v, ok := f.Event.Fields.Lookup(path)
		if !ok || v.Kind != detector.KindNumber {
			return FieldValue(v).Number()
		}
		return v.Number()
	}
}

func compileArithmetic(t *term) valueFunc {
	a := compile(t.args[0])
	if t.op == "neg" {
		return func(f *Frame) Value {
			x, ok := a(f).Number()
			if !ok {
				return Value{}
			}
			return NumberValue(-x)
		}
	}
	b, op := compile(t.args[1]), arithmetic[t.op]
	return func(f *Frame) Value {
		x, okX := a(f).Number()
		y, okY := b(f).Number()
		if !okX || !okY {
			return Value{} // nil: what is not known makes every sum unknown
		}
		n, err := op(x, y)
		if err != nil {
			f.fail(err)
			return Value{}
		}
		if math.IsNaN(n) || math.IsInf(n, 0) {
			return Value{}
		}
		return NumberValue(n)
	}
}

var arithmetic = map[string]func(x, y float64) (float64, error){
	"+":  func(x, y float64) (float64, error) { return x + y, nil },
	"-":  func(x, y float64) (float64, error) { return x - y, nil },
	"*":  func(x, y float64) (float64, error) { return x * y, nil },
	"**": func(x, y float64) (float64, error) { return math.Pow(x, y), nil },
	"/": func(x, y float64) (float64, error) {
		if y == 0 {
			return 0, ErrDivide
		}
		return x / y, nil
	},
	"%": func(x, y float64) (float64, error) {
		if y == 0 {
			return 0, ErrDivide
		}
		return math.Mod(x, y), nil
	},
}
