package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/source"
)

// load produces lines: every series in turn, each of one service, with the service as the key of its record.
type load struct {
	writer  *source.Writer
	size    size
	written int
}

func newLoad(w *world, s size) (*load, error) {
	writer, err := source.NewWriter(source.WriterOptions{
		Options: source.Options{Brokers: []string{w.kafka}, Topics: []string{w.name}}, Compression: "lz4", ByKey: true,
	})
	return &load{writer: writer, size: s}, err
}

func (l *load) close() error { return l.writer.Close() }

// chunk is how many lines are produced at once, at most.
const chunk = 5000

// write produces n lines at a pace of so many a second.
func (l *load) write(ctx context.Context, n, pace int) error {
	every := time.Second / 5
	tick := time.NewTicker(every)
	defer tick.Stop()
	began := time.Now()
	for done := 0; done < n; {
		due := min(n, int(time.Since(began).Seconds()*float64(pace))+pace/5)
		for done < due {
			batch := make([]detector.Record, min(chunk, due-done))
			now := time.Now()
			for i := range batch {
				batch[i] = l.line(l.written+i, now)
			}
			if err := l.writer.Write(ctx, batch...); err != nil {
				return err
			}
			done, l.written = done+len(batch), l.written+len(batch)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// line is the i-th line: a JSON object of about 300 bytes. Series are templates, told apart by words, as numbers are
// masked; they are spread over the services. Every fiftieth template of a service is that of an error.
func (l *load) line(i int, at time.Time) detector.Record {
	series := i % l.size.series
	service, text := fmt.Sprintf("service-%d", series%l.size.services), series/l.size.services
	level, status := "info", 200
	if text%50 == 49 {
		level, status = "error", 503
	}
	b := fmt.Appendf(nil, `{"time":%q,"level":%q,"service":%q,"env":"prod","host":"web-%d","msg":"handled %s for customer %d after %d ms","method":"GET",`+
		`"path":"/api/v1/orders/%d","status":%d,"duration_ms":%d,"user_agent":"Mozilla/5.0 (X11; Linux)","trace_id":"%032x"}`,
		at.UTC().Format(time.RFC3339Nano), level, service, i%7, words(text), i%9973, i%211, i%1842, status, i%211, uint64(i)*0x9e3779b97f4a7c15)
	return detector.Record{Key: []byte(service), Value: b, Time: at}
}

// words writes a number in words of which no part is masked.
func words(n int) string {
	parts := []string{"alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliett"}
	var out []string
	for _, digit := range fmt.Sprintf("%04d", n) {
		out = append(out, parts[digit-'0'])
	}
	return strings.Join(out, " ")
}
