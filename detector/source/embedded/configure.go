package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"
)

// maxMessage is the largest batch that is taken, in bytes: a line of 1 MiB fits, whatever its shipper adds.
const maxMessage = 4 << 20

// configure gives the topic its retention and partitions. The broker keeps what it was told at its first start and
// takes other options only as any client sends them.
func (b *Broker) configure(ctx context.Context, opts Options) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	transport := new(kafka.Transport)
	defer transport.CloseIdleConnections()
	client := &kafka.Client{Addr: kafka.TCP(b.addr), Transport: transport}
	have := len(b.cluster.PartitionInfos(opts.Topic))
	if have == 0 {
		if err := b.cluster.CreateTopic(opts.Topic, int32(opts.Partitions), nil); err != nil {
			return fmt.Errorf("topic %s: %w", opts.Topic, err)
		}
	} else if have < opts.Partitions {
		res, err := client.CreatePartitions(ctx, &kafka.CreatePartitionsRequest{
			Topics: []kafka.TopicPartitionsConfig{{Name: opts.Topic, Count: int32(opts.Partitions)}},
		})
		if err == nil {
			err = res.Errors[opts.Topic]
		}
		if err != nil {
			return fmt.Errorf("partitions of topic %s: %w", opts.Topic, err)
		}
	}
	have = max(have, opts.Partitions)
	bytes := max(opts.RetentionBytes/int64(have), 1<<20)
	// Space is freed by whole segments.
	segment := min(max(bytes/8, 1<<20), 64<<20)
	res, err := client.IncrementalAlterConfigs(ctx, &kafka.IncrementalAlterConfigsRequest{
		Resources: []kafka.IncrementalAlterConfigsRequestResource{{
			ResourceType: kafka.ResourceTypeTopic, ResourceName: opts.Topic,
			Configs: []kafka.IncrementalAlterConfigsRequestConfig{
				set("retention.bytes", bytes),
				set("retention.ms", -1), // see arrivals
				set("segment.bytes", segment),
				set("max.message.bytes", maxMessage),
			},
		}},
	})
	if err != nil {
		return fmt.Errorf("retention of topic %s: %w", opts.Topic, err)
	}
	for _, r := range res.Resources {
		if r.Error != nil {
			return fmt.Errorf("retention of topic %s: %w", opts.Topic, r.Error)
		}
	}
	return nil
}

func set(name string, value int64) kafka.IncrementalAlterConfigsRequestConfig {
	return kafka.IncrementalAlterConfigsRequestConfig{
		Name: name, Value: strconv.FormatInt(value, 10), ConfigOperation: kafka.ConfigOperationSet,
	}
}

// logger hands the broker's warnings on, and remembers that it did not keep what it should: it tells so nowhere else.
type logger struct {
	log *slog.Logger

	mu   sync.Mutex
	last error
}

// Logf implements kfake.Logger.
func (l *logger) Logf(level kfake.LogLevel, format string, args ...any) {
	text := "embedded broker: " + fmt.Sprintf(format, args...)
	switch level {
	case kfake.LogLevelError:
		l.log.Error(text)
		l.mu.Lock()
		l.last = errors.New(text)
		l.mu.Unlock()
	case kfake.LogLevelWarn:
		l.log.Warn(text)
	}
}

// forget drops what went wrong so far.
func (l *logger) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = nil
}

// failed is the last error since then.
func (l *logger) failed() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}
