package config

import (
	"errors"
	"reflect"
	"strconv"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// explain says what an error of the YAML library means in the words of who writes the file; false where there are none
// for it.
func explain(err error) (message, mend string, ok bool) {
	var unknown *yaml.UnknownFieldError
	var kind *yaml.TypeError
	var node *yaml.UnexpectedNodeTypeError
	var over *yaml.OverflowError
	var syntax *yaml.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return syntax.Message, "look at how far this line and the one before are indented, with blanks and no tabs", true
	case errors.As(err, &unknown):
		return "unknown key " + strconv.Quote(unknown.Token.Value), suggest(unknown.Token), true
	case errors.As(err, &kind):
		return keyOf(kind.Token) + " must be " + wanted(kind.DstType) + ", this is " + given(kind.SrcType), "", true
	case errors.As(err, &over):
		return keyOf(over.Token) + " is " + over.SrcNum + ", which is more than it can be", "", true
	case errors.As(err, &node) && node.Expected == ast.MappingType:
		return keyOf(node.Token) + " must be keys and values, this is " + nodeWord(node.Actual), "write them a line each, indented under it", true
	case errors.As(err, &node) && node.Expected == ast.SequenceType:
		return keyOf(node.Token) + " must be a list, this is " + nodeWord(node.Actual), "begin each entry with a dash", true
	}
	return "", "", false
}

// keyOf is the key before a value, as it is written.
func keyOf(value *token.Token) string {
	for t := value; t != nil && t.Position != nil && value.Position != nil && t.Position.Line >= value.Position.Line-1; t = t.Prev {
		if t.Type == token.MappingValueType && t.Prev != nil {
			return t.Prev.Value
		}
	}
	return "the value"
}

func wanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "keys and values"
	case reflect.Pointer:
		return wanted(t.Elem())
	}
	return "a text"
}

func given(t reflect.Type) string {
	switch {
	case t == nil:
		return "nothing"
	case t.Kind() >= reflect.Int && t.Kind() <= reflect.Float64:
		return "a number"
	}
	return wanted(t)
}

func nodeWord(t ast.NodeType) string {
	switch t {
	case ast.IntegerType, ast.FloatType, ast.InfinityType, ast.NanType:
		return "a number"
	case ast.BoolType:
		return "true or false"
	case ast.MappingType, ast.MappingValueType:
		return "keys and values"
	case ast.SequenceType:
		return "a list"
	case ast.NullType:
		return "nothing"
	}
	return "a text"
}
