package lang

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// maxRange bounds a..b. It is tested, never written out; the bound catches what was surely meant otherwise.
const maxRange = 1e9

// span reads a..b, whole numbers both.
func (c *checker) span(n *ast.BinaryNode) (*term, *Error) {
	var ends [2]float64
	for i, e := range []ast.Node{n.Left, n.Right} {
		t, err := c.check(e)
		if err != nil {
			return nil, err
		}
		if !t.isConst() || t.kind != Number || t.value.Num != float64(int64(t.value.Num)) {
			return nil, c.fault(e, "write two whole numbers, as in 500..599", "a range needs constants")
		}
		ends[i] = t.value.Num
	}
	if ends[1] < ends[0] || ends[1]-ends[0] > maxRange {
		return nil, c.fault(n, "", "the range %g..%g is empty or too long", ends[0], ends[1])
	}
	list := &ListValue{ranged: true, low: ends[0], high: ends[1]}
	return constant(Value{Kind: List, List: list}, n.Location().From), nil
}

// array reads […]: a list of constants, or of terms for any() and in.
func (c *checker) array(n *ast.ArrayNode) (*term, *Error) {
	t := &term{op: "array", kind: List, at: n.Location().From}
	list := &ListValue{set: map[string]struct{}{}}
	consts := true
	for _, e := range n.Nodes {
		a, err := c.check(e)
		if err != nil {
			return nil, err
		}
		if a.kind == List {
			return nil, c.fault(e, "", "a list inside a list")
		}
		t.args = append(t.args, a)
		if !a.isConst() || a.kind == Nil {
			consts = false
			continue
		}
		list.texts = append(list.texts, a.value.String())
		list.add(a.value)
	}
	if consts {
		return constant(Value{Kind: List, List: list}, t.at), nil
	}
	return c.build(t), nil
}

// in checks x in list. A list of terms becomes x == a || x == b.
func (c *checker) in(t *term) (*term, *Error) {
	left, right := t.args[0], t.args[1]
	switch {
	case right.op == "array":
		var or *term
		for _, e := range right.args {
			eq, err := c.comparison(&term{op: "==", kind: Bool, at: t.at, args: []*term{left, e}})
			if err != nil {
				return nil, err
			}
			if or == nil {
				or = eq
				continue
			}
			or = c.build(&term{op: "||", kind: Bool, at: t.at, args: []*term{or, eq}})
		}
		return or, nil
	case right.kind == List || right.kind == Any || right.kind == Array:
	case right.kind == Text:
		return nil, c.faultAt(right.at, "to look for a text in a text write contains", "in looks into a list")
	default:
		return nil, c.faultAt(right.at, "write [a, b] or list(\"name\")", "in looks into a list, this is a %s", right.kind)
	}
	if left.kind == Level && right.isConst() {
		levels := &ListValue{set: map[string]struct{}{}, texts: right.value.List.texts}
		for _, text := range right.value.List.texts {
			l, ok := ParseLevel(text)
			if !ok {
				return nil, c.faultAt(right.at, "levels are "+join(levelIdentifiers), "level %q is unknown", text)
			}
			levels.set[l.String()] = struct{}{}
		}
		t.args[1] = constant(Value{Kind: List, List: levels}, right.at)
	}
	return c.build(t), nil
}

// text checks contains, startsWith, endsWith and matches.
func (c *checker) text(t *term) (*term, *Error) {
	left, right := t.args[0], t.args[1]
	if left.kind == List && t.op == "contains" {
		return c.in(&term{op: "in", kind: Bool, at: t.at, args: []*term{right, left}})
	}
	if err := c.wantText(left); err != nil {
		return nil, err
	}
	if err := c.wantText(right); err != nil {
		return nil, err
	}
	if t.op == "matches" {
		re, err := c.regex(right)
		if err != nil {
			return nil, err
		}
		t.regex, t.cut = re, newAlternatives(re)
		return c.build(t), nil
	}
	if right.isConst() && right.value.Str == "" {
		return nil, c.faultAt(right.at, "", "every text %s an empty one", t.op)
	}
	if left.op == "lower" && right.isConst() {
		if lower := foldLower(right.value.Str); lower != right.value.Str {
			return nil, c.faultAt(right.at, fmt.Sprintf("write %q", lower), "lower() never has capital letters, this text has")
		}
		if ascii(right.value.Str) {
			t.fold = true
			t.args[0] = left.args[0]
		}
	}
	return c.build(t), nil
}

// regex reads a constant regular expression.
func (c *checker) regex(t *term) (*regexp.Regexp, *Error) {
	if !t.isConst() {
		return nil, c.faultAt(t.at, `write it in quotes, as in message matches "disk \\S+ full"`, "a regular expression must be a plain text")
	}
	re, err := regexp.Compile(t.value.Str)
	if err != nil {
		return nil, c.faultAt(t.at, "the syntax is that of Go's regexp (RE2): no look-around, no back references",
			"%s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	return re, nil
}

func join(names []string) string { return strings.Join(names, ", ") }
