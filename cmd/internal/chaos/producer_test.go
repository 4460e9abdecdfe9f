//go:build linux

package chaos

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// cell is what lines are counted by: a service, a level, and the first word of the message, which names the template.
type cell struct{ service, level, kind string }

func (c cell) String() string { return c.service + "/" + c.level + "/" + c.kind }

// tally is lines by cell.
type tally map[cell]uint64

func (t tally) total() (n uint64) {
	for _, v := range t {
		n += v
	}
	return n
}

// against compares what was counted with what was produced: how many lines are lacking and how many are too many.
func (t tally) against(want tally) (lost, doubled uint64, where []string) {
	cells := maps.Clone(want)
	maps.Copy(cells, t)
	for c := range cells {
		switch got, w := t[c], want[c]; {
		case got < w:
			lost += w - got
			where = append(where, fmt.Sprintf("%s: %d of %d", c, got, w))
		case got > w:
			doubled += got - w
			where = append(where, fmt.Sprintf("%s: %d instead of %d", c, got, w))
		}
	}
	slices.Sort(where)
	return lost, doubled, where
}

// kindOf is the first word of a template.
func kindOf(template string) string {
	word, _, _ := strings.Cut(template, " ")
	return word
}

// flow is what is logged all the time. Services and messages differ, so that every template is one of its own.
var flow = []struct {
	cell
	text string // after the first word; %d is the number of the line
}{
	{cell{"orders", "info", "request"}, "%d of customer c-%d took %d ms"},
	{cell{"orders", "info", "basket"}, "b-%d was emptied by session %d after %d s"},
	{cell{"search", "warn", "cache"}, "lookup for key k-%d missed in shard %d after %d tries"},
	{cell{"search", "info", "index"}, "segment %d merged into %d with %d documents"},
	{cell{"gateway", "error", "payment"}, "%d was refused by bank %d with code %d"},
}

// producer writes numbered lines with acks of all copies, each once: Kafka's idempotent producer. It knows what was
// acknowledged.
type producer struct {
	client *kgo.Client
	rate   int // lines a second
	random *rand.Rand

	work sync.Mutex // held while lines are made: pause takes it

	mu     sync.Mutex
	sent   tally
	lines  uint64
	failed error
}

func newProducer(brokers []string, perSecond int, random *rand.Rand) (*producer, error) {
	client, err := kgo.NewClient(
		kgo.SeedBrokers(brokers...), kgo.DefaultProduceTopic(topic), kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.ProducerBatchCompression(kgo.Lz4Compression()), kgo.MaxBufferedRecords(200_000), kgo.MetadataMaxAge(5*time.Second),
		kgo.AlwaysRetryEOF(), // a broker that is killed as it is first spoken to is no setting that is wrong
	)
	if err != nil {
		return nil, fmt.Errorf("producer: %w", err)
	}
	return &producer{client: client, rate: perSecond, random: random, sent: make(tally)}, nil
}

// run produces at the rate until ctx ends. Now and then lines are late, and now and then one is sent twice, marked so:
// it is two lines.
func (p *producer) run(ctx context.Context) {
	const every = 50 * time.Millisecond
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			p.work.Lock()
			p.burst(max(1, p.rate*int(every)/int(time.Second)))
			p.work.Unlock()
		}
	}
}

// burst produces lines at once. p.work is held.
func (p *producer) burst(n int) {
	for range n {
		f := &flow[p.random.IntN(len(flow))]
		at, host, more := time.Now(), fmt.Sprintf("h-%d", p.random.IntN(8)), ""
		times := 1
		switch p.random.IntN(50) {
		case 0: // late
			at = at.Add(-time.Duration(p.random.IntN(120)) * time.Second)
		case 1:
			times, more = 2, `,"duplicate":true`
		}
		number := p.number()
		text := f.kind + " " + fmt.Sprintf(f.text, number, p.random.IntN(1000), p.random.IntN(1000))
		for range times {
			p.line(f.cell, at, host, text, more)
		}
	}
}

// plant produces lines for which the rule pages, of a host of this name.
func (p *producer) plant(host string) {
	p.work.Lock()
	defer p.work.Unlock()
	for range 30 {
		p.line(cell{"planted", "error", "broken"}, time.Now(), host, fmt.Sprintf("broken pipe number %d", p.number()), "")
	}
}

// leak produces a line with a secret in it, of a service of this name.
func (p *producer) leak(service string) {
	p.work.Lock()
	defer p.work.Unlock()
	p.line(cell{service, "info", "dial"}, time.Now(), "h-1", "dial redis://:Qw8eRt5yUi2oPa7s@cache-1:6379/0", "")
}

// acknowledged is how many lines the brokers have taken.
func (p *producer) acknowledged() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sent.total()
}

func (p *producer) number() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lines++
	return p.lines
}

func (p *producer) line(c cell, at time.Time, host, text, more string) {
	p.record(c, at, time.Time{}, host, text, more)
}

// record is line with the time of its record; zero: now.
func (p *producer) record(c cell, at, recorded time.Time, host, text, more string) {
	value := fmt.Appendf(nil, `{"time":%q,"level":%q,"service":%q,"host":%q,"msg":%q%s}`,
		at.UTC().Format(time.RFC3339Nano), c.level, c.service, host, text, more)
	p.client.Produce(context.Background(), &kgo.Record{Value: value, Timestamp: recorded}, func(_ *kgo.Record, err error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if err != nil {
			p.failed = cmp.Or(p.failed, err)
			return
		}
		p.sent[c]++
	})
}

// pause holds the flow back, waits until all lines are acknowledged, and tells what was sent. resume lets it go on.
func (p *producer) pause(ctx context.Context) (sent tally, err error) {
	p.work.Lock()
	if err := p.client.Flush(ctx); err != nil {
		return nil, fmt.Errorf("lines are not acknowledged: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.sent), p.failed
}

func (p *producer) resume() { p.work.Unlock() }
