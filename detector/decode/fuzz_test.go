package decode

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// decodeAll decodes values and checks what must hold whatever they are: every physical line is in exactly one event,
// and every event can be printed as JSON.
func decodeAll(t *testing.T, opt Options, values [][]byte) {
	t.Helper()
	d := New(opt)
	lines, bytesOf, events := 0, 0, 0
	emit := func(ev *detector.Event) {
		events++
		lines += ev.Lines
		bytesOf += ev.Bytes
		if !json.Valid(AppendJSON(nil, ev)) {
			t.Fatalf("no JSON: %s", AppendJSON(nil, ev))
		}
		seen := map[string]bool{}
		for _, f := range ev.Fields {
			if seen[f.Key] {
				t.Fatalf("field %q stands twice: %s", f.Key, AppendJSON(nil, ev))
			}
			seen[f.Key] = true
			if (f.Value.Kind == detector.KindObject || f.Value.Kind == detector.KindArray) && len(f.Value.Text) == 0 {
				t.Fatalf("field %q has no text", f.Key)
			}
		}
	}
	at := time.Date(2026, 11, 22, 23, 44, 43, 0, time.UTC)
	want := 0
	for i, v := range values {
		if otlpProto(v) {
			continue
		}
		d.Decode(&detector.Record{Offset: int64(i), Time: at.Add(time.Duration(i) * 300 * time.Millisecond), Value: v}, emit)
		want++
		if len(d.Pending()) > 0 && d.Pending()[len(d.Pending())-1].Offset > int64(i) {
			t.Fatalf("pending beyond the last record: %v", d.Pending())
		}
	}
	d.Flush(time.Time{}, emit)
	if len(d.Pending()) != 0 {
		t.Fatalf("pending after the end: %v", d.Pending())
	}
	single := true
	for _, v := range values {
		single = single && !bytes.ContainsAny(v, "\n") && !envelope(v)
	}
	if single && lines != want {
		t.Fatalf("%d records, %d lines in %d events", want, lines, events)
	}
	if events == 0 && want > 0 && single {
		t.Fatalf("%d records and no event", want)
	}
}

// envelope tells whether a value may hold several records: keys count in any case and with escapes.
func envelope(v []byte) bool {
	v = bytes.ToLower(v)
	for _, key := range [...]string{"logs", "events", "streams", "records", `\u00`} {
		if bytes.Contains(v, []byte(key)) {
			return true
		}
	}
	return false
}

