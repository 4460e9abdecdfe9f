package selector

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/tocsin-io/tocsin/detector"
)

// values are all that a label can be, where they are known: a route for severity == "pages" would tell nobody.
var values = map[string][]string{
	"severity": {string(detector.SeverityPage), string(detector.SeverityNotice), string(detector.SeverityRecord)},
	"kind":     detector.KindNames(),
}

// possible refuses a comparison of a label with a text that it can never be.
func possible(n *ast.BinaryNode) error {
	switch n.Operator {
	case "==", "!=", "<", "<=", ">", ">=":
		if err := named(n.Left, n.Right); err != nil {
			return err
		}
		return named(n.Right, n.Left)
	case "in":
		list, ok := n.Right.(*ast.ArrayNode)
		if !ok {
			return nil
		}
		for _, entry := range list.Nodes {
			if err := named(n.Left, entry); err != nil {
				return err
			}
		}
	}
	return nil
}

func named(label, value ast.Node) error {
	name, ok := label.(*ast.IdentifierNode)
	text, fixed := value.(*ast.StringNode)
	if !ok || !fixed {
		return nil
	}
	if name.Value == "level" {
		if _, ok := detector.ParseLevel(strings.ToLower(text.Value)); !ok {
			return fmt.Errorf("level is never %q: it is trace, debug, info, warn, error or fatal", text.Value)
		}
		return nil
	}
	if all, ok := values[name.Value]; ok && !slices.Contains(all, text.Value) {
		return fmt.Errorf("%s is never %q: it is one of %s", name.Value, text.Value, strings.Join(all, ", "))
	}
	return nil
}
