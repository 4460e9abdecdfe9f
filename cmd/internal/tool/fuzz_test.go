package tool

import (
	"io"
	"math"
	"strings"
	"testing"
)

// FuzzSeries holds that no table makes series panic, and that a row that is taken has a score between 0 and 1.
func FuzzSeries(f *testing.F) {
	f.Add("timestamp,value\n1,2\n2,NaN\n")
	f.Add("timestamp,value\n\"2026-01-01 00:00:00,1\n")
	f.Add("timestamp,service,level,template,count\n2026-01-01T00:00:00Z,a,error,x,3.0\n1,a,,\"y\nz\",2\n")
	f.Fuzz(func(t *testing.T, text string) {
		in := Input{Files: []string{"-"}, Stdin: strings.NewReader(text), Stdout: io.Discard, Stderr: io.Discard}
		if err := Series(t.Context(), in, SeriesOptions{Bucket: "1h"}); err != nil && !strings.HasPrefix(err.Error(), "standard input") {
			t.Errorf("an error that does not name its input: %v", err)
		}
	})
}

// FuzzTimes holds that times and counts that are taken lie in their ranges.
func FuzzTimes(f *testing.F) {
	for _, s := range []string{"2026-01-02T03:04:05Z", "2026-01-02 03:04:05", "1767225600.5", "-1", "1e300", "3.0", "0x10", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if at, err := parseTime(s); err == nil && math.Abs(float64(at.Unix())) > 4e11 {
			t.Errorf("%q is %s", s, at)
		}
		if n, err := parseCount(s); err == nil && n > math.MaxInt64 {
			t.Errorf("%q is %d", s, n)
		}
	})
}
