package lang

import (
	"net/netip"
	"time"

	"github.com/expr-lang/expr/ast"
)

// ownFunctions are the functions that mean something of their own here, so the parser leaves them alone.
var ownFunctions = []string{
	"date", "lower", "upper", "trim", "len", "int", "float", "string", "abs", "min", "max",
	"round", "floor", "ceil",
}

var functionNames = append([]string{"has", "cidr", "word", "extract", "list", "number", "hour", "weekday", "any", "all", "none", "one"},
	ownFunctions...)

// builtin reads any, all, none and one; the parser's other functions with predicates could run for ever.
func (c *checker) builtin(n *ast.BuiltinNode) (*term, *Error) {
	switch n.Name {
	case "any", "all", "none", "one":
	default:
		return nil, c.fault(n, "functions are "+join(functionNames), "%s() is not part of the rule language", n.Name)
	}
	if c.predicate {
		return nil, c.fault(n, "", "%s() inside another predicate would cost too much", n.Name)
	}
	if len(n.Arguments) != 2 {
		return nil, c.fault(n, `as in any([message, fields.error], # contains "oom")`, "%s() takes a list and a condition", n.Name)
	}
	list, err := c.check(n.Arguments[0])
	if err != nil {
		return nil, err
	}
	if list.kind != List && list.kind != Any {
		return nil, c.faultAt(list.at, "", "%s() looks into a list, this is a %s", n.Name, list.kind)
	}
	if list.isConst() && list.value.List.ranged {
		return nil, c.faultAt(list.at, "", "%s() over a range would cost too much", n.Name)
	}
	body := n.Arguments[1]
	if p, ok := body.(*ast.PredicateNode); ok {
		body = p.Node
	}
	c.predicate = true
	predicate, err := c.check(body)
	c.predicate = false
	if err != nil {
		return nil, err
	}
	if err := c.wantBool(predicate); err != nil {
		return nil, err
	}
	t := c.build(&term{op: n.Name, kind: Bool, at: n.Location().From, args: []*term{list, predicate}})
	t.deps &^= onPointer
	return t, nil
}

// signature says what a function takes and gives.
type signature struct {
	least, most int
	number      bool // takes numbers, else texts
	anything    bool
	gives       Kind
	usage       string
}

var signatures = map[string]signature{
	"has":     {1, 1, false, true, Bool, `has("status")`},
	"lower":   {1, 1, false, false, Text, `lower(message)`},
	"upper":   {1, 1, false, false, Text, `upper(message)`},
	"trim":    {1, 1, false, false, Text, `trim(fields.user)`},
	"len":     {1, 1, false, true, Number, `len(message)`},
	"cidr":    {2, 2, false, false, Bool, `cidr(fields.ip, "10.0.0.0/8")`},
	"word":    {2, 2, false, false, Bool, `word(message, "oom")`},
	"extract": {2, 2, false, false, Any, `extract(message, "from (\\S+)")`},
	"list":    {1, 1, false, false, List, `list("countries")`},
	"number":  {1, 1, false, true, Number, `number(fields.size)`},
	"int":     {1, 1, false, true, Number, `int(fields.size)`},
	"float":   {1, 1, false, true, Number, `float(fields.size)`},
	"string":  {1, 1, false, true, Text, `string(fields.code)`},
	"abs":     {1, 1, true, false, Number, `abs(fields.drift)`},
	"round":   {1, 1, true, false, Number, `round(value)`},
	"floor":   {1, 1, true, false, Number, `floor(value)`},
	"ceil":    {1, 1, true, false, Number, `ceil(value)`},
	"min":     {2, 16, true, false, Number, `min(value, 100)`},
	"max":     {2, 16, true, false, Number, `max(value, 100)`},
	"hour":    {1, 2, false, true, Number, `hour(time, "Europe/Berlin")`},
	"weekday": {1, 2, false, true, Text, `weekday(time, "Europe/Berlin")`},
	"date":    {1, 1, false, false, Time, `date("2026-01-31T00:00:00Z")`},
}

func (c *checker) call(n *ast.CallNode) (*term, *Error) {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		return nil, c.fault(n, "functions are "+join(functionNames), "values have no methods here")
	}
	name := callee.Value
	sig, ok := signatures[name]
	if !ok {
		mend := "functions are " + join(functionNames)
		if near := Nearest(name, functionNames); near != "" {
			mend = "did you mean " + near + "()?"
		}
		return nil, c.fault(callee, mend, "unknown function %s()", name)
	}
	if len(n.Arguments) < sig.least || len(n.Arguments) > sig.most {
		return nil, c.fault(callee, "write "+sig.usage, "%s() has %d arguments", name, len(n.Arguments))
	}
	t := &term{op: name, kind: sig.gives, at: callee.Location().From}
	for _, a := range n.Arguments {
		arg, err := c.check(a)
		if err != nil {
			return nil, err
		}
		switch {
		case sig.number:
			err = c.wantNumber(arg)
		case !sig.anything:
			err = c.wantText(arg)
		}
		if err != nil {
			return nil, err
		}
		t.args = append(t.args, arg)
	}
	return c.special(t, sig)
}

// special checks what a single function asks of its arguments.
func (c *checker) special(t *term, sig signature) (*term, *Error) {
	last := t.args[len(t.args)-1]
	switch t.op {
	case "has":
		if last.isConst() && last.kind == Text {
			if !c.schema.Fields {
				return nil, c.faultAt(t.at, "compare it with nil", "has() asks for a field of a line")
			}
			t.args[0] = &term{op: "field", kind: Any, path: last.value.Str, at: last.at, deps: onLine}
		}
	case "cidr":
		if !last.isConst() {
			return nil, c.faultAt(last.at, "write "+sig.usage, "the network must be a plain text")
		}
		if _, err := netip.ParsePrefix(last.value.Str); err != nil {
			return nil, c.faultAt(last.at, "write "+sig.usage, "%q is not a network", last.value.Str)
		}
	case "word":
		if !last.isConst() || last.value.Str == "" {
			return nil, c.faultAt(last.at, "write "+sig.usage, "the word must be a plain text")
		}
	case "extract":
		re, err := c.regex(last)
		if err != nil {
			return nil, err
		}
		t.regex = re
	case "list":
		list, ok := c.schema.Lists[last.value.Str]
		if !last.isConst() || !ok {
			return nil, c.faultAt(last.at, "name it under lists:", "list %q is not there", last.value.Str)
		}
		return constant(Value{Kind: List, List: list}, t.at), nil
	case "date":
		v, ok := parseDate(last)
		if !ok {
			return nil, c.faultAt(last.at, "write "+sig.usage, "this is not a date")
		}
		return constant(v, t.at), nil
	case "hour", "weekday":
		if t.args[0].kind != Time {
			return nil, c.faultAt(t.args[0].at, "write "+sig.usage, "%s() takes a time", t.op)
		}
		if len(t.args) == 2 {
			if _, err := time.LoadLocation(last.value.Str); !last.isConst() || last.value.Str == "" || err != nil {
				return nil, c.faultAt(last.at, "write "+sig.usage, "%q is not a time zone", last.value.Str)
			}
		}
	}
	return c.build(t), nil
}

func parseDate(t *term) (Value, bool) {
	if !t.isConst() {
		return Value{}, false
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateTime, time.DateOnly} {
		if d, err := time.Parse(layout, t.value.Str); err == nil {
			return TimeValue(d), true
		}
	}
	return Value{}, false
}
