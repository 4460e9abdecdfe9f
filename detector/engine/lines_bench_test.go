package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/clock"
	"github.com/tocsin-io/tocsin/detector/decode"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/redact"
	"github.com/tocsin-io/tocsin/detector/template"
	"github.com/tocsin-io/tocsin/rules"
)

// packs are the default packs as the engine uses them.
type packs struct{ set *rules.Set }

func (p *packs) Matcher(tally func([]detector.Hit) detector.Tally) Matcher {
	return p.set.NewMatcher(rules.MatcherOptions{Tally: tally})
}

func (p *packs) Judge(shard int) detector.Judge {
	return p.set.NewEvaluator(rules.EvalOptions{Shard: shard, ShardOf: rate.ShardOf})
}

func (p *packs) Early(rule string) bool { return p.set.Early(rule) }

func (p *packs) Adjust(s *detector.Signal) (detector.Severity, bool) { return p.set.Adjust(s) }

func loadPacks() (*packs, error) {
	set, problems := rules.Load(nil, nil, rules.Options{Packs: true})
	if set == nil {
		return nil, fmt.Errorf("the default packs do not load: %v", problems)
	}
	return &packs{set}, nil
}

// benchLine is the i-th of a stream of JSON lines of about 300 bytes, of four services with two templates each.
func benchLine(b []byte, i int, at time.Time) []byte {
	service := []string{"checkout", "payments", "search", "mail"}[i%4]
	message := fmt.Sprintf("request %d completed for customer %d", i, i%9973)
	if i%8 >= 4 {
		message = fmt.Sprintf("cache miss for key session:%06x, loading from replica %d", i%65521, i%3)
	}
	return fmt.Appendf(b, `{"time":%q,"level":"INFO","msg":%q,"service":%q,"env":"prod","host":"web-%d","method":"GET","path":"/api/v1/orders/%d",`+
		`"status":200,"duration_ms":%d.75,"user_agent":"Mozilla/5.0 (X11; Linux x86_64)","trace_id":"%032x"}`,
		at.Format(time.RFC3339Nano), message, service, i%7, i%1842, i%90, uint64(i)*0x9e3779b97f4a7c15)
}

// unredacted leaves events as they are, so that redaction can be told from the rest.
type unredacted struct{}

func (unredacted) Event(*detector.Event) {}

// benchPipeline is a partition's way of a line without Kafka and Redis.
func benchPipeline(r Redactor) (*Pipeline, error) {
	p, err := loadPacks()
	if err != nil {
		return nil, err
	}
	backend := rate.NewMemory()
	id := rate.Partition{Topic: "logs"}
	claim, err := backend.Claim(context.Background(), id, 1)
	if err != nil {
		return nil, err
	}
	learner, err := template.NewLearner(template.Options{}, template.NewAliases())
	if err != nil {
		return nil, err
	}
	c := rate.NewCounter(id, 1, claim, backend, rate.CounterOptions{})
	sink := counterSink{c, time.Now, &durations{counter: c, learner: learner}, newFieldValues(c)}
	return NewPipeline(decode.New(decode.Options{}), r, clock.New(clock.Options{}), learner, p.Matcher(sink.Tally), sink, new(Stats), nil), nil
}

func defaultRedactor() (Redactor, error) {
	c, err := redact.Compile(redact.Options{FingerprintKey: []byte("0123456789abcdef")})
	if err != nil {
		return nil, err
	}
	return c.Redactor(), nil
}
