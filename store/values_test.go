package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func FuzzReadCursor(f *testing.F) {
	f.Add("incidents", cursor("incidents", "5", "abc"))
	f.Add("incidents", "%%%")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, list, c string) {
		parts, err := readCursor(list, c, 2)
		if err != nil {
			if !errors.Is(err, ErrCursor) {
				t.Fatalf("error %v, want ErrCursor", err)
			}
			return
		}
		again, err := readCursor(list, cursor(list, parts...), 2)
		if err != nil || again[0] != parts[0] || again[1] != parts[1] {
			t.Fatalf("%q read as %q, and again as %q, %v", c, parts, again, err)
		}
	})
}

func FuzzCut(f *testing.F) {
	f.Add("abc", 2)
	f.Add("a\x00b\xffü", 3)
	f.Add("üüü", 1)
	f.Fuzz(func(t *testing.T, s string, n int) {
		n &= 0xfff
		got := cut(s, n)
		if len(got) > n || !utf8.ValidString(got) || strings.ContainsRune(got, 0) {
			t.Fatalf("cut(%q, %d) = %q", s, n, got)
		}
		if clean(s) == s && len(s) <= n && got != s {
			t.Fatalf("cut(%q, %d) = %q: it fitted", s, n, got)
		}
	})
}

func FuzzScrubber(f *testing.F) {
	f.Add("hunter2", "db:5432")
	f.Add("p@ss/w:rd%", "[::1")
	f.Add("%zz", "h?sslmode=bad")
	f.Fuzz(func(t *testing.T, password, rest string) {
		if len(password) < 4 || strings.ContainsAny(password, "/?#@:") || strings.Contains(rest, "@") {
			return // such a password must be escaped to stand in a URL; of several @ the last ends it
		}
		dsn := "postgres://ada:" + password + "@" + rest
		got := scrubber(dsn)(errors.New("cannot parse " + dsn + ": auth failed for " + password)).Error()
		if strings.Contains(got, password) && !strings.Contains("cannot parse xxxxx: auth failed for xxxxx", password) {
			t.Fatalf("%q shows the password %q", got, password)
		}
	})
}

func TestScrubbedErrorsStayThemselves(t *testing.T) {
	err := scrubber("postgres://ada:owner@h/x")(fmt.Errorf("claim: %w", ErrFenced))
	if !errors.Is(err, ErrFenced) || errors.Is(err, ErrNotFound) || strings.Contains(err.Error(), "owner") {
		t.Errorf("%q is ErrFenced: %v", err, errors.Is(err, ErrFenced))
	}
}

func TestTimesKeepMicroseconds(t *testing.T) {
	for _, at := range []time.Time{
		{},
		time.Unix(1, 0), time.Date(1970, 1, 1, 0, 0, 0, 1000, time.UTC), time.Date(2262, 5, 1, 0, 0, 0, 0, time.UTC),
		time.Date(1900, 1, 1, 0, 0, 0, 0, time.FixedZone("x", 3600)), time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC),
	} {
		if got := fromMicros(micros(at)); !got.Equal(at) || got.Location() != time.UTC {
			t.Errorf("%v came back as %v", at, got)
		}
	}
}
