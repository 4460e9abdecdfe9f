package tool

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector/testkit"
)

// start is when the logs of these tests begin.
var start = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

// result is what a command wrote.
type result struct {
	out, err string
	fault    error
}

// do runs a command over files; stdin is what - reads.
func do(t *testing.T, stdin string, files []string, f func(context.Context, Input) error, options ...func(*Input)) result {
	t.Helper()
	var out, errs bytes.Buffer
	in := Input{Files: files, Framing: "lines", Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &errs}
	for _, o := range options {
		o(&in)
	}
	err := f(t.Context(), in)
	return result{out.String(), errs.String(), err}
}

func scanJSON(ctx context.Context, in Input) error { return Scan(ctx, in, ScanOptions{JSON: true}) }
func scanText(ctx context.Context, in Input) error { return Scan(ctx, in, ScanOptions{}) }
func templatesText(ctx context.Context, in Input) error {
	return Templates(ctx, in, TemplatesOptions{})
}

func raw(in *Input)    { in.Raw = true }
func framed(in *Input) { in.Framing = "length" }

// file writes a file of a test and returns its path.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// outage is six hours of a shop's log, about two lines a second, with a flood of an error for ten minutes after five
// hours; then the rest of the lines.
func outage() []string {
	r := rand.New(rand.NewPCG(7, 7))
	var lines []string
	for at := start; at.Before(start.Add(6 * time.Hour)); at = at.Add(time.Duration(200+r.IntN(600)) * time.Millisecond) {
		lines = append(lines, fmt.Sprintf("%s INFO order %d paid in %d ms", at.Format("2006-01-02T15:04:05.000Z"), r.IntN(1e5), r.IntN(300)))
		if in := at.Sub(start); in > 5*time.Hour && in < 5*time.Hour+10*time.Minute {
			for range 8 {
				lines = append(lines, fmt.Sprintf("%s ERROR payment %d refused password=hunter%d", at.Format("2006-01-02T15:04:05.000Z"), r.IntN(1e5), r.IntN(9)))
			}
		}
	}
	return lines
}

func text(lines []string) string { return strings.Join(lines, "\n") + "\n" }

// found are the incidents of scan --json.
func found(t *testing.T, out string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range strings.Lines(out) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%q is no JSON object: %v", line, err)
		}
		all = append(all, m)
	}
	return all
}

func TestScanFindsAFloodAndKeepsTheContractOfItsJSON(t *testing.T) {
	got := do(t, "", []string{file(t, "shop.log", text(outage()))}, scanJSON)
	if got.fault != nil {
		t.Fatal(got.fault)
	}
	keys := strings.Fields(`id kind service environment severity title template template_id onset opened_at resolved_at observed
		expected unit window score page explained_by samples`)
	var flood map[string]any
	for _, in := range found(t, got.out) {
		for _, k := range keys {
			if _, ok := in[k]; !ok {
				t.Errorf("%s has no %s", in["title"], k)
			}
		}
		for _, k := range []string{"onset", "opened_at", "resolved_at"} {
			if in[k] == nil && k == "resolved_at" {
				continue
			}
			if s, _ := in[k].(string); !strings.HasSuffix(s, "Z") {
				t.Errorf("%s %v is not RFC 3339 in UTC", k, in[k])
			}
		}
		if in["page"] == true && in["kind"] != "secret" {
			flood = in
		}
	}
	if flood == nil {
		t.Fatalf("no page about the flood in %s", got.out)
	}
	if flood["service"] != "shop" {
		t.Errorf("service %v, want the file's base name", flood["service"])
	}
	opened, err := time.Parse(time.RFC3339, flood["opened_at"].(string))
	if d := opened.Sub(start.Add(5 * time.Hour)); err != nil || d <= 0 || d > 2*time.Minute {
		t.Errorf("opened at %s, %s after the flood began", opened, d)
	}
	if flood["resolved_at"] == nil {
		t.Error("the flood was over for long and is still open")
	}
	samples := fmt.Sprint(flood["samples"])
	if !strings.Contains(samples, "refused") || strings.Contains(got.out, "hunter") {
		t.Errorf("samples do not show the redacted error: %s", samples)
	}
}

