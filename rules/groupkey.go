package rules

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/cespare/xxhash/v2"

	"github.com/tocsin-io/tocsin/detector/rate"
)

// OverflowKey is the group key of the lines for which a rule had no series left. No other key is without "=" but the
// empty one.
const OverflowKey = "overflow"

const (
	// maxGroupValue bounds one value of a key, in bytes. Longer ones keep their beginning and a hash of the whole.
	maxGroupValue = 200
	// maxKey is how much of a key tells series apart where they are counted.
	maxKey = rate.MaxSeriesText
	// maxPrefixes bounds the names of a key with their =, so that a hash of each value always fits beside them.
	maxPrefixes = 112
)

// Group is one name and value of a group key.
type Group struct{ Name, Value string }

func appendEscaped[T string | []byte](b []byte, s T) []byte {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '\\', ',', '=':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		default:
			b = append(b, c)
		}
	}
	return b
}

// boundValue makes a value fit for a key: valid UTF-8, no NUL, bounded. It may return its argument.
func boundValue(b []byte, most int) []byte {
	if !utf8.Valid(b) || bytes.IndexByte(b, 0) >= 0 {
		b = bytes.ReplaceAll(bytes.ToValidUTF8(b, []byte("\uFFFD")), []byte{0}, []byte("\uFFFD"))
	}
	if len(b) <= most {
		return b
	}
	cut := max(most-len("…#")-16, 0)
	if cut == 0 {
		return fmt.Appendf(nil, "%016x", xxhash.Sum64(b))
	}
	for cut > 0 && !utf8.RuneStart(b[cut]) {
		cut--
	}
	return fmt.Appendf(append([]byte{}, b[:cut]...), "…#%016x", xxhash.Sum64(b))
}

// appendKey appends the key of a rule's groups. The values stand in text one after another, the i-th before ends[i]. A
// key that would be too long has shorter values.
func appendKey(dst []byte, groups []group, text []byte, ends *[maxBy]int) []byte {
	n, most := len(dst), maxGroupValue
	for {
		prefixes, from := 0, 0
		for i := range groups {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(dst, groups[i].prefix...)
			dst = appendEscaped(dst, boundValue(text[from:ends[i]], most))
			from, prefixes = ends[i], prefixes+len(groups[i].prefix)+1
		}
		if len(dst)-n <= maxKey || most <= 16 {
			return dst
		}
		// An escaped value is at most twice as long.
		most = max(min(most/2, (maxKey-prefixes)/len(groups)/2), 16)
		dst = dst[:n]
	}
}

// ParseGroupKey reads the key of a series of a rule: name=value pairs with commas between, in which backslash, comma and = are
// escaped. The empty key and OverflowKey have no groups.
func ParseGroupKey(key string) ([]Group, error) {
	if key == "" || key == OverflowKey {
		return nil, nil
	}
	var groups []Group
	var part []byte
	var name string
	named := false
	finish := func() error {
		if !named {
			return fmt.Errorf("group key %q: a part has no =", key)
		}
		groups = append(groups, Group{name, string(part)})
		part, named = part[:0], false
		return nil
	}
	for i := 0; i < len(key); i++ {
		switch c := key[i]; {
		case c == '\\':
			i++
			if i == len(key) || strings.IndexByte(`\,=n`, key[i]) < 0 {
				return nil, fmt.Errorf("group key %q: a backslash escapes nothing at %d", key, i)
			}
			if c = key[i]; c == 'n' {
				c = '\n'
			}
			part = append(part, c)
		case c == '=' && !named:
			name, named = string(part), true
			part = part[:0]
		case c == '\n':
			return nil, fmt.Errorf("group key %q: a break of the line that is not escaped", key)
		case c == '=':
			return nil, fmt.Errorf("group key %q: = stands twice in a part", key)
		case c == ',':
			if err := finish(); err != nil {
				return nil, err
			}
		default:
			part = append(part, c)
		}
	}
	return groups, finish()
}
