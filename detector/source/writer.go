package source

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/tocsin-io/tocsin/detector"
)

// WriterOptions say where to write. Brokers, TLS, SASL, ClientID and RequestTimeout of Options are used, and Topics[0].
type WriterOptions struct {
	Options
	Compression string        // none where empty; gzip, snappy, lz4 or zstd
	Linger      time.Duration // 10 ms: how long to wait for more before a batch is sent
	ByKey       bool          // records of one key go to one partition; else in turn
}

// Writer produces records and returns when all replicas in sync have them. It is safe for concurrent use.
type Writer struct {
	writer *kafka.Writer
}

// NewWriter checks the options; it connects to nothing yet.
func NewWriter(opts WriterOptions) (*Writer, error) {
	opts.Options = opts.withDefaults()
	if len(opts.Brokers) == 0 || len(opts.Topics) != 1 {
		return nil, errors.New("kafka: a writer needs brokers and one topic")
	}
	m, err := opts.SASL.mechanism()
	if err != nil {
		return nil, err
	}
	compression := kafka.Compression(0)
	if opts.Compression != "" {
		if err := compression.UnmarshalText([]byte(opts.Compression)); err != nil {
			return nil, fmt.Errorf("kafka: compression %q is unknown: use gzip, snappy, lz4 or zstd", opts.Compression)
		}
	}
	if opts.Linger <= 0 {
		opts.Linger = 10 * time.Millisecond
	}
	w := &kafka.Writer{
		Addr: kafka.TCP(opts.Brokers...), Topic: opts.Topics[0],
		RequiredAcks: kafka.RequireAll, // the zero value acknowledges nothing
		Compression:  compression, BatchTimeout: opts.Linger, BatchSize: 5000, BatchBytes: 900 << 10,
		WriteTimeout: opts.RequestTimeout, ReadTimeout: opts.RequestTimeout, MaxAttempts: 10,
		Balancer: &kafka.RoundRobin{},
		Transport: &kafka.Transport{
			ClientID: opts.ClientID, DialTimeout: opts.RequestTimeout, TLS: opts.TLS, SASL: m, MetadataTTL: 2 * time.Second,
		},
	}
	if opts.ByKey {
		w.Balancer = &kafka.Hash{}
	}
	return &Writer{writer: w}, nil
}

// Write produces the records' keys, values, headers and times; a zero time is now. It returns when all are
// acknowledged, or a *WriteError that tells how many are not known to be.
func (w *Writer) Write(ctx context.Context, records ...detector.Record) error {
	messages := make([]kafka.Message, len(records))
	for i := range records {
		r := &records[i]
		messages[i] = kafka.Message{Key: r.Key, Value: r.Value, Time: r.Time}
		for _, h := range r.Headers {
			messages[i].Headers = append(messages[i].Headers, kafka.Header{Key: h.Key, Value: h.Value})
		}
	}
	return summarise(w.writer.WriteMessages(ctx, messages...), len(records))
}

// Close sends what is waiting and closes the connections.
func (w *Writer) Close() error {
	err := w.writer.Close()
	w.writer.Transport.(*kafka.Transport).CloseIdleConnections()
	if err != nil {
		return fmt.Errorf("kafka: %w", err)
	}
	return nil
}

// WriteError says how many records of one Write are not known to be kept, and each distinct cause once.
type WriteError struct {
	Failed int
	Of     int
	Causes map[string]int
	At     []bool // for each record whether it failed; nil where all did
}

// Error names each cause with its count.
func (e *WriteError) Error() string {
	causes := make([]string, 0, len(e.Causes))
	for cause, n := range e.Causes {
		causes = append(causes, fmt.Sprintf("%s (%d)", cause, n))
	}
	sort.Strings(causes)
	return fmt.Sprintf("kafka: %d of %d records were not acknowledged: %s", e.Failed, e.Of, strings.Join(causes, "; "))
}

// summarise makes one short error of kafka-go's, which prints one line for each record.
func summarise(err error, of int) error {
	if err == nil {
		return nil
	}
	out := &WriteError{Of: of, Causes: make(map[string]int)}
	var each kafka.WriteErrors
	if !errors.As(err, &each) {
		out.Failed = of
		out.Causes[err.Error()] = of
		return out
	}
	out.At = make([]bool, len(each))
	for i, err := range each {
		if err != nil {
			out.Failed++
			out.At[i] = true
			out.Causes[err.Error()]++
		}
	}
	return out
}
