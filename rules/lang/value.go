package lang

import (
	"strconv"
	"strings"
	"time"
	"unsafe"

	"github.com/tocsin-io/tocsin/detector"
)

// Kind is the type of a Value, and of an expression as far as it is known before it runs.
type Kind uint8

// The kinds. Any is only a static one: an expression whose kind is known when it runs.
const (
	Nil Kind = iota
	Bool
	Number
	Text
	Level
	Time
	List
	Array // a JSON array in a field
	Object
	Any
)

var kindNames = [...]string{"nil", "true or false", "number", "text", "level", "time", "list", "array", "object", "any value"}

// String is the kind's name for messages.
func (k Kind) String() string { return kindNames[k] }

// Value is what an expression gives. The zero value is nil: a field that is missing, a number not known yet.
type Value struct {
	Kind Kind
	// Numeric says that a Text stands for the number that was written so; Num then holds it.
	Numeric bool
	Num     float64 // Bool: 1 or 0; Level: its order; Time: nanoseconds since the epoch
	Str     string  // may share the event's memory: valid as long as the event
	List    *ListValue
}

// NumberValue returns n as a Value.
func NumberValue(n float64) Value { return Value{Kind: Number, Num: n} }

// BoolValue returns b as a Value.
func BoolValue(b bool) Value {
	if b {
		return Value{Kind: Bool, Num: 1}
	}
	return Value{Kind: Bool}
}

// TextValue returns s as a Value.
func TextValue(s string) Value { return Value{Kind: Text, Str: s} }

// LevelValue returns l as a Value.
func LevelValue(l detector.Level) Value { return Value{Kind: Level, Num: float64(l)} }

// TimeValue returns t as a Value; the zero time is nil.
func TimeValue(t time.Time) Value {
	if t.IsZero() {
		return Value{}
	}
	return Value{Kind: Time, Num: float64(t.UnixNano())}
}

// FieldValue returns the value of a field, sharing its memory.
func FieldValue(v detector.Value) Value {
	switch v.Kind {
	case detector.KindBool:
		return BoolValue(string(v.Text) == "true")
	case detector.KindNumber:
		n, ok := v.Number()
		if !ok {
			return Value{Kind: Text, Str: view(v.Text)}
		}
		return Value{Kind: Text, Numeric: true, Num: n, Str: view(v.Text)}
	case detector.KindString:
		return Value{Kind: Text, Str: view(v.Text)}
	case detector.KindArray:
		return Value{Kind: Array, Str: view(v.Text)}
	case detector.KindObject:
		return Value{Kind: Object, Str: view(v.Text)}
	}
	return Value{}
}

// view shares the bytes as a string. The decoder does not change them while the event is looked at, and whoever keeps
// a Value beyond that copies its text.
func view(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	return unsafe.String(&b[0], len(b))
}

// Number is the value as a number: a number, or text that is a decimal one.
func (v Value) Number() (float64, bool) {
	switch {
	case v.Kind == Number, v.Numeric:
		return v.Num, true
	case v.Kind == Text:
		return textNumber(v.Str)
	}
	return 0, false
}

// textNumber looks before it parses: strconv allocates an error for every text that is no number.
func textNumber(s string) (float64, bool) {
	if s == "" || len(s) > 64 || (s[0] > '9' || s[0] < '+') && s[0] != ' ' {
		return 0, false
	}
	return detector.Value{Kind: detector.KindString, Text: unsafe.Slice(unsafe.StringData(s), len(s))}.Number()
}

// True reports whether the value is true: the boolean, or the text "true".
func (v Value) True() bool {
	return v.Kind == Bool && v.Num != 0 || v.Kind == Text && v.Str == "true"
}

// Append appends the value as text, as it is shown and grouped by: numbers without needless digits, times in RFC 3339,
// nil as nothing.
func (v Value) Append(b []byte) []byte {
	switch v.Kind {
	case Bool:
		return strconv.AppendBool(b, v.Num != 0)
	case Number:
		return strconv.AppendFloat(b, v.Num, 'g', -1, 64)
	case Text, Array, Object:
		return append(b, v.Str...)
	case Level:
		return append(b, detector.Level(v.Num).String()...)
	case Time:
		return time.Unix(0, int64(v.Num)).UTC().AppendFormat(b, time.RFC3339Nano)
	case List:
		return append(b, strings.Join(v.List.texts, ",")...)
	}
	return b
}

// String is the text that Append appends.
func (v Value) String() string {
	if v.Kind == Text {
		return v.Str
	}
	return string(v.Append(nil))
}
