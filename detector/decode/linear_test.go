package decode

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// TestLinear: the work for a line grows with its length and no faster, whatever the line is. Four times the length
// may cost ten times the time (a quadratic parser needs sixteen), as the machine may be busy.
func TestLinear(t *testing.T) {
	units := []string{
		"[", "]", "{", "{\"a\":", "[1,", "\"", "\\", "\\\"", "a=b ", "a=[ ", "a={' ", "a=\"", "a=\"b ", "x=y z ", "<1>", "(", ") ", " - ", ": ", "| ", "#012", "#0",
		"2026-11-22 ", "2026-11-22T23:44:43Z ", "\x1b[31m", "\x1b", "\t", " ", "\" 200 ", "{\"a\" ", "{\"a\":1} ", "[a] ", "a.b.c ", "a.INFO", "=INFO", "\\u", "HTTP/1.1 \"", "a, b; ", "|a=b ",
		"\xff", "é", "\x00", "\\x4", "at a.b(c) ", "i=1,",
	}
	prefixes := []string{
		"", "2026-11-22 23:44:43,123 INFO ", "{\"log\":\"", "{\"msg\":\"", "<14>Nov 22 23:44:43 h a[1]: ", "<14>1 2026-11-22T23:44:43Z h a 1 - [x ", "CEF:0|a|b|c|d|e|5|",
		"level=info msg=\"", "127.0.0.1 - - [22/Nov/2026:23:43:54 +0000] \"", "[2026/11/22 23:44:43.123 +00:00] [WARN] [x] ", "a.INFO: ", "I1122 23:43:06.969741 1 m.go:1] \"", "2026-11-22 23:41:04 [info     ] ",
	}
	cost := func(line []byte, tries int) time.Duration {
		best := time.Hour
		for range tries {
			d := New(Options{})
			start := time.Now()
			d.Decode(&detector.Record{Value: line}, func(*detector.Event) {})
			d.Flush(time.Time{}, func(*detector.Event) {})
			best = min(best, time.Since(start))
		}
		return best
	}
	for _, p := range prefixes {
		for _, u := range units {
			short := []byte(p + strings.Repeat(u, (8<<10)/len(u)))
			long := []byte(p + strings.Repeat(u, (32<<10)/len(u)))
			floor := 5 * time.Millisecond
			small, big := cost(short, 2), cost(long, 2)
			tooLong := func() bool { return big > floor && big > 10*small }
			// Again, in case something else took the machine: the best of many counts.
			for n := 0; n < 40 && tooLong(); n++ {
				small, big = min(small, cost(short, 2)), min(big, cost(long, 2))
			}
			if tooLong() {
				t.Errorf("prefix %q, unit %q: %v for 8 KiB, %v for 32 KiB", p, u, small, big)
			}
		}
	}
}

// TestHostileValues: what no decoder likes is an event all the same, and quickly.
func TestHostileValues(t *testing.T) {
	mib := bytes.Repeat([]byte("x"), 1<<20)
	for name, v := range map[string][]byte{
		"tombstone": nil, "empty": {}, "nul": {0}, "nuls": make([]byte, 1000), "one MiB": mib,
		"deep objects":  []byte(strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_000)),
		"deep arrays":   []byte(`{"a":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + "}"),
		"bad UTF-8":     []byte("caf\xe9 \xff\xfe"),
		"bad JSON":      []byte(`{"a":}`),
		"only a BOM":    []byte("\xef\xbb\xbf"),
		"only CR":       []byte("\r"),
		"long key":      append(append([]byte(`{"`), mib...), `":1}`...),
		"lone brace":    []byte("{"),
		"control chars": []byte("\x01\x02\x03"),
	} {
		var got []string
		d := New(Options{})
		emit := func(ev *detector.Event) {
			if ev.Structured && name != "long key" {
				t.Errorf("%s is said to be structured", name)
			}
			got = append(got, string(ev.Message))
		}
		d.Decode(&detector.Record{Value: v}, emit)
		d.Flush(time.Time{}, emit)
		if len(got) != 1 {
			t.Errorf("%s: %d events", name, len(got))
		}
	}
}
