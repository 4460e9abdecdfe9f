package rules

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// thousandRules are rules as a company of fifty services would write them: most are of one service, many look for
// words, some measure fields, some are of every service.
func thousandRules() string {
	var b strings.Builder
	b.WriteString("version: 1\nrules:\n")
	words := []string{"timeout", "refused", "deadlock", "overflow", "corrupt", "denied", "expired", "unreachable"}
	for i := range 1000 {
		fmt.Fprintf(&b, "  - name: rule-%d\n    by: [environment, host]\n", i)
		service, word := fmt.Sprintf("service-%d", i%50), words[i%len(words)]
		switch i % 10 {
		case 0:
			fmt.Fprintf(&b, "    when: service == %q && level >= error\n", service)
		case 1:
			fmt.Fprintf(&b, "    when: service == %q && message contains \"%s %d\"\n", service, word, i)
		case 2:
			fmt.Fprintf(&b, "    when: service == %q && message matches \"(?i)%s.*code %d\"\n", service, word, i)
		case 3:
			fmt.Fprintf(&b, "    when: service == %q && fields.status >= 500 && fields.path startsWith \"/v%d\"\n", service, i)
		case 4:
			fmt.Fprintf(&b, "    when: lower(message) contains \"%s of unit %d\"\n", word, i)
		case 5:
			fmt.Fprintf(&b, "    when: level >= warn && message matches \"%s (in|at) module %d\"\n", word, i)
		case 6:
			fmt.Fprintf(&b, "    when: service == %q && template contains \"%s\"\n", service, word)
		case 7:
			fmt.Fprintf(&b, "    when: service == %q\n    value: p95(fields.duration_ms)\n    if: value > 900\n", fmt.Sprintf("other-%d", i))
		case 8:
			fmt.Fprintf(&b, "    when: 'any([message, fields.error], # contains \"%s number %d\")'\n", word, i)
		case 9:
			fmt.Fprintf(&b, "    when: environment == \"prod\" && service in [%q, \"x\"] && fields.user == \"u%d\"\n", service, i)
		}
	}
	return b.String()
}

// benchLines are lines of those services: a few templates each, none of which matches a rule.
func benchLines(n int) []*detector.Event {
	messages := []string{
		"GET /v1/orders/81723 took 12 ms for customer 99213 from 10.20.30.40",
		"payment of 12.50 EUR authorised by provider stripe in 230 ms, reference 8f14e45fceea167a",
		"cache miss for key session:8c1f2e, loading from database replica 2",
		"published event order.created partition 7 offset 9182736 to topic orders after 3 ms of waiting",
	}
	number := func(s string) detector.Value { return detector.Value{Kind: detector.KindNumber, Text: []byte(s)} }
	text := func(s string) detector.Value { return detector.Value{Kind: detector.KindString, Text: []byte(s)} }
	var out []*detector.Event
	for i := range n {
		level := detector.LevelInfo
		if i%20 == 0 {
			level = detector.LevelWarn
		}
		out = append(out, &detector.Event{
			Time: time.Date(2026, 1, 1, 0, 0, i, 0, time.UTC), Service: fmt.Sprintf("service-%d", i%50), Environment: "prod",
			Host: fmt.Sprintf("host-%d", i%7), Level: level, Message: []byte(messages[i%len(messages)]), Format: "json", Structured: true,
			Shape: detector.ShapeID(100 + i%len(messages)), Template: messages[i%len(messages)],
			Fields: detector.Fields{
				{Key: "status", Value: number("200")},
				{Key: "path", Value: text("/v1/orders/81723")},
				{Key: "duration_ms", Value: number("12")},
				{Key: "user", Value: text("alice")},
				{Key: "request_id", Value: text("9f86d081884c7d65")},
			},
			Bytes: 150,
		})
	}
	return out
}

func benchSet(tb testing.TB) *Set {
	tb.Helper()
	set, problems := LoadText("bench.yml", []byte(thousandRules()), Options{Packs: true})
	if set == nil {
		tb.Fatal(problems)
	}
	return set
}

// BenchmarkMatch is a line against 1,000 rules and the default ones: 20 % of a core at 80,000 lines a second is 2.5 us.
func BenchmarkMatch(b *testing.B) {
	m := benchSet(b).NewMatcher(MatcherOptions{})
	defer m.Close()
	lines := benchLines(1000)
	hits := 0
	emit := func(*detector.Hit) { hits++ }
	for _, ev := range lines {
		m.Match(ev, emit)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.Match(lines[i%len(lines)], emit)
	}
	if hits > 0 {
		b.Fatalf("%d lines match", hits)
	}
}

// BenchmarkMatchNewServices is the same with a service that is new on every line.
func BenchmarkMatchNewServices(b *testing.B) {
	m := benchSet(b).NewMatcher(MatcherOptions{})
	defer m.Close()
	lines := benchLines(1000)
	emit := func(*detector.Hit) {}
	for i := 0; b.Loop(); i++ {
		ev := lines[i%len(lines)]
		ev.Service = fmt.Sprintf("new-%d", i)
		m.Match(ev, emit)
	}
}

func TestLinesThatMatchNothingAllocateNothing(t *testing.T) {
	m := benchSet(t).NewMatcher(MatcherOptions{})
	defer m.Close()
	lines := benchLines(200)
	emit := func(h *detector.Hit) { t.Errorf("a line matches %s", h.Series.Name) }
	for _, ev := range lines {
		m.Match(ev, emit)
	}
	if n := testing.AllocsPerRun(10, func() {
		for _, ev := range lines {
			m.Match(ev, emit)
		}
	}); n > 0 {
		t.Errorf("%v allocations for %d lines", n, len(lines))
	}
}

// BenchmarkHit is a line that counts into one rule by two keys.
func BenchmarkHit(b *testing.B) {
	set, problems := LoadText("r.yml", []byte("version: 1\nrules:\n  - {name: a, when: service == \"service-1\", by: [host, fields.user], value: sum(fields.duration_ms)}\n"), Options{})
	if set == nil {
		b.Fatal(problems)
	}
	m := set.NewMatcher(MatcherOptions{})
	defer m.Close()
	ev := benchLines(2)[1]
	hits := 0
	emit := func(*detector.Hit) { hits++ }
	b.ReportAllocs()
	for b.Loop() {
		m.Match(ev, emit)
	}
	if hits == 0 {
		b.Fatal("no hit")
	}
}
