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
	Joined   bool             // it belongs to the group now
	Assigned []rate.Partition // what it reads, in order
}

// Standby reports that the group has nothing for this member: there are more members than partitions.
func (m Membership) Standby() bool { return m.Joined && len(m.Assigned) == 0 }

// Membership tells what this member has now.
func (c *Consumer) Membership() Membership {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Membership{Joined: c.joined, Assigned: slices.Clone(c.assigned)}
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
