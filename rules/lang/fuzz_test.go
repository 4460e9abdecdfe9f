package lang

import (
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

// FuzzCondition: whatever is written, and whatever the line holds, nothing panics, an evaluation ends, the parts of a
// condition are as true as the whole, and a line that matches holds a text of the guard.
func FuzzCondition(f *testing.F) {
	for _, s := range []string{
		`service == "checkout" && level >= error`, `message matches "(?i)disk.*full" || fields.a > 3`,
		`any([message, fields.e], # contains "boom") && !has("x")`, `lower(message) contains "ſK"`, `fields["a.b"].c[0] in [1, "x", nil]`,
		`(fields.a ?? 3) / fields.b > -1 ? true : false`, `template_id in ["00000000deadbeef"]`, `cidr(fields.ip, "::/0")`,
		`word(message, "öl") and message not contains "ß"`, `not (level not in ["error"])`, `1..3`, `[1,[2]]`, `#`, `.a`, `a?.b`,
		`fields.x == 1 || fields.x != 1`, `any(fields.tags, # == "red")`, `hour(time) in 0..5`, `5 in 1..10 | len()`, "fields.a\n&& true",
	} {
		f.Add(s, "Disk FULL: boom", "1e3")
	}
	f.Fuzz(func(t *testing.T, source, message, value string) {
		schema := LineSchema("when", countries)
		p, err := Compile(source, schema, Bool)
		if err != nil {
			_ = err.Caret()
			return
		}
		ev := sampleEvent()
		ev.Message = []byte(message)
		for _, kind := range []detector.ValueKind{detector.KindString, detector.KindNumber, detector.KindArray, detector.KindObject, detector.KindBool} {
			ev.Fields = append(ev.Fields[:0:0], detector.Field{Key: "a", Value: detector.Value{Kind: kind, Text: []byte(value)}},
				detector.Field{Key: "b", Value: detector.Value{Kind: detector.KindNumber, Text: []byte("0")}},
				detector.Field{Key: "e", Value: detector.Value{Kind: detector.KindString, Text: []byte(message)}})
			frame := &Frame{Event: ev}
			got, rerr := p.Test(frame)
			if rerr != nil {
				continue
			}
			splitAgrees(t, source, p, frame, got)
			if g, ok := p.Guard(); ok && got && !guardHolds(g, ev) {
				t.Errorf("%s matches %q without one of %q", source, message, g.Any)
			}
			if _, _, never := p.Never(nil); never && got {
				t.Errorf("%s matches %q and was said never to", source, message)
			}
		}
	})
}

// FuzzDirection: a condition that more can only make true stays true when there is more, and the other way round.
func FuzzDirection(f *testing.F) {
	for _, s := range []string{
		`value > 50 && value > 4 * expected`, `value == 0`, `!(value - count * 2 < 3)`, `value / expected > 2`,
		`max(value, expected) - min(3, -value) >= count`, `round(value) != 0 || count > 3`, `value * value > 5`, `(value ?? 3) > 2`,
	} {
		f.Add(s, 3.0, 2.0, 5.0)
	}
	schema := VariableSchema("if", []string{"value", "count", "expected"}, []Kind{Number, Number, Number}, nil)
	f.Fuzz(func(t *testing.T, source string, value, more, expected float64) {
		p, err := Compile(source, schema, Bool)
		if err != nil || !(value >= 0 && value < 1e9) || !(more > 0 && more < 1e9) || !(expected > -1e9 && expected < 1e9) {
			return
		}
		test := func(v float64) (bool, bool) {
			ok, err := p.Test(&Frame{Vars: []Value{NumberValue(v), NumberValue(v), NumberValue(expected)}})
			return ok, err == nil
		}
		before, ok1 := test(value)
		after, ok2 := test(value + more)
		if !ok1 || !ok2 {
			return
		}
		switch d := p.Direction("value", "count"); {
		case d == Still && before != after:
			t.Errorf("%s does not look at value: %v at %g, %v at %g", source, before, value, after, value+more)
		case d == Up && before && !after:
			t.Errorf("%s: more made it false: %g, %g", source, value, value+more)
		case d == Down && !before && after:
			t.Errorf("%s: more made it true: %g, %g", source, value, value+more)
		}
	})
}
