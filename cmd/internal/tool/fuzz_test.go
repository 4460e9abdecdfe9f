package tool

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"
)

// FuzzSeries holds that no table makes series panic, that an error names its input, that each row of one number that is
// taken is echoed with a score between 0 and 1, and that incidents are JSON.
func FuzzSeries(f *testing.F) {
	f.Add("timestamp,value\n1,2\n2,NaN\n")
	f.Add("timestamp,value\n\"2026-01-01 00:00:00,1\n")
	f.Add("\ufefftimestamp,value\r\n\r\n1,1e308\r\n1,-1e308\n0,0\n")
	f.Add("timestamp,value\n" + strings.Repeat("1,2\n2,2\n9,7\n", 300))
	f.Add("timestamp,service,level,template,count\n2026-01-01T00:00:00Z,a,error,x,3.0\n1,a,,\"y\nz\",2\n")
	f.Add("timestamp,service,level,template,count\n" + strings.Repeat("1e9,a,fatal,x,9007199254740992\n1000003600,a,,y,1\n-1e10,b,,y,1\n", 30))
	f.Fuzz(func(t *testing.T, text string) {
		var out bytes.Buffer
		in := Input{Files: []string{"-"}, Stdin: strings.NewReader(text), Stdout: &out, Stderr: io.Discard}
		if err := Series(t.Context(), in, SeriesOptions{Bucket: "1h"}); err != nil {
			if !strings.HasPrefix(err.Error(), "standard input") {
				t.Errorf("an error that does not name its input: %v", err)
			}
			return
		}
		if !strings.HasPrefix(out.String(), "timestamp,value,") {
			for line := range bytes.Lines(out.Bytes()) {
				if !json.Valid(line) {
					t.Errorf("an incident is no JSON: %s", line)
				}
			}
			return
		}
		rows, err := csv.NewReader(&out).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			if score, err := strconv.ParseFloat(row[2], 64); err != nil || !(score >= 0 && score <= 1) {
				t.Errorf("%v scores %s", row[:2], row[2])
			}
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
		if n, err := parseCount(s); err == nil && n > maxCount {
			t.Errorf("%q is %d", s, n)
		}
	})
}

// FuzzScan holds that no log makes scan, decode or templates panic or fail in either framing but for a cut record, that
// incidents and events are JSON, and that no line is lost on the way to the list of templates.
func FuzzScan(f *testing.F) {
	f.Add([]byte("2026-01-02T03:04:05Z INFO order 1 paid\n2026-01-02T03:04:06Z ERROR password=hunter2hunter2\n"), false)
	f.Add([]byte("{\"time\":\"2026-01-02T03:04:05Z\",\"level\":\"error\",\"msg\":\"x\",\"duration_ms\":1e308}\r\n\xff\xfe\x00\n\n"), false)
	f.Add([]byte("\ufeffJan  2 03:04:05 h app[1]: x\nException in thread\n\tat a.b(C.java:1)\n"), false)
	f.Add([]byte("\x00\x00\x00\x03a b\x00\x00\x00\x00\x00\x00\x00\x05{\"a\":"), true)
	f.Fuzz(func(t *testing.T, log []byte, framed bool) {
		run := func(out io.Writer) Input {
			in := Input{Files: []string{"-"}, Framing: "lines", Stdin: bytes.NewReader(log), Stdout: out, Stderr: io.Discard}
			if framed {
				in.Framing = "length"
			}
			return in
		}
		var incidents, events, listed bytes.Buffer
		failed := []error{
			Scan(t.Context(), run(&incidents), ScanOptions{JSON: true}),
			Decode(t.Context(), run(&events)),
			Templates(t.Context(), run(&listed), TemplatesOptions{}),
		}
		for _, err := range failed {
			if err != nil && !strings.HasPrefix(err.Error(), "standard input") {
				t.Errorf("an error that does not name its input: %v", err)
			}
		}
		for _, out := range []*bytes.Buffer{&incidents, &events} {
			for line := range bytes.Lines(out.Bytes()) {
				if !json.Valid(line) {
					t.Errorf("no JSON: %q", line)
				}
			}
		}
		if failed[1] != nil || failed[2] != nil {
			return
		}
		lines := 0
		for line := range bytes.Lines(listed.Bytes()) {
			n, err := strconv.Atoi(string(line[:bytes.IndexByte(line, '\t')]))
			if err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			lines += n
		}
		if want := bytes.Count(events.Bytes(), []byte("\n")); lines != want {
			t.Errorf("templates count %d events, decode prints %d", lines, want)
		}
	})
}
