package engine

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/rules"
)

// countingRules are so many rules, up to 1,000, over 100 services as people write them: of the ten of a service two or
// three count each of its lines.
func countingRules(n int) (*packs, error) {
	kinds := []string{
		`when: 'service == "$s" && level >= error', value: share, of: 'service == "$s"', if: 'value > 0.5 && count > 1000000'`,
		`when: 'service == "$s"', value: p95(fields.duration_ms), if: value > 100000`,
		`when: 'service == "$s" && level >= error', value: new(template), if: value > 100000`,
		`when: 'service == "$s" && level >= error', by: [host], if: 'value > 1000000 && value > 4 * expected', for: 1m`,
		`when: 'service == "$s" && fields.status >= 500', by: [environment], if: value > 1000000`,
		`when: 'service == "$s"', if: value == 0, window: 10m`,
		`when: 'service == "$s" && template contains "timeout"', if: value > 20`,
		`when: 'service == "$s" && message contains "failure number $n"', if: value > 20`,
		`when: 'service == "$s" && level >= warn && message matches "(?i)deadlock.*code $n"', by: [host], if: value > 3 * previous`,
		`when: 'level >= error && message contains "timeout of pool $n"', by: [service]`,
	}
	var b strings.Builder
	b.WriteString("version: 1\nrules:\n")
	for i := range n {
		text := strings.NewReplacer("$s", fmt.Sprintf("service-%d", i/10), "$n", fmt.Sprint(i)).Replace(kinds[i%10])
		fmt.Fprintf(&b, "  - {name: rule-%d, severity: notice, %s}\n", i, text)
	}
	set, problems := rules.LoadText("bench.yml", []byte(b.String()), rules.Options{})
	if set == nil {
		return nil, fmt.Errorf("the rules do not load: %v", problems)
	}
	return &packs{set}, nil
}

// serviceLines are lines of those services, of which one in fifty is an error.
func serviceLines(n int, at time.Time) []detector.Record {
	out := make([]detector.Record, n)
	for i := range out {
		out[i] = detector.Record{Topic: "logs", Offset: int64(i), Time: at, Value: serviceLine(nil, i, at)}
	}
	return out
}

func serviceLine(b []byte, i int, at time.Time) []byte {
	level, status := "info", 200
	if i/100%50 == 49 {
		level, status = "error", 503
	}
	return fmt.Appendf(b, `{"time":%q,"level":%q,"service":"service-%d","env":"prod",`+
		`"host":"web-%d","msg":"handled order for customer %d after %d ms","method":"GET","path":"/api/v1/orders/%d","status":%d,"duration_ms":%d,`+
		`"user_agent":"Mozilla/5.0 (X11; Linux)","trace_id":"%032x"}`, at.Format(time.RFC3339Nano), level, i%100, i%7, i%9973, i%211, i%1842, status, i%211,
		uint64(i)*0x9e3779b97f4a7c15)
}

// BenchmarkKafkaToCountedWithRules is BenchmarkKafkaToCounted of those lines with no rule, 100 and 1,000, in turn.
func BenchmarkKafkaToCountedWithRules(b *testing.B) {
	const lines = 200_000
	addr := need(b, "TOCSIN_TEST_KAFKA")
	u, err := url.Parse(need(b, "TOCSIN_TEST_REDIS"))
	if err != nil {
		b.Fatal(err)
	}
	topic := "bench_" + rand.Text()
	produce(b, addr, topic, lines, serviceLine)
	redactor, err := defaultRedactor()
	if err != nil {
		b.Fatal(err)
	}
	for turn := range 5 {
		for _, n := range []int{0, 100, 1000} {
			p, err := countingRules(n)
			if err != nil {
				b.Fatal(err)
			}
			b.Run(fmt.Sprintf("turn=%d/rules=%d", turn, n), func(b *testing.B) {
				for b.Loop() {
					consumeAll(b, addr, u.Host, topic, p, redactor, lines)
				}
			})
		}
	}
}

// BenchmarkLineWithRules is what rules that count each line cost on its way through all stages: the fastest time of each
// few lines, as in BenchmarkLine.
func BenchmarkLineWithRules(b *testing.B) {
	p, err := countingRules(1000)
	if err != nil {
		b.Fatal(err)
	}
	for _, with := range []bool{false, true} {
		b.Run(map[bool]string{false: "none", true: "1000"}[with], func(b *testing.B) {
			pipe, err := benchPipeline(unredacted{})
			if err != nil {
				b.Fatal(err)
			}
			pipe.SetMatcher(nil)
			if with {
				pipe.SetMatcher(p.Matcher(pipe.sink.(counterSink).Tally))
			}
			records := serviceLines(10_000, day.Add(time.Hour))
			for i := range records {
				pipe.Record(&records[i])
			}
			fastest(b, pipe, records, 20)
		})
	}
}
