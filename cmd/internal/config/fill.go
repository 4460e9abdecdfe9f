package config

import (
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// maxFaults is how many faults of a file are told at once.
const maxFaults = 20

// fill reads the tree into c and returns every fault of it: what the library refuses, entry by entry, and parts of whole numbers,
// which it would cut off. Where there are faults body is without the entries at fault, and c is not to be used.
func fill(path string, body ast.Node, c *Config) Problems {
	ps := fractions(path, body, reflect.TypeFor[Config]())
	for len(ps) < maxFaults {
		into := Default()
		err := yaml.NodeToValue(body, &into, yaml.Strict())
		if err == nil {
			*c = into
			break
		}
		p := problem(path, err)
		p.locate(body)
		ps = append(ps, p)
		if p.Line == 0 || !prune(body, p.Line, p.Column) {
			break
		}
	}
	return ps
}

// prune removes the innermost entry that has a token at a place, its key or within its value. It reports whether there was one.
func prune(node ast.Node, line, column int) bool {
	switch n := node.(type) {
	case *ast.MappingNode:
		for i, entry := range n.Values {
			if !has(entry, line, column) {
				continue
			}
			if !prune(entry.Value, line, column) {
				n.Values = append(n.Values[:i:i], n.Values[i+1:]...)
			}
			return true
		}
	case *ast.MappingValueNode:
		return prune(n.Value, line, column)
	case *ast.SequenceNode:
		for _, item := range n.Values {
			if has(item, line, column) {
				return prune(item, line, column)
			}
		}
	}
	return false
}

// has tells whether a node or one within it begins at a place.
func has(node ast.Node, line, column int) bool {
	w := &within{line: line, column: column}
	ast.Walk(w, node)
	return w.found
}

type within struct {
	line, column int
	found        bool
}

// Visit is called for each node.
func (w *within) Visit(node ast.Node) ast.Visitor {
	if t := node.GetToken(); t != nil && t.Position != nil && t.Position.Line == w.line && t.Position.Column == w.column {
		w.found = true
	}
	return w
}

// fractions finds numbers with a part after the point where t wants whole ones.
func fractions(path string, node ast.Node, t reflect.Type) Problems {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if readsItself(t) {
		return nil
	}
	switch n := node.(type) {
	case *ast.MappingNode:
		var ps Problems
		for _, entry := range n.Values {
			ps = append(ps, fractions(path, entry, t)...)
		}
		return ps
	case *ast.MappingValueNode:
		if to, ok := typeOf(t, n.Key.GetToken().Value); ok {
			return fractions(path, n.Value, to)
		}
	case *ast.SequenceNode:
		var ps Problems
		for _, item := range n.Values {
			if t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
				ps = append(ps, fractions(path, item, t.Elem())...)
			}
		}
		return ps
	case *ast.FloatNode:
		return fraction(path, n.GetToken(), t)
	case *ast.StringNode:
		return fraction(path, n.GetToken(), t)
	}
	return nil
}

func fraction(path string, value *token.Token, t reflect.Type) Problems {
	if k := t.Kind(); k < reflect.Int || k > reflect.Uintptr {
		return nil
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(value.Value, "_", ""), 64)
	if err != nil || v == math.Trunc(v) {
		return nil
	}
	return Problems{{path, value.Position.Line, value.Position.Column, keyOf(value) + " must be a whole number, this is " + value.Value, ""}}
}

// readsItself reports that a type has a way of its own to be read: of a duration "1.5h" is no fraction.
func readsItself(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	for _, name := range []string{"UnmarshalYAML", "UnmarshalText"} {
		if _, ok := p.MethodByName(name); ok {
			return true
		}
	}
	return false
}

// typeOf is the type of the value of a key.
func typeOf(t reflect.Type, key string) (reflect.Type, bool) {
	switch t.Kind() {
	case reflect.Map:
		return t.Elem(), true
	case reflect.Struct:
		for i := range t.NumField() {
			if name, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ","); name == key {
				return t.Field(i).Type, true
			}
		}
	}
	return nil, false
}
