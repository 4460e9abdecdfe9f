package app

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/tocsin-io/tocsin/cmd/internal/demo"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/source"
)

// historyTopic is where the demo's past is counted. It is no topic of the log.
const historyTopic = "demo-history"

// What the demo's past is made of.
const (
	pastSpan     = 48 * time.Hour
	pastExamples = 24 // of each statement: the shapes that its lines have
)

// remember gives the engine two days of the company's history, as counts with a thin sample of lines.
func (a *App) remember(ctx context.Context) error {
	if !a.o.Demo {
		return nil
	}
	now := a.o.Now()
	r := rand.New(rand.NewPCG(uint64(now.UnixNano()), 1))
	a.pastTo = now.Truncate(rate.Fine)
	past := &demo.Past{
		Services: demo.Company(), From: now.Add(-pastSpan).Truncate(rate.Fine), To: a.pastTo, Bucket: rate.Fine, Rand: r,
	}
	b, err := a.engine.Backfill(ctx, rate.Partition{Topic: historyTopic})
	if err != nil {
		return err
	}
	lines, err := examples(b, past)
	if err != nil {
		return err
	}
	past.Each(func(at time.Time, service, stream, n int) bool {
		of := lines[service][stream]
		// Lines of one statement may differ in shape: spread them as its examples are.
		for rest := n; rest > 0 && err == nil; {
			take := (rest + 1) / 2
			if rest < 8 {
				take = 1
			}
			err = b.Count(ctx, at, &of[r.IntN(len(of))], take)
			rest -= take
		}
		return err == nil
	})
	if err != nil {
		return err
	}
	for s := range lines {
		for st := range lines[s] {
			for i := range min(3, len(lines[s][st])) {
				b.Show(&lines[s][st][i])
			}
		}
	}
	a.log.Info("the company's past is counted", "services", len(past.Services), "buckets", int(pastSpan/rate.Fine))
	return b.Flush(ctx, past.To)
}

// examples takes some lines of every statement through the stages.
func examples(b *engine.Backfill, past *demo.Past) ([][][]engine.Line, error) {
	out := make([][][]engine.Line, len(past.Services))
	for s := range past.Services {
		for st := range past.Services[s].Streams {
			var records []detector.Record
			for i := range pastExamples {
				at := past.To.Add(-time.Duration(pastExamples-i) * time.Minute)
				if i < 2 {
					at = past.From // when it was first seen
				}
				for _, rec := range past.Example(at, s, st) {
					records = append(records, detector.Record{
						Topic: historyTopic, Offset: int64(len(records)), Time: rec.Time, Key: []byte(rec.Key), Value: []byte(rec.Value),
					})
				}
			}
			lines := b.Lines(records)
			if len(lines) == 0 {
				return nil, fmt.Errorf("demo: %s writes nothing in statement %d", past.Services[s].Name, st)
			}
			out[s] = append(out[s], lines)
		}
	}
	return out, nil
}

// act lets the company log, and things go wrong.
func (a *App) act(context.Context) error {
	if !a.o.Demo {
		return nil
	}
	w, err := source.NewWriter(source.WriterOptions{
		Options: source.Options{Brokers: a.brokers, Topics: []string{a.topic()}}, ByKey: true,
	})
	if err != nil {
		return err
	}
	a.onClose(func(context.Context) error { return w.Close() })
	seed := uint64(a.o.Now().UnixNano())
	a.background("demo", func(ctx context.Context) error {
		ticks := time.NewTicker(100 * time.Millisecond)
		defer ticks.Stop()
		live := &demo.Live{
			Services: demo.Company(), Producer: producer{w}, Rand: rand.New(rand.NewPCG(seed, 2)), Now: a.o.Now, From: a.pastTo, Ticks: ticks.C,
			Rounds: demo.Rounds,
		}
		return live.Run(ctx)
	})
	return nil
}

// producer writes the company's lines to the log topic.
type producer struct{ w *source.Writer }

func (p producer) Produce(ctx context.Context, records []demo.Record) error {
	if len(records) == 0 {
		return nil
	}
	out := make([]detector.Record, len(records))
	for i, r := range records {
		out[i] = detector.Record{Key: []byte(r.Key), Value: []byte(r.Value), Time: r.Time}
	}
	return p.w.Write(ctx, out...)
}
