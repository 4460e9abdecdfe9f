package decode

import (
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// decodeLines decodes lines as records of one partition, a second apart where at is set.
func decodeLines(t testing.TB, opt Options, lines ...string) []string {
	t.Helper()
	d := New(opt)
	var out []string
	emit := func(ev *detector.Event) { out = append(out, string(AppendJSON(nil, ev))) }
	for i, line := range lines {
		d.Decode(&detector.Record{Topic: "logs", Offset: int64(i), Value: []byte(line)}, emit)
	}
	d.Flush(time.Time{}, emit)
	return out
}

func TestJSONLine(t *testing.T) {
	got := decodeLines(t, Options{}, `{"time":"2026-11-22T23:43:06.2659Z","level":"WARN","msg":"slow query","ms":1534}`)
	want := `{"time":"2026-11-22T23:43:06.2659Z","level":"warn","service":"","environment":"","host":"","message":"slow query",` +
		`"fields":{"ms":1534},"trace_id":"","format":"json","structured":true,"lines":1,"secrets":[]}`
	if len(got) != 1 || got[0] != want {
		t.Fatalf("got  %s\nwant %s", got, want)
	}
}
