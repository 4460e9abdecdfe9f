package detector

// ValueKind tells what a field's value is.
type ValueKind uint8

// The kinds of a Value.
const (
	KindNull   ValueKind = iota
	KindBool             // Text is true or false
	KindNumber           // Text is the number as it was written: nothing is lost to a float
	KindString           // Text is the string itself, without quotes and escapes
	KindObject           // Text is the object as JSON
	KindArray            // Text is the array as JSON
)

// Value is a field's value. Text is valid as long as the event it belongs to.
type Value struct {
	Kind ValueKind
	Text []byte
}

// Field is one key and value beside the message.
type Field struct {
	Key   string // interned
	Value Value
}

// Fields are the fields of an event in the order in which they were written. A key stands once: where a record wrote
// it twice the first one won.
type Fields []Field

// Get returns the value of the field that has exactly this key. Nested objects are walked by Lookup.
func (f Fields) Get(key string) (Value, bool) {
	for i := range f {
		if f[i].Key == key {
			return f[i].Value, true
		}
	}
	return Value{}, false
}
