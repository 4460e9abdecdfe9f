package rules

import (
	"testing"
)

// keyOf encodes groups as name=value pairs with commas between, in the order given. Backslash, comma and = inside
// them are escaped, so ParseGroupKey gives the same groups again.
func keyOf(groups []Group) string {
	var b []byte
	for i, g := range groups {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendEscaped(b, g.Name)
		b = append(b, '=')
		b = appendEscaped(b, g.Value)
	}
	return string(b)
}

func FuzzGroupKey(f *testing.F) {
	f.Add("host", "a,b=c\\", "fields.x", "\n")
	f.Add("", "", "=", ",")
	f.Fuzz(func(t *testing.T, n1, v1, n2, v2 string) {
		want := []Group{{n1, v1}, {n2, v2}}
		got, err := ParseGroupKey(keyOf(want))
		if err != nil || len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
			t.Errorf("%q -> %q: %v", want, got, err)
		}
		if groups, err := ParseGroupKey(v1); err == nil && len(groups) > 0 && keyOf(groups) != v1 {
			t.Errorf("%q is read as %q", v1, groups)
		}
		if b := boundValue([]byte(v1), maxGroupValue); len(b) > maxGroupValue {
			t.Errorf("a value of %d bytes", len(b))
		}
		groups, text, ends := make([]group, maxBy), []byte(nil), [maxBy]int{}
		for i, v := range []string{v1, v2, n1, n2, v1, v2, v1 + v2, v2 + v1} {
			groups[i].prefix = "name-of-12="
			text = append(text, v...)
			ends[i] = len(text)
		}
		if key := appendKey(nil, groups, text, &ends); len(key) > maxKey {
			t.Errorf("a key of %d bytes: %q", len(key), key)
		} else if got, err := ParseGroupKey(string(key)); err != nil || len(got) != maxBy {
			t.Errorf("%q is read as %q: %v", key, got, err)
		}
	})
}
