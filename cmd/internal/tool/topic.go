package tool

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/decode"
	"github.com/tocsin-io/tocsin/detector/redact"
)

// Topic is the log that the service reads: where it is, and how it is understood. It is read without a group, so that
// no running service is disturbed.
type Topic struct {
	Brokers []string
	Topics  []string
	Pattern *regexp.Regexp // instead of Topics
	Dialer  *kafka.Dialer
	Decode  decode.Options
	Redact  redact.Options
}

// partition reads one partition up to its end at the start, but for what is later than a time.
type partition struct {
	topic  string
	id     int
	dialer *kafka.Dialer
	broker string
	conn   *kafka.Conn
	batch  *kafka.Batch
	at     int64
	end    int64
	to     time.Time
	empty  int // answers without a record, one after the other
	rec    detector.Record
}

// open finds the partitions and, in each, the first record from a time on.
func (t Topic) open(ctx context.Context, from, to time.Time) ([]*partition, error) {
	found, broker, err := t.partitions(ctx)
	if err != nil {
		return nil, err
	}
	var out []*partition
	for _, f := range found {
		p := &partition{topic: f.Topic, id: f.ID, dialer: t.Dialer, broker: broker, to: to}
		if err := p.begin(ctx, from); err != nil {
			closeAll(append(out, p))
			return nil, fmt.Errorf("kafka: %s/%d: %w", f.Topic, f.ID, err)
		}
		out = append(out, p)
	}
	return out, nil
}

// partitions asks the first broker that answers.
func (t Topic) partitions(ctx context.Context) (found []kafka.Partition, broker string, err error) {
	var errs []error
	for _, broker := range t.Brokers {
		all, err := t.ask(ctx, broker)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for _, p := range all {
			if slices.Contains(t.Topics, p.Topic) || t.Pattern != nil && p.Topic != "__consumer_offsets" && t.Pattern.MatchString(p.Topic) {
				found = append(found, p)
			}
		}
		if len(found) == 0 {
			return nil, "", errors.New("kafka: the brokers answer, and no topic that is to be read exists: look at kafka.topics in the configuration")
		}
		slices.SortFunc(found, func(a, b kafka.Partition) int {
			if a.Topic != b.Topic {
				return strings.Compare(a.Topic, b.Topic)
			}
			return a.ID - b.ID
		})
		return found, broker, nil
	}
	return nil, "", fmt.Errorf("kafka: no broker answers: %w", errors.Join(errs...))
}

func (t Topic) ask(ctx context.Context, broker string) ([]kafka.Partition, error) {
	conn, err := t.Dialer.DialContext(ctx, "tcp", broker)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(answerWithin)); err != nil {
		return nil, err
	}
	return conn.ReadPartitions() // of all topics: asking for one by name creates it on some brokers
}

// Of a question to a broker, and of a fetch.
const (
	answerWithin = 10 * time.Second
	fetchWait    = 250 * time.Millisecond
	fetchBytes   = 16 << 20 // a record larger than this stops the reading with an error
	maxEmpty     = 3        // answers without records before the end: what is left are marks of transactions
	maxTries     = 5        // of a fetch that fails
)

func (p *partition) begin(ctx context.Context, from time.Time) error {
	if err := p.dial(ctx); err != nil {
		return err
	}
	_, end, err := p.conn.ReadOffsets()
	if err != nil {
		return err
	}
	p.end, p.at = end, end
	first, err := p.conn.ReadOffset(from)
	if err != nil {
		return err
	}
	if first >= 0 {
		p.at = first
	}
	return nil
}

func (p *partition) dial(ctx context.Context) error {
	conn, err := p.dialer.DialLeader(ctx, "tcp", p.broker, p.topic, p.id)
	if err != nil {
		return err
	}
	p.conn = conn
	return conn.SetDeadline(time.Now().Add(answerWithin))
}

// next returns the next record that is not later than the last time that is wanted; io.EOF where the log ended when the
// reading began.
func (p *partition) next(ctx context.Context) (*detector.Record, error) {
	for tries := 0; ; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if p.at >= p.end || p.empty >= maxEmpty {
			return nil, io.EOF
		}
		m, err := p.read(ctx)
		switch {
		case err == nil:
			p.at, p.empty = m.Offset+1, 0
			if m.Time.After(p.to) { // of a producer whose clock is ahead, too: what comes after may be wanted
				tries = 0
				continue
			}
			return p.record(m), nil
		case errors.Is(err, io.EOF): // of the answer
		default:
			if tries++; tries >= maxTries {
				return nil, fmt.Errorf("kafka: %s/%d, offset %d: %w", p.topic, p.id, p.at, err)
			}
			p.close()
		}
	}
}

// read reads one message of the answer at hand, or asks for the next answer; io.EOF at the end of an answer.
func (p *partition) read(ctx context.Context) (kafka.Message, error) {
	if p.conn == nil {
		if err := p.dial(ctx); err != nil {
			return kafka.Message{}, err
		}
	}
	if p.batch == nil {
		if err := p.conn.SetDeadline(time.Now().Add(answerWithin)); err != nil {
			return kafka.Message{}, err
		}
		if _, err := p.conn.Seek(p.at, kafka.SeekAbsolute|kafka.SeekDontCheck); err != nil {
			return kafka.Message{}, err
		}
		p.empty++
		p.batch = p.conn.ReadBatchWith(kafka.ReadBatchConfig{
			MinBytes: 1, MaxBytes: fetchBytes, MaxWait: fetchWait, IsolationLevel: kafka.ReadCommitted,
		})
	}
	m, err := p.batch.ReadMessage()
	if err == nil {
		return m, nil
	}
	reached := p.batch.Offset()
	closed := p.batch.Close()
	p.batch = nil
	if errors.Is(err, io.EOF) || errors.Is(err, kafka.RequestTimedOut) {
		if reached > p.at {
			p.at = reached
		}
		if closed != nil && !errors.Is(closed, io.EOF) && !errors.Is(closed, kafka.RequestTimedOut) {
			return m, closed
		}
		return m, io.EOF
	}
	return m, err
}

func (p *partition) record(m kafka.Message) *detector.Record {
	p.rec = detector.Record{
		Topic: p.topic, Partition: p.id, Offset: m.Offset, Time: m.Time.UTC(), Key: m.Key, Value: m.Value, Headers: p.rec.Headers[:0],
	}
	for _, h := range m.Headers {
		p.rec.Headers = append(p.rec.Headers, detector.Header{Key: h.Key, Value: h.Value})
	}
	return &p.rec
}

// close gives the connection up; what its end says matters no more.
func (p *partition) close() {
	if p.batch != nil {
		_ = p.batch.Close()
		p.batch = nil
	}
	if p.conn != nil {
		_ = p.conn.Close()
		p.conn = nil
	}
}

func closeAll(all []*partition) {
	for _, p := range all {
		p.close()
	}
}
