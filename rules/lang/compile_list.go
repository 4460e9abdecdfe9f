package lang

import (
	"encoding/json"
	"unsafe"

	"github.com/tocsin-io/tocsin/detector"
)

func compileIn(t *term) testFunc {
	left, right := compile(t.args[0]), t.args[1]
	if right.isConst() {
		list := right.value.List
		if list == nil {
			return func(*Frame) bool { return false }
		}
		if a := t.args[0]; a.op == "var" && a.variable.Name == "template_id" {
			return idIn(list)
		}
		return func(f *Frame) bool { return list.Has(left(f)) }
	}
	values := compile(right)
	return func(f *Frame) bool {
		switch v := values(f); v.Kind {
		case List:
			return v.List.Has(left(f))
		case Array:
			return arrayHas(f, v.Str, left(f))
		}
		return false
	}
}

// idIn looks for a template among ids, each through its aliases.
func idIn(list *ListValue) testFunc {
	var ids []detector.ShapeID
	for _, text := range list.texts {
		if id, err := detector.ParseShapeID(text); err == nil {
			ids = append(ids, id)
		}
	}
	return func(f *Frame) bool {
		own := f.resolve(f.Event.Shape)
		for _, id := range ids {
			if own != 0 && f.resolve(id) == own {
				return true
			}
		}
		return false
	}
}

// each calls yield with the entries of a JSON array in a field until it says false. Arrays in fields are few, so this
// may allocate.
func each(f *Frame, text string, yield func(Value) bool) {
	if !f.spend(64 + 16*len(text)) {
		return
	}
	var items []json.RawMessage
	if json.Unmarshal(unsafe.Slice(unsafe.StringData(text), len(text)), &items) != nil {
		return
	}
	for _, item := range items {
		if !yield(jsonValue(item)) {
			return
		}
	}
}

func jsonValue(raw json.RawMessage) Value {
	v := detector.Value{Kind: detector.KindNumber, Text: raw}
	switch raw[0] {
	case '"':
		var s string
		if json.Unmarshal(raw, &s) != nil {
			return Value{}
		}
		return TextValue(s)
	case '{':
		v.Kind = detector.KindObject
	case '[':
		v.Kind = detector.KindArray
	case 't', 'f':
		v.Kind = detector.KindBool
	case 'n':
		v.Kind = detector.KindNull
	}
	return FieldValue(v)
}

func arrayHas(f *Frame, array string, v Value) bool {
	found := false
	each(f, array, func(item Value) bool {
		found = equal(item, v)
		return !found
	})
	return found
}

// compilePredicate compiles any, all, none and one over a list of terms, a constant list or an array of a field. An
// entry that is missing is passed over: all() says that none fails.
func compilePredicate(t *term) testFunc {
	op, predicate := t.op, compileTest(t.args[1])
	if t.args[0].op == "array" {
		terms := make([]valueFunc, len(t.args[0].args))
		for i, a := range t.args[0].args {
			terms[i] = compile(a)
		}
		return func(f *Frame) bool {
			n := tally{}
			for _, term := range terms {
				if n.take(f, term(f), predicate); n.decided(op) || f.err != nil {
					break
				}
			}
			return n.result(op)
		}
	}
	value := compile(t.args[0])
	return func(f *Frame) bool {
		switch v := value(f); v.Kind {
		case List:
			n := tally{}
			for _, text := range v.List.texts {
				if n.take(f, TextValue(text), predicate); n.decided(op) || !f.spend(4) {
					break
				}
			}
			return n.result(op)
		case Array:
			return overArray(f, v.Str, op, predicate)
		}
		return (&tally{}).result(op)
	}
}

func overArray(f *Frame, text, op string, predicate testFunc) bool {
	n := tally{}
	each(f, text, func(v Value) bool {
		n.take(f, v, predicate)
		return !n.decided(op) && f.err == nil
	})
	return n.result(op)
}

// tally counts entries for which a predicate held.
type tally struct{ hits, misses int }

func (n *tally) take(f *Frame, v Value, predicate testFunc) {
	if v.Kind == Nil {
		return
	}
	f.pointer = v
	if predicate(f) {
		n.hits++
	} else {
		n.misses++
	}
	f.pointer = Value{}
}

// decided reports whether further entries cannot change the result.
func (n *tally) decided(op string) bool {
	switch op {
	case "any", "none":
		return n.hits > 0
	case "one":
		return n.hits > 1
	}
	return n.misses > 0
}

func (n *tally) result(op string) bool {
	switch op {
	case "any":
		return n.hits > 0
	case "none":
		return n.hits == 0
	case "one":
		return n.hits == 1
	}
	return n.misses == 0
}
