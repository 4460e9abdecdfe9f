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
	entries, predicate := compileEntries(t.args[0]), compileTest(t.args[1])
	op := t.op
	return func(f *Frame) bool {
		hits, misses := 0, 0
		entries(f, func(v Value) bool {
			if v.Kind == Nil {
				return true
			}
			f.pointer = v
			if predicate(f) {
				hits++
			} else {
				misses++
			}
			switch op {
			case "any", "none":
				return hits == 0 && f.err == nil
			case "one":
				return hits < 2 && f.err == nil
			}
			return misses == 0 && f.err == nil
		})
		f.pointer = Value{}
		switch op {
		case "any":
			return hits > 0
		case "none":
			return hits == 0
		case "one":
			return hits == 1
		}
		return misses == 0
	}
}

func compileEntries(t *term) func(*Frame, func(Value) bool) {
	if t.op == "array" {
		terms := make([]valueFunc, len(t.args))
		for i, a := range t.args {
			terms[i] = compile(a)
		}
		return func(f *Frame, yield func(Value) bool) {
			for _, term := range terms {
				if !yield(term(f)) {
					return
				}
			}
		}
	}
	value := compile(t)
	return func(f *Frame, yield func(Value) bool) {
		switch v := value(f); v.Kind {
		case List:
			for _, text := range v.List.texts {
				if !yield(TextValue(text)) {
					return
				}
			}
		case Array:
			each(f, v.Str, yield)
		}
	}
}
