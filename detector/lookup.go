package detector

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Lookup returns the value at path: the field that has exactly this key, else the value reached by walking nested
// objects and arrays along the dots ("kubernetes.labels.app", "tags.0"). Keys that contain dots themselves are tried
// at every depth, longest first, so both {"http.status":1} and {"http":{"status":1}} answer to http.status. Nothing
// is allocated unless a key or value inside an object is written with escapes.
func (f Fields) Lookup(path string) (Value, bool) {
	if v, ok := f.Get(path); ok {
		return v, true
	}
	for end := strings.LastIndexByte(path, '.'); end > 0; end = strings.LastIndexByte(path[:end], '.') {
		v, ok := f.Get(path[:end])
		if !ok {
			continue
		}
		if v, ok = v.at(path[end+1:], maxLookupDepth); ok {
			return v, true
		}
	}
	return Value{}, false
}

// maxLookupDepth bounds how deep a path is walked.
const maxLookupDepth = 64

// at walks the JSON of an object or array along path.
func (v Value) at(path string, depth int) (Value, bool) {
	if depth == 0 || (v.Kind != KindObject && v.Kind != KindArray) {
		return Value{}, false
	}
	for end := len(path); end > 0; end = strings.LastIndexByte(path[:end], '.') {
		child, ok := v.member(path[:end])
		if !ok {
			continue
		}
		if end == len(path) {
			return child, true
		}
		if child, ok = child.at(path[end+1:], depth-1); ok {
			return child, true
		}
	}
	return Value{}, false
}

// member returns the value of one key of an object, or of one index of an array.
func (v Value) member(key string) (Value, bool) {
	b := v.Text
	if len(b) < 2 {
		return Value{}, false
	}
	index, array := -1, v.Kind == KindArray
	if array {
		if index = arrayIndex(key); index < 0 {
			return Value{}, false
		}
	}
	i := jsonSpace(b, 1)
	for i < len(b) && b[i] != '}' && b[i] != ']' {
		hit := array && index == 0
		index--
		if !array {
			end := jsonEnd(b, i)
			if end < i+2 || b[i] != '"' {
				return Value{}, false
			}
			hit = jsonKeyIs(b[i:end], key)
			if i = jsonSpace(b, end); i >= len(b) || b[i] != ':' {
				return Value{}, false
			}
			i = jsonSpace(b, i+1)
		}
		end := jsonEnd(b, i)
		if end <= i {
			return Value{}, false
		}
		if hit {
			return jsonValue(b[i:end]), true
		}
		if i = jsonSpace(b, end); i < len(b) && b[i] == ',' {
			i = jsonSpace(b, i+1)
		}
	}
	return Value{}, false
}

// arrayIndex reads a decimal index; strconv would allocate an error for every key that is none.
func arrayIndex(key string) int {
	n := 0
	for i := 0; i < len(key); i++ {
		if key[i] < '0' || key[i] > '9' || i == 9 {
			return -1
		}
		n = n*10 + int(key[i]-'0')
	}
	if key == "" {
		return -1
	}
	return n
}

func jsonSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\n' || b[i] == '\r') {
		i++
	}
	return i
}

// jsonEnd is the index after the JSON value that begins at i, or -1. Brackets are counted, not checked for kind: the
// text was checked when it was decoded.
func jsonEnd(b []byte, i int) int {
	depth := 0
	for i < len(b) {
		switch b[i] {
		case '"':
			for i++; i < len(b) && b[i] != '"'; i++ {
				if b[i] == '\\' {
					i++
				}
			}
			if i >= len(b) {
				return -1
			}
			i++
		case '{', '[':
			depth++
			i++
			continue
		case '}', ']':
			depth--
			i++
		default:
			if depth > 0 {
				i++
				continue
			}
			start := i
			for i < len(b) && strings.IndexByte(" \t\r\n,:}]", b[i]) < 0 {
				i++
			}
			if i == start {
				return -1
			}
		}
		if depth <= 0 {
			return i
		}
	}
	return -1
}

func jsonKeyIs(quoted []byte, key string) bool {
	inner := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return string(inner) == key
	}
	var s string
	return json.Unmarshal(quoted, &s) == nil && s == key
}

// jsonValue makes a Value of the JSON text of one.
func jsonValue(b []byte) Value {
	switch b[0] {
	case '{':
		return Value{Kind: KindObject, Text: b}
	case '[':
		return Value{Kind: KindArray, Text: b}
	case 'n':
		return Value{Kind: KindNull, Text: b}
	case 't', 'f':
		return Value{Kind: KindBool, Text: b}
	case '"':
		inner := b[1 : len(b)-1]
		if bytes.IndexByte(inner, '\\') < 0 {
			return Value{Kind: KindString, Text: inner}
		}
		var s string
		if json.Unmarshal(b, &s) == nil {
			return Value{Kind: KindString, Text: []byte(s)}
		}
		return Value{Kind: KindString, Text: inner}
	}
	return Value{Kind: KindNumber, Text: b}
}

// Number is the value as a number. Text that is a decimal number counts; true and false, hex, infinities and NaN do
// not. Digits beyond what a float64 holds are rounded.
func (v Value) Number() (float64, bool) {
	if v.Kind != KindNumber && v.Kind != KindString {
		return 0, false
	}
	if n, ok := digits(v.Text); ok {
		return n, true
	}
	t := bytes.TrimSpace(v.Text)
	if len(t) == 0 || len(t) > 400 || !utf8.Valid(t) {
		return 0, false
	}
	for _, c := range t {
		if (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return 0, false
		}
	}
	x, err := strconv.ParseFloat(string(t), 64)
	if err != nil {
		return 0, false
	}
	return x, true
}

// digits is the number that at most 15 digits write, which a float64 holds as it is.
func digits(t []byte) (float64, bool) {
	if len(t) == 0 || len(t) > 15 {
		return 0, false
	}
	n := uint64(0)
	for _, c := range t {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return float64(n), true
}
