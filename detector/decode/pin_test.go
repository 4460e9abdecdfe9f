package decode

import (
	"slices"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

func TestPins(t *testing.T) {
	lines := map[string]string{
		"json": `{"level":"warn","msg":"x"}`, "logfmt": `level=warn msg=x`, "syslog": `<12>Nov 22 23:44:43 h a: x`, "klog": `W1122 23:44:43.1 1 a.go:1] x`,
		"access": `1.2.3.4 - - [22/Nov/2026:23:44:43 +0000] "GET / HTTP/1.1" 404 1`, "cef": `CEF:0|a|b|c|d|x|5|k=v`, "redis": "1:M 22 Nov 2026 23:44:43.1 # x",
		"header": "2026-11-22 23:44:43 WARN x", "csvlog": `2026-11-22 23:44:43.1 UTC,,,1,,a,1,,2026-11-22 23:44:40 UTC,,0,WARNING,0,"x",,,,,,,,,"",""`,
		"otlp": string(otlpSample(1)), "text": `2026-11-22 23:44:43 WARN x`,
	}
	for _, pin := range Formats() {
		for format, line := range lines {
			if format == "otlp" && pin != "otlp" {
				continue
			}
			var got []string
			d := New(Options{Pins: map[string]string{"logs": pin}})
			emit := func(ev *detector.Event) { got = append(got, ev.Level.String()) }
			d.Decode(&detector.Record{Topic: "logs", Value: []byte(line)}, emit)
			d.Flush(time.Time{}, emit)
			want := ""
			if (format == pin || pin == "otlp" && format == "otlp") && pin != "text" {
				want = "warn"
			}
			if format == "text" && pin == "header" || format == "json" && pin != "text" {
				want = "warn" // an object is looked into whatever is pinned, as a wrapper is one
			}
			if !slices.Equal(got, []string{want}) {
				t.Errorf("pinned to %s: %q gives %q, want %q", pin, line, got, want)
			}
		}
	}
}
