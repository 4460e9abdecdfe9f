package lang

import (
	"github.com/expr-lang/expr/ast"
)

func (c *checker) unary(n *ast.UnaryNode) (*term, *Error) {
	arg, err := c.check(n.Node)
	if err != nil {
		return nil, err
	}
	at := n.Location().From
	switch n.Operator {
	case "!", "not":
		if err := c.wantBool(arg); err != nil {
			return nil, err
		}
		return c.build(&term{op: "!", kind: Bool, at: at, args: []*term{arg}}), nil
	case "-":
		if err := c.wantNumber(arg); err != nil {
			return nil, err
		}
		return c.build(&term{op: "neg", kind: Number, at: at, args: []*term{arg}}), nil
	case "+":
		return arg, c.wantNumber(arg)
	}
	return nil, c.fault(n, "", "the operator %s is not part of the rule language", n.Operator)
}

func (c *checker) binary(n *ast.BinaryNode) (*term, *Error) {
	if n.Operator == ".." {
		return c.span(n)
	}
	left, err := c.check(n.Left)
	if err != nil {
		return nil, err
	}
	right, err := c.check(n.Right)
	if err != nil {
		return nil, err
	}
	t := &term{op: n.Operator, kind: Bool, at: n.Location().From, args: []*term{left, right}}
	switch n.Operator {
	case "&&", "and", "||", "or":
		if n.Operator == "and" {
			t.op = "&&"
		}
		if n.Operator == "or" {
			t.op = "||"
		}
		if err := c.wantBool(left); err != nil {
			return nil, err
		}
		return c.build(t), c.wantBool(right)
	case "==", "!=", "<", "<=", ">", ">=":
		return c.comparison(t)
	case "in":
		return c.in(t)
	case "contains", "startsWith", "endsWith", "matches":
		return c.text(t)
	case "+", "-", "*", "/", "%", "**", "^":
		if t.op == "^" {
			t.op = "**"
		}
		t.kind = Number
		if err := c.wantNumber(left); err != nil {
			return nil, err
		}
		return c.build(t), c.wantNumber(right)
	case "??":
		t.kind = left.kind
		if left.kind != right.kind {
			t.kind = Any
		}
		return c.build(t), nil
	}
	return nil, c.fault(n, "", "the operator %s is not part of the rule language", n.Operator)
}

// comparison checks ==, <, … and turns texts beside a level into levels, once.
func (c *checker) comparison(t *term) (*term, *Error) {
	for i, a := range t.args {
		b := t.args[1-i]
		switch {
		case a.isConst() && a.kind == Nil:
			return c.absence(t, b)
		case a.isConst() && a.kind == Text && b.kind == Level:
			l, ok := ParseLevel(a.value.Str)
			if !ok {
				mend := "levels are " + join(levelIdentifiers)
				if near := Nearest(a.value.Str, levelIdentifiers); near != "" {
					mend = "did you mean " + near + "?"
				}
				return nil, c.faultAt(a.at, mend, "level %q is unknown", a.value.Str)
			}
			t.args[i] = constant(LevelValue(l), a.at)
		case b.isConst() && b.kind != Nil && impossible(a.kind, b.value):
			return nil, c.faultAt(t.at, "", "%s and %s are never equal", a.kind, b.kind)
		}
	}
	return c.build(t), nil
}

// impossible reports whether a value of a kind never compares with a constant.
func impossible(k Kind, v Value) bool {
	switch k {
	case Bool:
		return v.Kind == Number || v.Kind == Level || v.Kind == Text && v.Str != "true" && v.Str != "false"
	case Number:
		_, ok := v.Number()
		return !ok
	case Level:
		return v.Kind != Level && v.Kind != Text
	case Time:
		return v.Kind != Time
	case List:
		return true
	}
	return false
}

// absence reads x == nil and x != nil, which ask whether x is there.
func (c *checker) absence(t *term, subject *term) (*term, *Error) {
	if t.op != "==" && t.op != "!=" {
		return nil, c.faultAt(t.at, "", "nothing is above or below nil")
	}
	has := &term{op: "has", kind: Bool, at: t.at, args: []*term{subject}}
	if t.op == "!=" {
		return c.build(has), nil
	}
	return c.build(&term{op: "!", kind: Bool, at: t.at, args: []*term{c.build(has)}}), nil
}

func (c *checker) conditional(n *ast.ConditionalNode) (*term, *Error) {
	var args []*term
	for _, p := range []ast.Node{n.Cond, n.Exp1, n.Exp2} {
		a, err := c.check(p)
		if err != nil {
			return nil, err
		}
		args = append(args, a)
	}
	kind := args[1].kind
	if args[2].kind != kind {
		kind = Any
	}
	return c.build(&term{op: "?:", kind: kind, at: n.Location().From, args: args}), c.wantBool(args[0])
}

func (c *checker) wantBool(t *term) *Error {
	if t.kind == Bool || t.kind == Any {
		return nil
	}
	mend := "compare it with something"
	if s := t.subject(); s != "" {
		mend = "compare it, as in " + s + ` == "…"`
	}
	return c.faultAt(t.at, mend, "true or false is wanted here, this is a %s", t.kind)
}

func (c *checker) wantNumber(t *term) *Error {
	if t.kind == Number || t.kind == Any || t.kind == Text && !t.isConst() || t.kind == Nil {
		return nil
	}
	return c.faultAt(t.at, "", "a number is wanted here, this is a %s", t.kind)
}

func (c *checker) wantText(t *term) *Error {
	if t.kind == Text || t.kind == Any {
		return nil
	}
	return c.faultAt(t.at, "", "a text is wanted here, this is a %s", t.kind)
}