func FuzzDecode(f *testing.F) {
	for _, s := range benchLines {
		f.Add([]byte(s))
	}
	f.Add(otlpSample(2))
	for _, s := range []string{
		"", "\n", "\x00", "{}", "[", "{\"log\":\"a\\n\",\"stream\":\"stdout\"}", "\xff\xfe", "\xef\xbb\xbf{\"msg\":1}", "\x1b[31m", "I, [", "=INFO REPORT==== 22-Nov-2026::23:44:43 ===",
		"CEF:0|a|b|c|d|e|5|x=1 y=2", `<165>1 2026-11-22T23:44:43.123Z h a - - [x y="\"z"] m`, `{"__REALTIME_TIMESTAMP":"1795391083123000","MESSAGE":[1,2,300]}`,
		`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"arrayValue":{"values":[{"kvlistValue":{"values":[{"key":"a","value":{}}]}}]}}}]}]}]}`,
		`{"@t":"2026-11-22T23:44:43Z","@mt":"{A} {","A":"x"}`, "info: A[0]\n      x", "[GIN] 2026/11/22 - 23:44:43 | 200 |", "http 2026-11-22T23:44:43Z a \"",
		"[2026/11/22 23:44:43.123 +00:00] [WARN] [\"a\"] [b=c]", "type=A msg=audit(1:2): x=1", "E1122 23:44:43.123000 1 a.go:1] \"x\\", "{\"msg\":\"a\\ud800\"}",
		"{\n  \"level\": \"warn\",\n  \"msg\": \"x\"\n}", "<record>\n  <level>INFO</level>\n  <message>a &lt; b</message>\n</record>", "<a b='c'><d>e</d><f/></a>",
		`{"streams":[{"stream":{"app":"a"},"values":[["1795391083123000000","x"]]}]}`, `{"logEvents":[{"timestamp":1795391083123,"message":"x"}]}`, `{"records":[{"level":"Error"},1]}`,
		"LEEF:2.0|a|b|c|d|^|e=f^sev=5", "==1==ERROR: AddressSanitizer: x\n0x1 is\n==1==ABORTING", "# Time: 2026-11-22T23:44:43Z\nselect 1;", "[W 261122 23:44:43 web:12] x",
		"2026-11-22 23:44:43,123:ERROR:a.b:x", "2026-11-22 23:44:43 h a[1] INFO x", "\x1b[33mWARN\x1b[0m[11-22|23:44:43] x", "⚠  warning   x", "event='it\\'s' level='info' msg='\\x1b'",
		"83 <40>1 2026-11-22T23:44:43+00:00 h a w - x", "date=2026-11-22 time=23:44:43 level=warning msg=x", " WARN a::b > x", "1.795391083123e+09\tinfo\tx",
		"  1:20261122:234443.123 x", "[pid: 1|app: 0|req: 1/1] c () {1 vars in 1 bytes} [Sun Nov 22 23:44:43 2026] GET / => generated 2 bytes in 1 msecs (HTTP/1.1 200)", "Sun Nov 22 23:44:43 2026 : Error: x",
		"2026-11-22 23:44:43 ...a.go:1:b() [E] x", "[2026-11-22 23:44:43] a/ERROR/b: x", "2026-11-22 23:44:43: E a/b.cc:1] x", "error(a): x", "(a:1): B-WARNING **: 23:44:43.123: x", "┌ Info: x\n└ @ a", "system,error,critical x", "nov/22/2026 23:44:43 dns,info x", "11-22-2026 23:44:43.123 +0000 INFO  A [1 b] - x", "[Nov 22 23:44:43] NOTICE[1][C-1]: x", "<190>Nov 22 23:44:43 a nginx: 1.2.3.4 - - [22/Nov/2026:23:44:43 +0000] \"GET / HTTP/1.1\" 502 1",
		"2026-11-22T23:44:43Z stdout P {\"a\n2026-11-22T23:44:43Z stdout F \":1}", "thread 'main' panicked at a:\nx\n", "\npanic: x\n\ngoroutine 1 [running]:\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		decodeAll(t, Options{}, [][]byte{b})
		decodeAll(t, Options{Ordered: true, MaxEvent: 64, MaxSources: 3}, bytes.Split(b, []byte{'\n'}))
	})
}

func FuzzStamp(f *testing.F) {
	for _, s := range []string{
		"2026-11-22T23:44:43.123+05:30", "Nov 22, 2026 11:44:43 PM", "Sun Nov 22 23:44:43 2026", "22/Nov/2026:23:44:43 +0000", "1795391083.123",
		"11-22 23:44:43.123", "20261122T234443Z", "26/11/22 23:44:43", "23:44:43,123", "1.79e9", "11/22/2026, 11:44:43 PM", "Feb 29 00:00:00",
	} {
		f.Add([]byte(s))
	}
	ref := time.Date(2026, 11, 22, 23, 44, 43, 0, time.UTC)
	f.Fuzz(func(t *testing.T, b []byte) {
		s, n := parseStamp(b)
		if n > len(b) || n < 0 {
			t.Fatalf("took %d of %d bytes", n, len(b))
		}
		if n > 0 {
			if y := s.resolve(ref).Year(); y < 1969 || y > 2263 {
				t.Fatalf("%q is in the year %d", b, y)
			}
		}
		var e stamp
		e.epoch(b)
		stampOf(b)
	})
}

