package lang

import (
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// compileFunction compiles the functions that give a value.
func compileFunction(t *term) valueFunc {
	args := make([]valueFunc, len(t.args))
	for i, a := range t.args {
		args[i] = compile(a)
	}
	switch t.op {
	case "lower", "upper", "trim":
		return textFunction(map[string]func(string) string{"lower": foldLower, "upper": strings.ToUpper, "trim": strings.TrimSpace}[t.op], args[0])
	case "extract":
		return extract(t, args[0])
	case "len":
		return func(f *Frame) Value { return length(f, args[0](f)) }
	case "number", "float":
		return func(f *Frame) Value { return number(args[0](f)) }
	case "int":
		return rounded(math.Trunc, args[0])
	case "abs":
		return rounded(math.Abs, args[0])
	case "round":
		return rounded(math.Round, args[0])
	case "floor":
		return rounded(math.Floor, args[0])
	case "ceil":
		return rounded(math.Ceil, args[0])
	case "string":
		return func(f *Frame) Value {
			v := args[0](f)
			if v.Kind == Nil {
				return v
			}
			return TextValue(v.String())
		}
	case "min", "max":
		return extreme(t.op == "max", args)
	case "hour", "weekday":
		return calendar(t, args[0])
	}
	return func(*Frame) Value { return Value{} }
}

func textFunction(fn func(string) string, arg valueFunc) valueFunc {
	return func(f *Frame) Value {
		s, ok := textOf(arg(f))
		if !ok || !f.spend(4+2*len(s)) {
			return Value{}
		}
		return TextValue(fn(s))
	}
}

// extract gives what the first group of a regular expression matched, or all of it where it has no group; nil where it
// does not match.
func extract(t *term, arg valueFunc) valueFunc {
	price := 2 + len(t.regex.String())/16
	return func(f *Frame) Value {
		s, ok := textOf(arg(f))
		if !ok || !f.spend(8+len(s)*price) {
			return Value{}
		}
		m := t.regex.FindStringSubmatchIndex(s)
		switch {
		case m == nil:
			return Value{}
		case len(m) == 2:
			return TextValue(s[m[0]:m[1]])
		case m[2] < 0:
			return Value{}
		}
		return TextValue(s[m[2]:m[3]])
	}
}

// length counts characters of a text and entries of a list.
func length(f *Frame, v Value) Value {
	switch v.Kind {
	case Nil:
		return Value{}
	case List:
		return NumberValue(float64(v.List.Len()))
	case Array:
		n := 0
		each(f, v.Str, func(Value) bool { n++; return true })
		return NumberValue(float64(n))
	}
	s, _ := textOf(v)
	return NumberValue(float64(utf8.RuneCountInString(s)))
}

func number(v Value) Value {
	n, ok := v.Number()
	if !ok {
		return Value{}
	}
	return NumberValue(n)
}

func rounded(fn func(float64) float64, arg valueFunc) valueFunc {
	return func(f *Frame) Value {
		v := number(arg(f))
		if v.Kind == Number {
			v.Num = fn(v.Num)
		}
		return v
	}
}

func extreme(greatest bool, args []valueFunc) valueFunc {
	return func(f *Frame) Value {
		out := Value{}
		for _, arg := range args {
			v := number(arg(f))
			if v.Kind == Nil {
				return v
			}
			if out.Kind == Nil || (v.Num > out.Num) == greatest {
				out = v
			}
		}
		return out
	}
}

// calendar gives the hour (0 to 23) or the day of the week (monday …) of a time, in UTC or the zone named.
func calendar(t *term, arg valueFunc) valueFunc {
	zone := time.UTC
	if len(t.args) == 2 {
		zone, _ = time.LoadLocation(t.args[1].value.Str) // checked before
	}
	weekday := t.op == "weekday"
	return func(f *Frame) Value {
		v := arg(f)
		if v.Kind != Time {
			return Value{}
		}
		at := time.Unix(0, int64(v.Num)).In(zone)
		if weekday {
			return TextValue(weekdays[at.Weekday()])
		}
		return NumberValue(float64(at.Hour()))
	}
}

var weekdays = [...]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}