func TestScanIsTheSameHoweverTheLogIsCut(t *testing.T) {
	testkit.OneGoroutine(t)
	lines := outage()
	want := do(t, "", []string{file(t, "shop.log", text(lines))}, scanJSON)
	if want.fault != nil || want.out == "" {
		t.Fatalf("%q, %v", want.out, want.fault)
	}
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 3))
		cuts := []int{0, r.IntN(len(lines)), r.IntN(len(lines)), len(lines)}
		if cuts[1] > cuts[2] {
			cuts[1], cuts[2] = cuts[2], cuts[1]
		}
		dir := t.TempDir()
		var files []string
		for i := range 3 {
			// What rotation names: the oldest has the highest number.
			path := filepath.Join(dir, []string{"shop.log.2", "shop.log.1", "shop.log"}[i])
			part := lines[cuts[i]:cuts[i+1]]
			if err := os.WriteFile(path, []byte(text(part)), 0o600); err != nil {
				t.Fatal(err)
			}
			files = append(files, path)
		}
		r.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
		if got := do(t, "", files, scanJSON); got.fault != nil || got.out != want.out {
			t.Errorf("seed %d: cut into %v and given as %v, it finds\n%s(%v) instead of\n%s", seed, cuts, files, got.out, got.fault, want.out)
		}
		if again := do(t, "", files[:0:0], scanJSON, func(in *Input) { in.Files = files }); again.out != want.out {
			t.Errorf("seed %d: not the same again", seed)
		}
	}
}

func TestScanOfOddInput(t *testing.T) {
	hole := outage()[:2000]
	for i := range 2000 {
		hole = append(hole, fmt.Sprintf("%s INFO order %d paid in %d ms", start.Add(80*time.Hour+time.Duration(i)*time.Second).Format(time.RFC3339), i, i%300))
	}
	back := append(outage()[:3000:3000], outage()[:100]...)
	stray := append(outage()[:3000:3000], "2031-01-01T00:00:00Z INFO order 1 paid in 2 ms")
	stray = append(stray, outage()[3000:6000]...)
	tests := []struct {
		name, text string
		want, says string
	}{
		{"nothing", "", "0 lines, 0 templates, 0 incidents\n", ""},
		{"no time", "hello world\nhello there\n", "2 lines", "no line has a time"},
		{"noise", string(noise(100_000)), " lines", ""},
		{"a hole of days", text(hole), "4,000 lines", ""},
		{"time goes back", text(back), "came late", ""},
		{"one stray time", text(stray), "6,001 lines, 1 template, 0 incidents\n", ""},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			got := do(t, c.text, []string{"-"}, scanText)
			if got.fault != nil || !strings.Contains(got.out, c.want) || !strings.Contains(got.err, c.says) {
				t.Errorf("%v, %q, %q; want %q, %q", got.fault, got.out[:min(len(got.out), 300)], got.err, c.want, c.says)
			}
		})
	}
}

// TestScanTellsWhereASecretStands holds that a report names the file and the line, which a person counts from 1.
func TestScanTellsWhereASecretStands(t *testing.T) {
	line := func(k int, message string) string {
		return start.Add(time.Duration(k)*time.Second).Format(time.RFC3339) + " INFO " + message
	}
	var lines []string
	for k := range 30 {
		lines = append(lines, line(k, fmt.Sprintf("order %d paid", k)))
	}
	clean := file(t, "clean.log", text(lines))
	lines[17] = line(17, "login of ann with password=Zq7vR2mK9xWt4Lp")
	leaky := file(t, "leaky.log", text(lines))
	for _, c := range []struct {
		stdin string
		files []string
		want  string
	}{
		{"", []string{clean, leaky}, "It can still be read in " + leaky + ", line 18."},
		{text(lines), []string{"-"}, "It can still be read in standard input, line 18."},
	} {
		got := do(t, c.stdin, c.files, scanText)
		if got.fault != nil || !strings.Contains(got.out, ", 1 incident, ") || !strings.Contains(got.out, c.want) || strings.Contains(got.out, "reads the topic") {
			t.Errorf("%v: %v, %s", c.files, got.fault, got.out)
		}
	}
}