// TestStampAgainstTime compares with package time on what it can parse.
func TestStampAgainstTime(t *testing.T) {
	for _, layout := range []string{
		time.RFC3339Nano, time.RFC1123Z, time.RFC1123, time.ANSIC, "2006/01/02 15:04:05.000000", "02/Jan/2006:15:04:05 -0700",
		"02-Jan-2006 15:04:05", "Jan 2, 2006 3:04:05 PM", "20060102T150405Z", "2006-01-02 15:04:05,000 -0700", "2 Jan 2006 15:04:05.000",
	} {
		for _, sec := range []int64{0 + 1e8, 951782400, 1709164800, 1795391083, 4102444799, 1456790399} {
			at := time.Unix(sec, 123000000).UTC()
			text := at.Format(layout)
			want, err := time.Parse(layout, text)
			if err != nil {
				t.Fatal(err)
			}
			s, n := parseStamp([]byte(text))
			if n != len(text) || !s.resolve(at).Equal(want) {
				t.Errorf("%q: took %d bytes, got %v, want %v", text, n, s.resolve(at), want)
			}
		}
	}
}

// TestMessagesAreWhole: whatever header stands before it, no word of a message is lost.
func TestMessagesAreWhole(t *testing.T) {
	headers := []string{
		"", "2026-11-22 23:44:43,123 [main] INFO app.Foo - ", "2026/11/22 23:44:43 ", "[2026-11-22T23:44:43Z INFO  a::b] ", "INFO:root:", "INFO ", "ERROR: ",
		"<14>Nov 22 23:44:43 h app[1]: ", "I1122 23:44:43.123000 1 a.go:1] ", "2026-11-22T23:44:43Z stdout F ", "23:44:43.123 [main] WARN a.B -- ", "W, [2026-11-22T23:44:43.1 #1]  WARN -- : ",
		"2026-11-22T23:44:43.123Z [INFO]  svc: ", "2026-11-22 23:44:43.123 | INFO     | a:b:1 - ", "[23:44:43 INF] ",
		"2026-11-22 23:44:43,123:INFO:", "2026-11-22 23:44:43.123:INFO :a.B:main: ", "[I 261122 23:44:43 web:12] ", " WARN a::b > ", "INFO [11-22|23:44:43] ", "2026-11-22 23:44:43 MainThread INFO a.b - ",
		"ERROR 2026-11-22 23:44:43,123 views 1 140431300373376 ", "⚠  warning   ", "\x1b[33mWARNING:a.b:", "2026-11-22 23:44:43 web-7 app[12] INFO ", "  2026-11-22T23:44:43Z  WARN a::b: ", "2026-11-22T23:44:43Z WRN a/b.go:12 > ",
		"WARNING: 2026/11/22 23:44:43 main.go:12: ", "22-11-2026 23:44:43.123 [main] WARN a.B - ", "<189>123: *Nov 22 23:44:43.123: ", "83 <40>1 2026-11-22T23:44:43+00:00 h a w - ", "2026-11-22T23:44:43.123+0000 E STORAGE  [conn1] ",
		"2026-11-22 23:44:43,123 [warn] from a.B in main - ",
	}
	bodies := []string{
		"user=alice action=login", "failed: code 7 (retry)", "[pool] drained", "GET /a?b=c&d=e took 3ms", "a - b - c", "path C:\\temp\\new 'q' \"r\"", "Caused by: nothing here",
		"from 2019-03-04T05:06:07Z on", "x: y: z", "100% | done", "#012 kept?", "<b>bold</b> & {curly} (round)", "tab\there", "naïve 東京 🚀", "key=\"a b\" tail", "ends with colon:", "{not json", "[\"x\"] [y=z]",
	}
	for _, h := range headers {
		for _, body := range bodies {
			for _, out := range decodeLines(t, Options{}, h+body) {
				plain := strings.NewReplacer(`\"`, `"`, `\\`, `\`, `\t`, "\t", `\n`, "\n").Replace(out)
				for _, word := range strings.FieldsFunc(body, func(r rune) bool { return strings.ContainsRune(" \t[]{}()=\"'#|-", r) }) {
					if !strings.Contains(plain, strings.TrimRight(word, ":")) && !strings.Contains(word, "012") {
						t.Errorf("%q: %q is lost: %s", h+body, word, out)
					}
				}
			}
		}
	}
}
