package source

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
	"github.com/segmentio/kafka-go/protocol/listoffsets"
	"github.com/segmentio/kafka-go/protocol/metadata"

	"github.com/tocsin-io/tocsin/detector/rate"
)

// layout is the topics that are read, with how many partitions each has.
type layout map[string]int

func (l layout) topics() []string {
	out := make([]string, 0, len(l))
	for topic := range l {
		out = append(out, topic)
	}
	slices.Sort(out)
	return out
}

// metadata asks about the topics, or about all of them where topics is nil. It creates none.
func (c *client) metadata(ctx context.Context, topics []string) (*metadata.Response, error) {
	got, err := c.ask(ctx, &metadata.Request{TopicNames: topics})
	if err != nil {
		return nil, err
	}
	return got.(*metadata.Response), nil
}

// layout finds the topics that are to be read and exist now.
func (c *client) layout(ctx context.Context) (layout, error) {
	topics := c.opts.Topics
	if c.opts.Pattern != nil {
		topics = nil
	}
	res, err := c.metadata(ctx, topics)
	if err != nil {
		return nil, err
	}
	out := make(layout)
	for _, t := range res.Topics {
		wanted := slices.Contains(c.opts.Topics, t.Name) || c.opts.Pattern != nil && !t.IsInternal && c.opts.Pattern.MatchString(t.Name)
		if !wanted {
			continue
		}
		switch code := kafka.Error(t.ErrorCode); {
		case t.ErrorCode == 0 && len(t.Partitions) > 0:
			out[t.Name] = len(t.Partitions)
		case t.ErrorCode == 0, errors.Is(code, kafka.UnknownTopicOrPartition), errors.Is(code, kafka.LeaderNotAvailable):
			// Not there yet: it is taken up when it is.
		default:
			return nil, fmt.Errorf("kafka: topic %s: %w", t.Name, code)
		}
	}
	return out, nil
}

// leader finds the address of the partition's leader.
func (c *client) leader(ctx context.Context, topic string, partition int) (string, error) {
	res, err := c.metadata(ctx, []string{topic})
	if err != nil {
		return "", err
	}
	for _, t := range res.Topics {
		if t.Name != topic {
			continue
		}
		if t.ErrorCode != 0 {
			return "", fmt.Errorf("kafka: topic %s: %w", topic, kafka.Error(t.ErrorCode))
		}
		for _, p := range t.Partitions {
			if int(p.PartitionIndex) != partition {
				continue
			}
			for _, b := range res.Brokers {
				if b.NodeID == p.LeaderID {
					return net.JoinHostPort(b.Host, strconv.Itoa(int(b.Port))), nil
				}
			}
			return "", fmt.Errorf("kafka: %s/%d has no leader now", topic, partition)
		}
	}
	return "", fmt.Errorf("kafka: %s/%d: %w", topic, partition, kafka.UnknownTopicOrPartition)
}

// dialLeader connects to the partition's leader.
func (c *client) dialLeader(ctx context.Context, topic string, partition int) (*protocol.Conn, error) {
	addr, err := c.leader(ctx, topic, partition)
	if err != nil {
		return nil, err
	}
	return c.dial(ctx, addr)
}

// The time stamps that ask for the log's ends.
const (
	latest   = -1
	earliest = -2
)

// bounds asks the leader for the oldest offset, for the one after the newest, and which log that is.
func (c *client) bounds(ctx context.Context, topic string, partition int) (b Bounds, err error) {
	conn, err := c.dialLeader(ctx, topic, partition)
	if err != nil {
		return b, err
	}
	defer conn.Close()
	if b.Log, err = c.topicID(ctx, conn, topic); err != nil {
		return b, err
	}
	if b.First, err = c.offset(ctx, conn, topic, partition, earliest); err != nil {
		return b, err
	}
	b.End, err = c.offset(ctx, conn, topic, partition, latest)
	return b, err
}

// offsetAt asks the leader for the first offset whose record's time is not before t; -1 where there is none.
func (c *client) offsetAt(ctx context.Context, topic string, partition int, t time.Time) (int64, error) {
	conn, err := c.dialLeader(ctx, topic, partition)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	return c.offset(ctx, conn, topic, partition, max(0, t.UnixMilli()))
}

// offset asks for the offset of a time in Unix milliseconds, or of an end of the log.
func (c *client) offset(ctx context.Context, conn *protocol.Conn, topic string, partition int, stamp int64) (int64, error) {
	got, err := c.roundTrip(ctx, conn, &listoffsets.Request{ReplicaID: -1, Topics: []listoffsets.RequestTopic{{
		Topic:      topic,
		Partitions: []listoffsets.RequestPartition{{Partition: int32(partition), CurrentLeaderEpoch: -1, Timestamp: stamp}},
	}}})
	if err != nil {
		return 0, err
	}
	topics := got.(*listoffsets.Response).Topics
	if len(topics) != 1 || len(topics[0].Partitions) != 1 {
		return 0, fmt.Errorf("kafka: %s/%d: the broker did not answer for its offsets", topic, partition)
	}
	p := topics[0].Partitions[0]
	if p.ErrorCode != 0 {
		return 0, fmt.Errorf("kafka: offsets of %s/%d: %w", topic, partition, kafka.Error(p.ErrorCode))
	}
	return p.Offset, nil
}

func (l layout) partitions() []rate.Partition {
	var out []rate.Partition
	for topic, n := range l {
		for id := range n {
			out = append(out, rate.Partition{Topic: topic, ID: id})
		}
	}
	slices.SortFunc(out, rate.ComparePartitions)
	return out
}