func noise(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func TestWhatCannotBeRead(t *testing.T) {
	short := string(binary.BigEndian.AppendUint32(nil, 100)) + "too short"
	tests := []struct {
		name, path, want string
		option           func(*Input)
	}{
		{"a directory", t.TempDir(), "is a directory", func(*Input) {}},
		{"no file", filepath.Join(t.TempDir(), "no.log"), "no such file", func(*Input) {}},
		{"unknown framing", "-", "use lines or length", func(in *Input) { in.Framing = "dots" }},
		{"a record cut off", file(t, "cut.bin", short), "record 0", framed},
		{"broken gzip", file(t, "x.gz", "\x1f\x8b\x08 no"), "gzip", func(*Input) {}},
	}
	for _, c := range tests {
		for name, f := range map[string]func(context.Context, Input) error{"scan": scanJSON, "decode": Decode, "templates": templatesText} {
			got := do(t, "", []string{c.path}, f, c.option)
			var wrong *FoundError
			if got.fault == nil || errors.As(got.fault, &wrong) || !strings.Contains(got.fault.Error(), c.want) {
				t.Errorf("%s of %s: %v, want %q and exit code 2", name, c.name, got.fault, c.want)
			}
		}
	}
}

func TestDecodePrintsEveryKey(t *testing.T) {
	framedText := ""
	for _, rec := range []string{`{"ts":"2026-11-20T00:00:00.123456Z","level":"warn","msg":"a\nb","service":"x"}`, "plain"} {
		framedText += string(binary.BigEndian.AppendUint32(nil, uint32(len(rec)))) + rec
	}
	got := do(t, framedText, []string{"-"}, Decode, framed)
	events := found(t, got.out)
	if got.fault != nil || len(events) != 2 {
		t.Fatalf("%d events, %v: %s", len(events), got.fault, got.out)
	}
	for _, k := range strings.Fields("time level service environment host message fields trace_id format structured lines secrets") {
		if _, ok := events[1][k]; !ok {
			t.Errorf("no key %s", k)
		}
	}
	if events[0]["time"] != "2026-11-20T00:00:00.123456Z" || events[0]["level"] != "warn" || events[1]["time"] != "" {
		t.Errorf("time and level: %v", events)
	}
	whole := do(t, `{"level":"error","msg":"m"}`+"\n", []string{"-"}, Decode, raw)
	if e := found(t, whole.out); len(e) != 1 || e[0]["message"] != `{"level":"error","msg":"m"}` || e[0]["structured"] != false {
		t.Errorf("--raw: %s", whole.out)
	}
}

func TestTemplates(t *testing.T) {
	got := do(t, "user 1 in\nuser 2 in\nuser 3 in\nbye\n", []string{"-"}, templatesText, raw)
	lines := strings.Split(strings.TrimSpace(got.out), "\n")
	if got.fault != nil || len(lines) != 2 || !strings.HasPrefix(lines[0], "3\t") || strings.Count(lines[0], "\t") != 2 {
		t.Errorf("%v: %q", got.fault, got.out)
	}
	out := filepath.Join(t.TempDir(), "assign.csv")
	got = do(t, "a 1\na 2\n", []string{"-"}, func(ctx context.Context, in Input) error {
		return Templates(ctx, in, TemplatesOptions{Assign: out, JSON: true})
	}, raw)
	table, err := os.ReadFile(out)
	if err != nil || got.fault != nil || !strings.HasPrefix(string(table), "line,template_id,template\n0,") || strings.Count(string(table), "\n") != 3 {
		t.Errorf("%q, %v, %v", table, err, got.fault)
	}
}

func TestServiceOf(t *testing.T) {
	for path, want := range map[string]string{
		"/var/log/app.log": "app", "app.log.1": "app", "app.log.2.gz": "app", "app-20261120.log": "app", "app.log-20261120.gz": "app",
		"app.log.2026-11-20": "app", "app": "app", ".hidden": ".hidden", "kafka-2.log": "kafka-2", "1": "1", "web.access.log": "web.access",
	} {
		if got := serviceOf(path); got != want {
			t.Errorf("%s is of service %q, want %q", path, got, want)
		}
	}
}
