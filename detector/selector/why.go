package selector

import (
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// Deciding is the part of an expression because of which it is what it is: of an and that does not hold the first part that
// does not, of an or that holds the first that does. The whole where no part alone decides.
func Deciding(text string, l *Labels, holds bool) string {
	tree, err := parser.Parse(text)
	if err != nil {
		return text
	}
	return part(tree.Node, l, holds)
}

func part(node ast.Node, l *Labels, holds bool) string {
	b, ok := node.(*ast.BinaryNode)
	and := ok && (b.Operator == "&&" || b.Operator == "and")
	or := ok && (b.Operator == "||" || b.Operator == "or")
	if and && !holds || or && holds {
		for _, side := range []ast.Node{b.Left, b.Right} {
			m, err := Compile(side.String())
			if err != nil {
				break
			}
			if is, err := m.Holds(l); err == nil && is == holds {
				return part(side, l, holds)
			}
		}
	}
	return node.String()
}
