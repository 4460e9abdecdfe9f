package decode

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestParts: lines that a runtime or shipper divided come out whole, for every way of marking the parts.
func TestParts(t *testing.T) {
	inner := `{"level":"warn","msg":"` + strings.Repeat("long é ", 6000) + `end"}`
	var parts []string
	for rest := inner; len(rest) > 0; {
		n := min(len(rest), dockerPart)
		parts = append(parts, rest[:n])
		rest = rest[n:]
	}
	quote := func(s string) string { return string(appendString(nil, s)) }
	ways := map[string]func(i int, part string, last bool) string{
		"docker": func(i int, part string, last bool) string {
			if last {
				part += "\n"
			}
			return fmt.Sprintf(`{"log":%s,"stream":"stdout","time":"2026-11-22T23:44:43.%dZ"}`, quote(part), i)
		},
		"cri": func(i int, part string, last bool) string {
			return fmt.Sprintf("2026-11-22T23:44:43.%dZ stdout %s %s", i, map[bool]string{true: "F", false: "P"}[last], part)
		},
		"fluent bit": func(i int, part string, last bool) string {
			return fmt.Sprintf(`{"@timestamp":1795391083.%d,"stream":"stdout","_p":"%s","log":%s,"kubernetes":{"pod_name":"p"}}`, i, map[bool]string{true: "F", false: "P"}[last], quote(part))
		},
		"fluentd": func(i int, part string, last bool) string {
			return fmt.Sprintf(`{"log":%s,"partial_message":"true","partial_id":"a","partial_ordinal":"%d","partial_last":"%v","container_id":"c"}`, quote(part), i, last)
		},
	}
	for name, way := range ways {
		var lines []string
		for i, part := range parts {
			lines = append(lines, way(i, part, i == len(parts)-1))
		}
		got := decodeLines(t, Options{}, append(lines, way(9, `{"level":"info","msg":"next"}`, true))...)
		if len(got) != 2 {
			t.Errorf("%s: %d events", name, len(got))
			continue
		}
		var ev struct {
			Level, Message string
			Lines          int
		}
		if err := json.Unmarshal([]byte(got[0]), &ev); err != nil {
			t.Fatal(err)
		}
		// A part may end inside a character; what the runtime destroyed then is not mended.
		if ev.Level != "warn" || !strings.HasSuffix(ev.Message, " end") || !strings.HasPrefix(ev.Message, "long é") || ev.Lines != len(parts) {
			t.Errorf("%s: level %q, %d lines, message of %d bytes", name, ev.Level, ev.Lines, len(ev.Message))
		}
	}
}

func TestUnfinishedPartsAreAnEvent(t *testing.T) {
	got := decodeLines(t, Options{}, "2026-11-22T23:44:43Z stdout P half a line")
	if len(got) != 1 || !strings.Contains(got[0], `"message":"half a line"`) {
		t.Fatalf("%s", got)
	}
	got = decodeLines(t, Options{MaxEvent: 20}, "2026-11-22T23:44:43Z stdout P 0123456789", "2026-11-22T23:44:43Z stdout P 0123456789", "2026-11-22T23:44:43Z stdout P abcdefghij",
		"2026-11-22T23:44:43Z stdout F klmnop")
	if len(got) != 2 || !strings.Contains(got[0], "01234567890123456789") || !strings.Contains(got[1], "abcdefghijklmnop") {
		t.Fatalf("%s", got)
	}
}
