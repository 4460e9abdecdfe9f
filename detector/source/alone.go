package source

import (
	"context"
	"errors"
)

// Alone reads topics without a group, so that no member of one is disturbed: for those who look back.
type Alone struct{ client *client }

// NewAlone checks the options, of which the group is not used; it connects to nothing yet.
func NewAlone(opts Options) (*Alone, error) {
	opts = opts.withDefaults()
	if err := opts.readable(); err != nil {
		return nil, err
	}
	c, err := newClient(opts)
	if err != nil {
		return nil, err
	}
	return &Alone{c}, nil
}

// Partitions are those of the topics that exist now, in order of topic and number. It is an error where there are none.
// Each is read like one that a group gave, but for Commit, which fails, and is closed by the caller.
func (a *Alone) Partitions(ctx context.Context) ([]*Partition, error) {
	l, err := a.client.layout(ctx)
	if err != nil {
		return nil, err
	}
	if len(l) == 0 {
		return nil, errors.New("kafka: the brokers answer, and no topic that is to be read exists: look at kafka.topics in the configuration")
	}
	var out []*Partition
	for _, topic := range l.topics() {
		for id := range l[topic] {
			out = append(out, newPartition(a.client, topic, id))
		}
	}
	return out, nil
}

// Close gives the connection for questions up. It may be called twice, and beside nothing else.
func (a *Alone) Close() { a.client.close() }

// Close gives up the connection to the partition's leader. What reads on connects again.
func (p *Partition) Close() { p.drop() }
