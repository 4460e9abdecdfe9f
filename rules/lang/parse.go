package lang

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
)

// Bounds of an expression's text and tree. What stays inside them is compiled in well under a millisecond.
const (
	MaxSource = 16 << 10
	maxNodes  = 2000
	maxDepth  = 200
)

// checker makes checked terms of syntax.
type checker struct {
	schema    *Schema
	source    string
	depth     int
	predicate bool // inside any(), all(), none() or one()
}

// parse reads source and checks it.
func parse(source string, schema *Schema) (t *term, err *Error) {
	if len(source) > MaxSource {
		return nil, &Error{Message: fmt.Sprintf("the expression has %d bytes, at most %d are read", len(source), MaxSource), Source: source[:80]}
	}
	if strings.TrimSpace(source) == "" {
		return nil, &Error{Message: "the expression is empty", Mend: "leave the key out", Source: source}
	}
	if nesting(source) > maxDepth {
		return nil, &Error{Message: fmt.Sprintf("the expression is nested more than %d deep", maxDepth), Source: source}
	}
	c := &checker{schema: schema, source: source}
	// The parser is another project's: what it may panic on is a fault of the expression here, not of the service.
	defer func() {
		if r := recover(); r != nil {
			t, err = nil, &Error{Message: fmt.Sprintf("the expression cannot be read: %v", r), Source: source}
		}
	}()
	config := &conf.Config{MaxNodes: maxNodes, Disabled: map[string]bool{}}
	for _, name := range ownFunctions {
		config.Disabled[name] = true
	}
	tree, perr := parser.ParseWithConfig(source, config)
	if perr != nil {
		return nil, c.syntax(perr)
	}
	return c.check(tree.Node)
}

// nesting is how deep brackets and signs are nested at most; the parser recurses once for each.
func nesting(s string) int {
	depth, deepest, run := 0, 0, 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '(', '[', '{', '?':
			depth++
		case ')', ']', '}':
			depth--
		case '!', '-', '+':
			run++
		}
		deepest = max(deepest, depth)
	}
	return max(deepest, run/4)
}

func (c *checker) syntax(err error) *Error {
	var fe *file.Error
	if !errors.As(err, &fe) {
		return &Error{Message: err.Error(), Source: c.source}
	}
	e := &Error{Offset: fe.From, Message: fe.Message, Source: c.source}
	switch {
	case strings.Contains(fe.Message, "unexpected token Operator(\"=\")"):
		e.Message, e.Mend = "a single = compares nothing", "write =="
	case strings.Contains(fe.Message, "unexpected token EOF"):
		e.Message, e.Mend = "the expression ends early", "something is missing after the last word"
	case strings.Contains(fe.Message, "literal not terminated"):
		e.Message, e.Mend = "a text has no closing quote", `write it as "…"`
	}
	return e
}

func (c *checker) fault(n ast.Node, mend, format string, args ...any) *Error {
	return c.faultAt(n.Location().From, mend, format, args...)
}

func (c *checker) faultAt(at int, mend, format string, args ...any) *Error {
	return &Error{Offset: at, Message: fmt.Sprintf(format, args...), Mend: mend, Source: c.source}
}

