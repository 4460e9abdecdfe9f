package rate

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCut(t *testing.T) {
	for _, c := range []struct {
		s    string
		n    int
		want string
	}{
		{"", 0, ""},
		{"abc", 3, "abc"},
		{"abcd", 3, "abc"},
		{"aé", 2, "a"},
		{"aéb", 3, "aé"},
		{"日本", 5, "日"},
		{"日本", 2, ""},
		{"x😀y", 4, "x"},
		{"x😀y", 5, "x😀"},
		{strings.Repeat("\x80", 9), 6, strings.Repeat("\x80", 6)},
	} {
		if got := Cut(c.s, c.n); got != c.want {
			t.Errorf("%q to %d: %q, want %q", c.s, c.n, got, c.want)
		}
		if got := Cut([]byte(c.s), c.n); string(got) != c.want {
			t.Errorf("bytes %q to %d: %q, want %q", c.s, c.n, got, c.want)
		}
	}
}

func FuzzCut(f *testing.F) {
	f.Add("x😀y", 3)
	f.Add("\xf0\x80\x80\x80\x80", 2)
	f.Fuzz(func(t *testing.T, s string, n int) {
		if n < 0 {
			return
		}
		got := Cut(s, n)
		if len(got) > n || !strings.HasPrefix(s, got) || len(s) > n && len(got) <= n-utf8.UTFMax {
			t.Errorf("%q to %d: %q", s, n, got)
		}
		if utf8.ValidString(s) && !utf8.ValidString(got) {
			t.Errorf("%q to %d: %q ends within a character", s, n, got)
		}
	})
}
