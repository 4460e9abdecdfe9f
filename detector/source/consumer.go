package source

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/tocsin-io/tocsin/detector/rate"
)

// Handler works on assigned partitions.
type Handler interface {
	// Consume is run in a goroutine of its own for each partition of an assignment. Its ctx ends when the partition
	// goes to another member; it must then return soon, within the rebalance time-out, as no member reads on before all
	// have let go. When it returns earlier it is run again after a back-off, for the same partition.
	Consume(ctx context.Context, p *Partition) error
}

// HandlerFunc is a Handler from a function.
type HandlerFunc func(ctx context.Context, p *Partition) error

// Consume calls f.
func (f HandlerFunc) Consume(ctx context.Context, p *Partition) error { return f(ctx, p) }

// Consumer is a member of the consumer group.
type Consumer struct {
	opts   Options
	client *client
	admin  *kafka.Client
	log    *slog.Logger

	mu       sync.Mutex
	known    layout // as of before the group was joined last
	missing  bool   // none of the topics existed when a broker was asked last
	assigned []rate.Partition
	joined   bool
}

// New checks the options; it connects to nothing yet.
func New(opts Options) (*Consumer, error) {
	opts = opts.withDefaults()
	if err := opts.validate(); err != nil {
		return nil, err
	}
	c, err := newClient(opts)
	if err != nil {
		return nil, err
	}
	return &Consumer{opts: opts, client: c, admin: newAdmin(c), log: opts.Logger}, nil
}

// Run takes part in the group until ctx ends, and returns when all handlers have ended and the group was left. It
// waits for brokers and topics that are not there yet. Its error is ctx's.
func (c *Consumer) Run(ctx context.Context, h Handler) error {
	defer c.client.close()
	defer c.admin.Transport.(*kafka.Transport).CloseIdleConnections()
	var retry backoff
	for ctx.Err() == nil {
		l, err := c.lookAtTopics(ctx)
		if err == nil && len(l) == 0 {
			err = errors.New("kafka: none of the topics exists yet")
		}
		if err == nil {
			c.setKnown(l)
			retry.reset()
			err = c.runGroup(ctx, l.topics(), h)
		}
		if err != nil && ctx.Err() == nil {
			c.log.Warn("kafka: waiting for the topics", "error", err)
			retry.failed(time.Now())
			sleep(ctx, retry.wait(time.Now()))
		}
	}
	return ctx.Err()
}

// runGroup is a member of the group with these topics, until ctx ends or other topics are to be read.
func (c *Consumer) runGroup(ctx context.Context, topics []string, h Handler) error {
	dialer := newGroupDialer(c.client)
	group, err := kafka.NewConsumerGroup(kafka.ConsumerGroupConfig{
		ID: c.opts.Group, Brokers: c.opts.Brokers, Topics: topics, Dialer: dialer.dialer,
		GroupBalancers:    []kafka.GroupBalancer{evenBalancer{}, kafka.RangeGroupBalancer{}},
		HeartbeatInterval: max(c.opts.SessionTimeout/10, 100*time.Millisecond),
		SessionTimeout:    c.opts.SessionTimeout, RebalanceTimeout: c.opts.RebalanceTimeout,
		JoinGroupBackoff: 500 * time.Millisecond, StartOffset: kafka.FirstOffset, Timeout: min(c.opts.RequestTimeout, c.opts.SessionTimeout/2),
	})
	if err != nil {
		return fmt.Errorf("kafka: %w", err)
	}
	// Close waits for a join that is under way; its connections are cut when that takes too long.
	stop := context.AfterFunc(ctx, func() { dialer.cutAfter(2 * time.Second) })
	defer stop()
	defer dialer.close()
	defer group.Close()
	defer c.setAssigned(nil, false)
	trouble := ""
	for {
		gen, err := group.Next(ctx)
		switch {
		case ctx.Err() != nil || errors.Is(err, kafka.ErrGroupClosed):
			return ctx.Err()
		case err != nil:
			c.setAssigned(nil, false)
			if trouble != err.Error() {
				trouble = err.Error()
				c.log.Warn("kafka: the group cannot be joined; trying again", "group", c.opts.Group, "error", err)
			}
			continue
		}
		trouble = ""
		if changed := c.runGeneration(ctx, gen, h); changed {
			return nil
		}
	}
}

// runGeneration runs the handlers of one assignment and returns when all have ended; true says that other topics are
// to be read.
func (c *Consumer) runGeneration(ctx context.Context, gen *kafka.Generation, h Handler) bool {
	var parts []*Partition
	for topic, assigned := range gen.Assignments {
		for _, a := range assigned {
			p := newPartition(c.client, topic, a.ID)
			if a.Offset >= 0 {
				p.Committed = a.Offset
			}
			p.commit = func(offset int64) error {
				return gen.CommitOffsets(map[string]map[int]int64{topic: {a.ID: offset}})
			}
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 { // because others have all there is, or because there is nothing now
		if _, err := c.lookAtTopics(ctx); err != nil && ctx.Err() == nil {
			c.log.Warn("kafka: nothing is assigned, and the topics are not known", "group", c.opts.Group, "error", err)
		}
	}
	c.setAssigned(parts, true)
	switch m := c.Membership(); {
	case m.Standby():
		c.log.Info("kafka: standing by: the group has more members than partitions", "group", c.opts.Group, "generation", gen.ID)
	case len(parts) == 0:
		c.log.Warn("kafka: nothing is assigned: none of the topics exists now", "group", c.opts.Group, "generation", gen.ID)
	default:
		c.log.Info("kafka: partitions assigned", "group", c.opts.Group, "generation", gen.ID, "partitions", len(parts))
	}
	var topicsChanged bool
	done := make(chan struct{})
	gen.Start(func(genCtx context.Context) {
		defer close(done)
		runCtx, cancel := context.WithCancel(ctx)
		defer cancel()
		stop := context.AfterFunc(genCtx, cancel)
		defer stop()
		var wg sync.WaitGroup
		for _, p := range parts {
			wg.Go(func() { c.consume(runCtx, h, p) })
		}
		topicsChanged = c.watch(runCtx)
		cancel()
		wg.Wait()
	})
	<-done
	return topicsChanged
}

// consume runs the handler for a partition, again and again until ctx ends.
func (c *Consumer) consume(ctx context.Context, h Handler, p *Partition) {
	defer p.drop()
	var retry backoff
	for ctx.Err() == nil {
		began := time.Now()
		err := h.Consume(ctx, p)
		p.drop()
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > mostBackoff {
			retry.reset()
		}
		retry.failed(time.Now())
		p.log.Error("kafka: the partition's handler ended; running it again", "error", err)
		sleep(ctx, retry.wait(time.Now()))
		again := newPartition(c.client, p.Topic, p.ID)
		again.Committed, again.commit = p.Committed, p.commit
		*p = *again
	}
}

// watch returns when topics or partitions have changed since the group was joined, or ctx ends. True says that the
// topics are others.
func (c *Consumer) watch(ctx context.Context) bool {
	tick := time.NewTicker(c.opts.Watch)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
		now, err := c.lookAtTopics(ctx)
		if err != nil || len(now) == 0 {
			continue // the partitions themselves tell of brokers that are away
		}
		before := c.getKnown()
		if maps.Equal(before, now) {
			continue
		}
		c.setKnown(now)
		c.log.Info("kafka: topics or partitions changed", "topics", len(now), "partitions", len(now.partitions()))
		if len(before) != len(now) {
			return true
		}
		for topic := range now {
			if _, ok := before[topic]; !ok {
				return true
			}
		}
		return false
	}
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