func (c *checker) check(n ast.Node) (*term, *Error) {
	if c.depth++; c.depth > maxDepth {
		return nil, c.fault(n, "", "the expression is nested more than %d deep", maxDepth)
	}
	defer func() { c.depth-- }()
	at := n.Location().From
	switch n := n.(type) {
	case *ast.NilNode:
		return constant(Value{}, at), nil
	case *ast.BoolNode:
		return constant(BoolValue(n.Value), at), nil
	case *ast.IntegerNode:
		return constant(NumberValue(float64(n.Value)), at), nil
	case *ast.FloatNode:
		return constant(NumberValue(n.Value), at), nil
	case *ast.StringNode:
		return constant(TextValue(n.Value), at), nil
	case *ast.IdentifierNode:
		return c.name(n)
	case *ast.ChainNode:
		return c.check(n.Node)
	case *ast.MemberNode:
		return c.member(n)
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.ConditionalNode:
		return c.conditional(n)
	case *ast.ArrayNode:
		return c.array(n)
	case *ast.PointerNode:
		if !c.predicate || n.Name != "" {
			return nil, c.fault(n, "", "# stands only inside any, all, none and one")
		}
		return &term{op: "pointer", kind: Any, at: at, deps: onPointer}, nil
	case *ast.BuiltinNode:
		return c.builtin(n)
	case *ast.CallNode:
		return c.call(n)
	case *ast.SliceNode:
		return nil, c.fault(n, "", "slices are not part of the rule language")
	case *ast.VariableDeclaratorNode, *ast.SequenceNode:
		return nil, c.fault(n, "write the expression out", "let and ; are not part of the rule language")
	}
	return nil, c.fault(n, "", "this is not part of the rule language")
}

func (c *checker) name(n *ast.IdentifierNode) (*term, *Error) {
	at := n.Location().From
	if v, ok := c.schema.Variables[n.Value]; ok {
		d := onLine
		switch {
		case v.Static:
			d = onStatic
		case v.Shaped:
			d = onShape
		}
		return &term{op: "var", kind: v.Kind, variable: v, at: at, deps: d}, nil
	}
	if c.schema.Levels && slices.Contains(levelIdentifiers, n.Value) {
		l, _ := ParseLevel(n.Value)
		return constant(LevelValue(l), at), nil
	}
	if n.Value == "fields" && c.schema.Fields {
		return nil, c.fault(n, "name one of them, as in fields.status", "fields alone is no value")
	}
	if l, ok := ParseLevel(n.Value); ok && c.schema.Levels {
		return nil, c.fault(n, "did you mean "+l.String()+"?", "unknown name %s", n.Value)
	}
	if near := Nearest(n.Value, c.schema.names()); near != "" {
		return nil, c.fault(n, "did you mean "+near+"?", "unknown name %s", n.Value)
	}
	mend := "known are " + strings.Join(c.schema.names(), ", ")
	if c.schema.Fields {
		mend = fmt.Sprintf("a field is written fields.%s; a text stands in quotes", n.Value)
	}
	return nil, c.fault(n, mend, "unknown name %s", n.Value)
}

// member reads fields.a.b, fields["a.b"] and fields.tags[0] as one path.
func (c *checker) member(n *ast.MemberNode) (*term, *Error) {
	var parts []string
	var node ast.Node = n
	for {
		if chain, ok := node.(*ast.ChainNode); ok {
			node = chain.Node
			continue
		}
		m, ok := node.(*ast.MemberNode)
		if !ok {
			break
		}
		switch p := m.Property.(type) {
		case *ast.StringNode:
			parts = append(parts, p.Value)
		case *ast.IntegerNode:
			parts = append(parts, fmt.Sprint(p.Value))
		default:
			return nil, c.fault(m.Property, `write fields["name"]`, "the name of a field must be a plain text")
		}
		node = m.Node
	}
	root, ok := node.(*ast.IdentifierNode)
	if !ok || root.Value != "fields" {
		if ok {
			if _, err := c.name(root); err != nil {
				return nil, err
			}
		}
		return nil, c.fault(n, "only fields have parts, as fields.status", "%q is not part of a value here", parts[0])
	}
	slices.Reverse(parts)
	path, at := strings.Join(parts, "."), root.Location().From
	if c.schema.Fields {
		return &term{op: "field", kind: Any, path: path, at: at, deps: onLine}, nil
	}
	for _, name := range []string{"fields." + path, path} {
		if v, ok := c.schema.Variables[name]; ok {
			return &term{op: "var", kind: v.Kind, variable: v, at: at, deps: onLine}, nil
		}
	}
	return nil, c.faultAt(at, "name it in by", "fields.%s is not known in %s", path, c.schema.Where)
}
