package source

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/segmentio/kafka-go"

	"github.com/tocsin-io/tocsin/detector/rate"
)

// Membership is what this member has of the group.
type Membership struct {
	Joined        bool             // it belongs to the group now
	Assigned      []rate.Partition // what the group gave it last, in order; kept while the group deals out anew
	TopicsMissing bool             // none of the topics existed when a broker was asked last
}

// Standby reports that the group has nothing for this member, although there are topics to read: there are more members
// than partitions.
func (m Membership) Standby() bool { return m.Joined && len(m.Assigned) == 0 && !m.TopicsMissing }

// Membership tells what this member has now.
func (c *Consumer) Membership() Membership {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Membership{Joined: c.joined, Assigned: slices.Clone(c.assigned), TopicsMissing: c.missing}
}

// Partitions asks for all partitions of the topics that are read, in order: what shards are dealt out over.
func (c *Consumer) Partitions(ctx context.Context) ([]rate.Partition, error) {
	l, err := c.client.layout(ctx)
	if err != nil {
		return nil, err
	}
	return l.partitions(), nil
}

// Ping asks a broker for its topics: whether the cluster answers, with these credentials.
func (c *Consumer) Ping(ctx context.Context) error {
	_, err := c.client.layout(ctx)
	return err
}

// Members asks how many members the group has.
func (c *Consumer) Members(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, c.opts.RequestTimeout)
	defer cancel()
	res, err := c.admin.DescribeGroups(ctx, &kafka.DescribeGroupsRequest{GroupIDs: []string{c.opts.Group}})
	if err != nil {
		return 0, fmt.Errorf("kafka: members of group %s: %w", c.opts.Group, err)
	}
	for _, g := range res.Groups {
		if g.Error != nil {
			return 0, fmt.Errorf("kafka: members of group %s: %w", c.opts.Group, g.Error)
		}
		if g.GroupID == c.opts.Group {
			return len(g.Members), nil
		}
	}
	return 0, nil
}

// newAdmin is kafka-go's client for what is asked rarely.
func newAdmin(c *client) *kafka.Client {
	return &kafka.Client{
		Addr:    kafka.TCP(c.opts.Brokers...),
		Timeout: c.opts.RequestTimeout,
		Transport: &kafka.Transport{
			ClientID: c.opts.ClientID, DialTimeout: c.opts.RequestTimeout, TLS: c.opts.TLS, SASL: c.mechanism,
		},
	}
}

func (c *Consumer) setAssigned(parts []*Partition, joined bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.assigned, c.joined = nil, joined
	for _, p := range parts {
		c.assigned = append(c.assigned, rate.Partition{Topic: p.Topic, ID: p.ID})
	}
	slices.SortFunc(c.assigned, rate.ComparePartitions)
}

// lookAtTopics asks for the layout and keeps whether there is one.
func (c *Consumer) lookAtTopics(ctx context.Context) (layout, error) {
	l, err := c.client.layout(ctx)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.missing = len(l) == 0
	return l, nil
}

func (c *Consumer) setKnown(l layout) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known = l
}

func (c *Consumer) getKnown() layout {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.known)
}
