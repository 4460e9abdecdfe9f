// Package selector reads the expressions by which routes and silences select incidents: service == "checkout" &&
// level >= error. What could run long or grow is refused, as an expression that runs cannot be stopped.
package selector

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm"
	"github.com/tocsin-io/tocsin/detector"
)

const maxText = 4096 // bytes of an expression

// level orders the levels in expressions: level >= error, or level >= "error".
type level int

// Labels are what an expression can ask for.
type Labels struct {
	Service     string            `expr:"service"`
	Environment string            `expr:"environment"`
	Severity    string            `expr:"severity"`
	Kind        string            `expr:"kind"`
	Level       level             `expr:"level"`
	Rule        string            `expr:"rule"`
	Labels      map[string]string `expr:"labels"`
	Template    string            `expr:"template"`
	Host        []string          `expr:"hosts"`
	Reopened    int               `expr:"reopened"`

	Trace level `expr:"trace"`
	Debug level `expr:"debug"`
	Info  level `expr:"info"`
	Warn  level `expr:"warn"`
	Error level `expr:"error"`
	Fatal level `expr:"fatal"`

	LT func(level, string) bool `expr:"__lt"`
	LE func(level, string) bool `expr:"__le"`
	GT func(level, string) bool `expr:"__gt"`
	GE func(level, string) bool `expr:"__ge"`
	EQ func(level, string) bool `expr:"__eq"`
	NE func(level, string) bool `expr:"__ne"`

	LLT func(level, level) bool `expr:"__llt"`
	LLE func(level, level) bool `expr:"__lle"`
	LGT func(level, level) bool `expr:"__lgt"`
	LGE func(level, level) bool `expr:"__lge"`
	LEQ func(level, level) bool `expr:"__leq"`
	LNE func(level, level) bool `expr:"__lne"`
}

// Names lists the names that an expression can use.
func Names() []string {
	return []string{"service", "environment", "severity", "kind", "level", "rule", "labels", "template", "hosts", "reopened"}
}

// Of are the labels of an incident.
func Of(in *detector.Incident) Labels {
	l := Labels{
		Service: in.Service, Environment: in.Environment, Severity: string(in.Severity), Kind: string(in.Kind),
		Level: level(in.Level), Template: in.Template, Host: in.Hosts, Reopened: in.Reopened,
		Trace: level(detector.LevelTrace), Debug: level(detector.LevelDebug), Info: level(detector.LevelInfo),
		Warn: level(detector.LevelWarn), Error: level(detector.LevelError), Fatal: level(detector.LevelFatal),
		LT: byName(lt), LE: byName(le), GT: byName(gt), GE: byName(ge), EQ: byName(eq),
		NE:  func(a level, name string) bool { return !byName(eq)(a, name) },
		LLT: lt, LLE: le, LGT: gt, LGE: ge, LEQ: eq, LNE: func(a, b level) bool { return a != b },
	}
	if in.Rule != nil {
		l.Rule, l.Labels = in.Rule.Name, in.Rule.Labels
	}
	if l.Labels == nil {
		l.Labels = map[string]string{}
	}
	return l
}

func lt(a, b level) bool { return a < b }
func le(a, b level) bool { return a <= b }
func gt(a, b level) bool { return a > b }
func ge(a, b level) bool { return a >= b }
func eq(a, b level) bool { return a == b }

// byName holds a level against a level's name; an unknown name compares as false.
func byName(op func(a, b level) bool) func(level, string) bool {
	return func(a level, name string) bool {
		b, ok := detector.ParseLevel(strings.ToLower(name))
		return ok && op(a, level(b))
	}
}

// Selector is a compiled expression; nil selects everything. It may be used by several goroutines.
type Selector struct{ program *vm.Program }

// Compile reads an expression; nil for an empty one. The error says what is wrong with it and where.
func Compile(text string) (*Selector, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	if len(text) > maxText {
		return nil, fmt.Errorf("the expression has %d bytes, %d are allowed", len(text), maxText)
	}
	guard := &guard{}
	options := []expr.Option{
		expr.Env(Labels{}), expr.AsBool(), expr.DisableAllBuiltins(), expr.Patch(guard), expr.MaxNodes(500),
		expr.Operator("<", "__lt", "__llt"), expr.Operator("<=", "__le", "__lle"), expr.Operator(">", "__gt", "__lgt"),
		expr.Operator(">=", "__ge", "__lge"), expr.Operator("==", "__eq", "__leq"), expr.Operator("!=", "__ne", "__lne"),
	}
	for _, name := range []string{"lower", "upper", "trim", "len", "hasPrefix", "hasSuffix"} {
		options = append(options, expr.EnableBuiltin(name))
	}
	program, err := expr.Compile(text, options...)
	if guard.err != nil {
		return nil, guard.err
	}
	if err != nil {
		return nil, err
	}
	return &Selector{program}, nil
}

// guard refuses what could run long: the machine of expressions cannot be stopped.
type guard struct{ err error }

func (g *guard) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.PredicateNode:
		g.err = errors.New("all, any, filter and the like are not allowed here")
	case *ast.VariableDeclaratorNode, *ast.SequenceNode: // let a = service + service; let b = a + a; …
		g.err = errors.New("let and ; are not allowed here")
	case *ast.BinaryNode:
		if slices.Contains([]string{"..", "**", "^"}, n.Operator) {
			g.err = fmt.Errorf("the operator %s is not allowed here", n.Operator)
		}
		if _, fixed := n.Right.(*ast.StringNode); n.Operator == "matches" && !fixed {
			g.err = errors.New("matches takes a pattern in quotes")
		}
		if err := possible(n); err != nil {
			g.err = err
		}
	}
}

// Holds evaluates the expression. An error counts as not holding and is given back for explaining.
func (m *Selector) Holds(l *Labels) (bool, error) {
	if m == nil {
		return true, nil
	}
	out, err := vm.Run(m.program, *l)
	if err != nil {
		return false, err
	}
	ok, _ := out.(bool)
	return ok, nil
}
