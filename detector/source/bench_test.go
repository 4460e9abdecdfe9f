package source_test

import (
	"bytes"
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/source"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

// BenchmarkTopic reads a real topic of four partitions, lines of about 150 bytes; the second form counts them into a
// real Redis. Reported are lines a second and the client's processor time a line.
func BenchmarkTopic(b *testing.B) {
	const lines = 400_000
	addr := broker(b)
	for _, codec := range []string{"none", "lz4", "zstd"} {
		topic := createTopic(b, addr, 4)
		fill(b, addr, topic, codec, lines)
		b.Run("read/"+codec, func(b *testing.B) {
			for b.Loop() {
				drain(b, addr, topic, lines, func(ctx context.Context, p *source.Partition, n *atomic.Int64) error {
					return eachBatch(ctx, p, func(batch source.Batch) error {
						n.Add(int64(len(batch.Records)))
						return nil
					})
				})
			}
		})
		b.Run("count/"+codec, func(b *testing.B) {
			for b.Loop() {
				backend := openRedis(b)
				drain(b, addr, topic, lines, func(ctx context.Context, p *source.Partition, n *atomic.Int64) error {
					return countAll(ctx, p, backend, n)
				})
			}
		})
	}
}

func eachBatch(ctx context.Context, p *source.Partition, fn func(source.Batch) error) error {
	for {
		b, err := p.Next(ctx)
		if err != nil {
			return err
		}
		if err := fn(b); err != nil {
			return err
		}
	}
}

func countAll(ctx context.Context, p *source.Partition, backend rate.Backend, n *atomic.Int64) error {
	part := rate.Partition{Topic: p.Topic, ID: p.ID}
	claim, err := backend.Claim(ctx, part, 1)
	if err != nil {
		return err
	}
	c := rate.NewCounter(part, 1, claim, backend, rate.CounterOptions{})
	last := time.Now()
	return eachBatch(ctx, p, func(b source.Batch) error {
		for i := range b.Records {
			r := &b.Records[i]
			c.Line(r.Time, "checkout", "prod", detector.LevelInfo, detector.ShapeID(2+r.Offset%500), len(r.Value))
		}
		if len(b.Records) == 0 || time.Since(last) > 500*time.Millisecond {
			last = time.Now()
			if err := c.Flush(ctx, rate.Checkpoint{Next: b.Next, End: b.End}); err != nil {
				return err
			}
		}
		n.Add(int64(len(b.Records)))
		return nil
	})
}

func fill(b *testing.B, addr, topic, codec string, lines int) {
	b.Helper()
	if codec == "none" {
		codec = ""
	}
	w, err := source.NewWriter(source.WriterOptions{Options: source.Options{Brokers: []string{addr}, Topics: []string{topic}}, Compression: codec})
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	pad := bytes.Repeat([]byte("x"), 40)
	for n := 0; n < lines; n += 5000 {
		records := make([]detector.Record, 5000)
		for i := range records {
			records[i].Value = fmt.Appendf(nil, `{"time":"2026-03-04T05:06:07Z","level":"info","service":"checkout","msg":"order %d accepted","pad":"%s"}`, n+i, pad)
		}
		if err := w.Write(b.Context(), records...); err != nil {
			b.Fatal(err)
		}
	}
}

func drain(b *testing.B, addr, topic string, lines int, fn func(context.Context, *source.Partition, *atomic.Int64) error) {
	b.Helper()
	opts := options(b, addr, topic)
	opts.MaxWait = 250 * time.Millisecond
	c, err := source.New(opts)
	if err != nil {
		b.Fatal(err)
	}
	var n atomic.Int64
	var began time.Time
	var used time.Duration
	ctx, cancel := context.WithTimeout(b.Context(), 2*time.Minute)
	defer cancel()
	done := make(chan error, 1)
	started := make(chan struct{}, 16)
	go func() {
		done <- c.Run(ctx, source.HandlerFunc(func(ctx context.Context, p *source.Partition) error {
			started <- struct{}{}
			return fn(ctx, p, &n)
		}))
	}()
	<-started
	began, used = time.Now(), testkit.CPU(b)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for n.Load() < int64(lines) && ctx.Err() == nil {
		<-tick.C
	}
	took, used := time.Since(began), testkit.CPU(b)-used
	cancel()
	<-done
	if n.Load() != int64(lines) {
		b.Fatalf("%d of %d lines came", n.Load(), lines)
	}
	b.ReportMetric(float64(lines)/took.Seconds(), "lines/s")
	b.ReportMetric(float64(used.Nanoseconds())/float64(lines), "cpu-ns/line")
}
