package e2e

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// backlogLines is BACKLOG_LINES, or enough to show that it is exact.
func backlogLines(t *testing.T) int {
	t.Helper()
	v := os.Getenv("BACKLOG_LINES")
	if v == "" {
		return 200_000
	}
	n, err := strconv.Atoi(v)
	if err != nil {
		t.Fatalf("BACKLOG_LINES: %v", err)
	}
	return n
}

// pileUp produces so many lines of all kinds in batches of lz4, as fast as the broker takes them, and returns what was
// acknowledged.
func pileUp(t *testing.T, broker, topic string, lines int) map[kind]uint64 {
	t.Helper()
	client, err := kgo.NewClient(
		kgo.SeedBrokers(broker), kgo.DefaultProduceTopic(topic), kgo.ProducerBatchCompression(kgo.Lz4Compression()),
		kgo.MaxBufferedRecords(100_000), kgo.ProducerLinger(20*time.Millisecond),
	)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	acked := make([]atomic.Uint64, len(kinds))
	var refused atomic.Pointer[error]
	var promises []func(*kgo.Record, error)
	for i := range kinds {
		promises = append(promises, func(_ *kgo.Record, err error) {
			if err != nil {
				refused.Store(&err)
				return
			}
			acked[i].Add(1)
		})
	}
	var heads [][]byte
	for n := range lines {
		if n%1000 == 0 { // the times of the lines go on
			heads = heads[:0]
			for _, k := range kinds {
				heads = append(heads, fmt.Appendf(nil, `{"time":%q,"level":%q,"service":%q,"host":"h%d","msg":"%s `,
					time.Now().UTC().Format(time.RFC3339Nano), k.level, k.service, n/1000%16, k.word))
			}
		}
		i := n % len(kinds)
		value := append(make([]byte, 0, len(heads[i])+60), heads[i]...)
		value = append(strconv.AppendInt(value, int64(n), 10), " was done in "...)
		value = append(strconv.AppendInt(value, int64(n*7919%1000), 10), ` ms"}`...)
		client.Produce(t.Context(), &kgo.Record{Value: value}, promises[i])
	}
	if err := client.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := refused.Load(); err != nil {
		t.Fatal(*err)
	}
	want := make(map[kind]uint64)
	for i, k := range kinds {
		want[k.kind] = acked[i].Load()
	}
	return want
}

// TestBacklog lets a pile of lines wait in Kafka (one broker, lz4) and then counts it: exactly. BACKLOG_LINES says how
// many; `make backlog` takes 50 million. It tells how fast that was, and the memory.
func TestBacklog(t *testing.T) {
	lines := backlogLines(t)
	binary(t) // built before the clock runs
	p := newParts(t, 4)
	from := time.Now().Add(-time.Minute)
	want := pileUp(t, p.kafka, p.topic, lines)
	produced := time.Since(from) - time.Minute
	path := filepath.Join(t.TempDir(), "tocsin.yml")
	if err := os.WriteFile(path, []byte(p.configuration("")), 0o600); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	proc := spawn(t, nil, "run", "--config", path)
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second+time.Duration(lines)*50*time.Microsecond)
	defer cancel()
	every := time.NewTicker(500 * time.Millisecond)
	defer every.Stop()
	for {
		got, err := countedByKind(proc.url, from)
		if err == nil && maps.Equal(got, want) {
			break
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%v: counted %v, acknowledged %v", err, sorted(got), sorted(want))
		case <-every.C:
		}
	}
	took := time.Since(began)
	_, peak := proc.rss()
	proc.stop(30 * time.Second)
	used := proc.cmd.ProcessState.UserTime() + proc.cmd.ProcessState.SystemTime()
	t.Logf("%d lines: produced in %s, counted in %s, %.0f lines/s, %.2f us of processor time a line, at most %d MB", lines, produced.Round(time.Second),
		took.Round(100*time.Millisecond), float64(lines)/took.Seconds(), used.Seconds()*1e6/float64(lines), peak)
}
