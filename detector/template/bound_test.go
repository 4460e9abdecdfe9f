package template

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

var plainLines = []string{
	"Accepted password for alice from 10.0.0.7 port 50022 ssh2",
	"2026-03-12 10:15:01,123 INFO request 81723 finished in 12.5 ms, status=200, path=/api/v2/orders/7?x=1",
	"cache miss for key user:1234:profile, loading from database",
	"Block blk_-1608999687919862906 of size 67108864 from /10.251.42.84 received",
	"retrying connection to db-3.example.com:5432 in 250ms (attempt 3 of 10)",
	"worker idle",
}

func TestNoAllocation(t *testing.T) {
	s := NewShaper()
	l := learner(t, Options{Patterns: []Pattern{{Match: "never <*> matches"}}}, NewAliases())
	events := make([]*detector.Event, len(plainLines))
	for i, line := range plainLines {
		events[i] = event("shop", detector.LevelInfo, t0, line)
		l.Learn(events[i])
	}
	var buf []byte
	var slots []Slot
	for name, f := range map[string]func(){
		"Shape": func() {
			for _, ev := range events {
				s.Shape(ev.Message)
			}
		},
		"Learn": func() {
			for _, ev := range events {
				l.Learn(ev)
			}
		},
		"AppendText": func() {
			s.Shape(events[1].Message)
			buf = s.AppendText(buf[:0])
		},
		"Slots": func() {
			for _, ev := range events {
				l.Learn(ev)
				slots = l.Slots(slots[:0])
			}
		},
	} {
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s: %v allocations a run", name, n)
		}
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// 100,000 templates of twelve words, learned and merged, take at most 100 MB.
func TestMemory(t *testing.T) {
	const templates, groups = 100_000, 30
	before := heap()
	a := NewAliases()
	l := learner(t, Options{}, a)
	for i := range templates {
		msg := fmt.Sprintf("%s %s failed to %s the %s of 10.0.0.%d after %d ms because %s", word(i), word(i/7), word(i/3), word(i*3), i%256, i, word(i*11))
		ev := event(fmt.Sprint("svc", i%groups), detector.LevelInfo, t0, msg)
		if !l.Learn(ev) || ev.Shape == detector.OverflowShape {
			t.Fatalf("line %d has no shape of its own", i)
		}
		if i%1000 == 999 {
			a.Learn(l.TakeNew())
		}
	}
	mb := float64(heap()-before) / (1 << 20)
	t.Logf("%d templates: %.1f MB", templates, mb)
	if mb > 100 {
		t.Errorf("%d templates take %.1f MB", templates, mb)
	}
	runtime.KeepAlive(a)
	runtime.KeepAlive(l)
}

// The work on a line grows no faster than its length, whatever the line is.
func TestLinear(t *testing.T) {
	unit := map[string]string{
		"one token": "x", "digits": "7", "words": "ab ", "numbers": "12 ", "list": "1, ", "brackets": "(", "dots": "a..", "dotted": "a.b",
		"colons": "a:", "hex colons": "ab:", "slashes": "a/", "backslashes": `a\`, "urls": "h://", "query": "/a?b=", "quotes": "'a", "apostrophes": "a'",
		"equals": "a=", "months": "Jun ", "dates": "Fri 5 ", "arrows": "->", "stops": ".!:", "masks": "<*>", "high bytes": "\xff", "at": "a@", "minus": "a-1>",
	}
	const small, large = 1 << 16, 1 << 20
	for name, u := range unit {
		s := NewShaper()
		// cost is the processor time of shaping a MiB in lines of n bytes.
		cost := func(n int) time.Duration {
			msg := []byte(strings.Repeat(u, n/len(u)))
			best := time.Hour
			for range 5 {
				start := testkit.CPU(t)
				for range large / n {
					s.Shape(msg)
					s.AppendText(nil)
				}
				best = min(best, testkit.CPU(t)-start)
			}
			return best
		}
		if short, long := cost(small), cost(large); long > 4*short+2*time.Millisecond {
			t.Errorf("%s: a MiB takes %v in lines of 64 KiB, %v in one", name, short, long)
		}
	}
}

// A shape costs the Merger a bounded memory, however many words vary.
func TestMemoryOfLongLines(t *testing.T) {
	const shapes, most = 2000, 4096 // bytes
	for name, format := range map[string]string{
		"words": "%s %s ", "keys": "k%s=%s ", "lists": "(%s,%s) ", "quotes": "'%s' '%s %[1]s' ", "hosts": "user %s:80 %s-x.y ",
	} {
		before := heap()
		m := NewMerger()
		s := NewShaper()
		for i := range shapes {
			var line []byte
			for k := range 64 {
				line = fmt.Appendf(line, format, word(i*131+k), word(i*137+k))
			}
			id := s.Shape(line)
			m.Add([]Known{{ID: id, Text: string(s.AppendText(nil))}})
		}
		if each := int(heap()-before) / shapes; each > most {
			t.Errorf("%s: %d bytes a shape, want at most %d", name, each, most)
		}
		runtime.KeepAlive(m)
	}
}

// What is kept of an adversarial line is bounded.
func TestLongLines(t *testing.T) {
	s := NewShaper()
	for _, u := range []string{"ab ", "a1 b ", "(", "longerwordwithoutdigits "} {
		msg := []byte(strings.Repeat(u, 100_000))
		id := s.Shape(msg)
		text := s.AppendText(nil)
		if len(text) > maxElems*(maxWord+1) || !bytes.HasSuffix(text, []byte("<*>")) {
			t.Errorf("%q: %d bytes of text, %q", u, len(text), text[len(text)-10:])
		}
		if longer := s.Shape(append(msg, u...)); longer != id {
			t.Errorf("%q: the tail is not collapsed", u)
		}
	}
}
