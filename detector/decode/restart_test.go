package decode

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// stream writes n records of several sources, some with traces, parts and many lines.
func stream(r *rand.Rand, n int) []*detector.Record {
	pod := func(name, log, p string) string {
		return fmt.Sprintf(`{"@timestamp":1795391083.5,"log":%s,"stream":"stderr","_p":"%s","kubernetes":{"pod_name":"%s"}}`, appendString(nil, log), p, name)
	}
	var all []*detector.Record
	at := time.Date(2026, 11, 22, 23, 44, 43, 0, time.UTC)
	for i := range n {
		name := string(rune('a' + r.IntN(3)))
		var key []byte
		value := ""
		switch r.IntN(18) {
		case 0:
			value = pod(name, fmt.Sprintf("2026-11-22 23:44:43,%03d [main] ERROR a.B - failed %d", i%1000, i), "F")
		case 1, 2, 3:
			value = pod(name, "\tat a.B.c(B.java:"+fmt.Sprint(i)+")", "F")
		case 4:
			value = pod(name, fmt.Sprintf("part %d ", i), "P")
		case 5:
			value = pod(name, fmt.Sprintf("end %d", i), "F")
		case 6:
			key = []byte(name)
			value = fmt.Sprintf("2026/11/22 23:44:43 one %d\n  two\n2026/11/22 23:44:43 three %d", i, i)
		case 7:
			key = []byte(name)
			value = fmt.Sprintf("  indented %d\nplain %d\n\nlast %d", i, i, i)
		case 8:
			value = fmt.Sprintf("<14>Nov 22 23:48:31 web-7 app%s[1]: message %d", name, i)
		case 9:
			value = "<14>Nov 22 23:48:31 web-7 app" + name + "[1]: \tat a.B.c(B.java:1)"
		case 10:
			value = fmt.Sprintf(`{"level":"info","msg":"json %d"}`, i)
		case 11:
			key = []byte(name)
			value = "panic: boom\n\ngoroutine 1 [running]:\nmain.main()"
		case 12, 13: // JSON over many lines, closed by others or not at all
			value = pod(name, "{", "F")
		case 14:
			value = pod(name, fmt.Sprintf("  \"msg\": \"document %d\"", i), "F")
		case 15, 16:
			value = pod(name, "}", "F")
		case 17:
			key = []byte(name)
			value = fmt.Sprintf("one %d\n{\n  \"msg\": \"document %d\"\n}\n{\n  \"level\": \"warn\"", i, i)
		}
		at = at.Add(time.Duration(r.IntN(400)) * time.Millisecond)
		all = append(all, &detector.Record{Topic: "logs", Offset: int64(i), Time: at, Key: key, Value: []byte(value)})
	}
	return all
}

func describe(ev *detector.Event) string {
	return fmt.Sprintf("%d %d %s %q", ev.Position.Offset, ev.Lines, ev.Level, ev.Message)
}

// TestRestart: whoever takes over after any record, and reads what was pending again, hands on exactly the events that
// were not handed on before.
func TestRestart(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 1))
		records := stream(r, 60)
		var want []string
		whole := New(Options{})
		for _, rec := range records {
			whole.Decode(rec, func(ev *detector.Event) { want = append(want, describe(ev)) })
		}
		whole.Flush(time.Time{}, func(ev *detector.Event) { want = append(want, describe(ev)) })
		slices.Sort(want)
		for _, cut := range []int{1, 7, 20, 33, 47, 59} {
			var got []string
			first := New(Options{})
			for _, rec := range records[:cut] {
				first.Decode(rec, func(ev *detector.Event) { got = append(got, describe(ev)) })
			}
			second := New(Options{})
			skip := map[int64]int{}
			emit := func(ev *detector.Event) {
				if skip[ev.Position.Offset] > 0 {
					skip[ev.Position.Offset]--
					return
				}
				got = append(got, describe(ev))
			}
			for _, p := range first.Pending() {
				skip[p.Offset] = p.Skip
			}
			for _, p := range first.Pending() {
				second.Decode(records[p.Offset], emit)
			}
			for _, rec := range records[cut:] {
				second.Decode(rec, emit)
			}
			second.Flush(time.Time{}, emit)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Fatalf("seed %d, restart after record %d:\n%s", seed, cut, difference(got, want))
			}
		}
	}
}

func difference(got, want []string) string {
	s := ""
	for _, g := range got {
		if !slices.Contains(want, g) {
			s += "too much: " + g + "\n"
		}
	}
	for _, w := range want {
		if !slices.Contains(got, w) {
			s += "missing:  " + w + "\n"
		}
	}
	return s
}

// TestSourcesAreIndependent: what one pod logs decodes the same, whatever others log between.
func TestSourcesAreIndependent(t *testing.T) {
	records := stream(rand.New(rand.NewPCG(7, 7)), 400)
	collect := func(keep func(*detector.Record) bool) map[string]int {
		d, got := New(Options{}), map[string]int{}
		emit := func(ev *detector.Event) { got[describe(ev)]++ }
		for _, rec := range records {
			if keep(rec) {
				d.Decode(rec, emit)
			}
		}
		d.Flush(time.Time{}, emit)
		return got
	}
	isPod := func(r *detector.Record) bool {
		return len(r.Value) > 2 && string(r.Value[:2]) == `{"` && r.Value[2] == '@'
	}
	all := collect(func(*detector.Record) bool { return true })
	for ev, n := range collect(isPod) {
		if all[ev] != n {
			t.Fatalf("%s: %d times alone, %d times among others", ev, n, all[ev])
		}
	}
}

func TestJoinTimeout(t *testing.T) {
	d := New(Options{})
	var got []string
	emit := func(ev *detector.Event) { got = append(got, string(ev.Message)) }
	at := time.Date(2026, 11, 22, 23, 44, 43, 0, time.UTC)
	send := func(after time.Duration, text string) {
		d.Decode(&detector.Record{Offset: 1, Time: at.Add(after), Value: []byte(text)}, emit)
	}
	send(0, "2026/11/22 23:44:43 failed")
	send(900*time.Millisecond, "  at f")
	d.Flush(at.Add(1500*time.Millisecond), emit)
	if len(got) != 0 {
		t.Fatalf("ended too early: %q", got)
	}
	d.Flush(at.Add(2*time.Second), emit)
	if len(got) != 1 || got[0] != "failed\n  at f" {
		t.Fatalf("%q", got)
	}
	send(5*time.Second, "  late")
	d.Flush(time.Time{}, emit)
	if len(got) != 2 || got[1] != "  late" {
		t.Fatalf("%q", got)
	}
}

func TestBounds(t *testing.T) {
	d := New(Options{MaxEvent: 1000, MaxSources: 10, MaxWaiting: 3000})
	lines, longest := 0, 0
	emit := func(ev *detector.Event) { lines += ev.Lines; longest = max(longest, len(ev.Message)) }
	n := 5000
	for i := range n {
		key := []byte{byte(i % 50)}
		d.Decode(&detector.Record{Offset: int64(i), Key: key, Value: []byte("    at some.frame(File.java:1)")}, emit)
		if d.waiting.count > 10 || d.waiting.size > 3000+1000 {
			t.Fatalf("%d events of %d bytes wait", d.waiting.count, d.waiting.size)
		}
	}
	d.Flush(time.Time{}, emit)
	if lines != n || longest > 1000 || d.waiting.count != 0 || d.waiting.size != 0 || len(d.waiting.slots) != 0 || len(d.waiting.lastOf) != 0 {
		t.Fatalf("%d lines, longest %d bytes, waiting %+v", lines, longest, d.waiting.count)
	}
}
