package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/source"
)

// errAway is an error of the moment.
var errAway = errors.New("away")

// simLog is one partition of a log, of which retention takes the beginning.
type simLog struct {
	id      rate.Partition
	name    string // of this log: another one after it was made anew
	records []detector.Record
	first   int64
}

func (l *simLog) end() int64 { return int64(len(l.records)) }

// simPartition reads a simLog for one owner. Every call waits for its turn.
type simPartition struct {
	r    *simReplica
	l    *simLog
	of   string
	next int64
}

func (p *simPartition) Bounds(ctx context.Context) (source.Bounds, error) {
	if err := p.r.turn(ctx, "bounds "+p.l.id.String()); err != nil {
		return source.Bounds{}, err
	}
	p.of = p.l.name
	return source.Bounds{First: p.l.first, End: p.l.end(), Log: p.l.name}, nil
}

func (p *simPartition) OffsetAt(ctx context.Context, t time.Time) (int64, error) {
	if err := p.r.turn(ctx, "offset at a time of "+p.l.id.String()); err != nil {
		return 0, err
	}
	for o := p.l.first; o < p.l.end(); o++ {
		if !p.l.records[o].Time.Before(t) {
			return o, nil
		}
	}
	return p.l.end(), nil
}

func (p *simPartition) SeekTo(offset int64) { p.next = offset }

func (p *simPartition) Commit(context.Context, int64) error { return nil }

func (p *simPartition) Next(ctx context.Context) (source.Batch, error) {
	if err := p.r.turn(ctx, "next "+p.l.id.String()); err != nil {
		return source.Batch{}, err
	}
	l := p.l
	switch {
	case ctx.Err() != nil:
		return source.Batch{}, ctx.Err()
	case l.name != p.of:
		return source.Batch{}, &source.AnewError{Topic: l.id.Topic, Partition: l.id.ID}
	case p.next > l.end():
		return source.Batch{}, &source.OutOfRangeError{Topic: l.id.Topic, Partition: l.id.ID, Offset: p.next, First: l.first, End: l.end()}
	}
	b := source.Batch{First: l.first, End: l.end(), Told: l.end()}
	if p.next < l.first {
		b.Gaps = append(b.Gaps, source.Gap{From: p.next, To: l.first, Reason: source.GapTrimmed})
		p.next = l.first
	}
	n := min(int64(1+p.r.w.rnd.IntN(12)), l.end()-p.next)
	b.Records = slices.Clone(l.records[p.next : p.next+n])
	p.next += n
	b.Next = p.next
	return b, nil
}

func (p *simPartition) Fetch(ctx context.Context, offsets []int64) (records []detector.Record, missing []int64, err error) {
	if err := p.r.turn(ctx, "fetch "+p.l.id.String()); err != nil {
		return nil, nil, err
	}
	for _, o := range offsets {
		if o < p.l.first || o >= p.l.end() {
			missing = append(missing, o)
		} else {
			records = append(records, p.l.records[o])
		}
	}
	return records, missing, nil
}

// simBackend is the backend as one replica reaches it: its calls fail before or after they are done, and its writes come
// twice or long after they were given up.
type simBackend struct {
	rate.Backend // of the world, for what nobody waits for
	r            *simReplica
}

func (b simBackend) Claim(ctx context.Context, p rate.Partition, epoch uint64) (c rate.Claim, err error) {
	err = b.r.call(ctx, "claim "+p.String(), func() error {
		c, err = b.r.w.backend.Claim(ctx, p, epoch)
		if err == nil {
			b.r.w.done = append(b.r.w.done, func(to rate.Backend) error { _, err := to.Claim(context.Background(), p, epoch); return err })
		}
		return err
	})
	return c, err
}

func (b simBackend) Write(ctx context.Context, p rate.Partition, epoch uint64, f rate.Flush) error {
	w := b.r.w
	write := func() error { return w.write(p, epoch, f) }
	return b.r.call(ctx, "write "+p.String(), func() error {
		switch w.fault(40) {
		case 0:
			w.delayed = append(w.delayed, write)
			return errAway
		case 1:
			w.delayed = append(w.delayed, write) // and once more, later
		}
		return write()
	})
}

func (b simBackend) Blocks(ctx context.Context, p rate.Partition, width time.Duration, starts []time.Time, shards rate.ShardSet) (out []rate.Block, err error) {
	err = b.r.call(ctx, "blocks "+p.String(), func() error { out, err = b.r.w.backend.Blocks(ctx, p, width, starts, shards); return err })
	return out, err
}

func (b simBackend) Counted(ctx context.Context, p rate.Partition, starts []time.Time, shards rate.ShardSet) (out []rate.Block, until time.Time, err error) {
	err = b.r.call(ctx, "counted "+p.String(), func() error { out, until, err = b.r.w.backend.Counted(ctx, p, starts, shards); return err })
	return out, until, err
}

func (b simBackend) Load(ctx context.Context, p rate.Partition, epoch, sequence uint64, width time.Duration, starts []time.Time) (out []rate.Block, err error) {
	err = b.r.call(ctx, "load "+p.String(), func() error {
		out, err = b.r.w.backend.Load(ctx, p, epoch, sequence, width, starts)
		return err
	})
	return out, err
}

func (b simBackend) Starts(ctx context.Context, p rate.Partition, width time.Duration, from, to time.Time) (out []time.Time, err error) {
	err = b.r.call(ctx, "starts "+p.String(), func() error { out, err = b.r.w.backend.Starts(ctx, p, width, from, to); return err })
	return out, err
}

func (b simBackend) Dictionary(ctx context.Context, p rate.Partition, first int) ([]detector.Series, error) {
	return b.r.w.backend.Dictionary(ctx, p, first)
}

func (b simBackend) Samples(ctx context.Context, p rate.Partition, series []int) ([]rate.SampleSet, error) {
	return b.r.w.backend.Samples(ctx, p, series)
}

func (b simBackend) Partitions(ctx context.Context) (out []rate.Status, err error) {
	err = b.r.call(ctx, "partitions", func() error { out, err = b.r.w.backend.Partitions(ctx); return err })
	return out, err
}

func (b simBackend) SaveState(ctx context.Context, shard int, data []byte) error {
	return b.r.call(ctx, fmt.Sprint("save ", shard), func() error {
		save := func(to rate.Backend) error { return to.SaveState(context.Background(), shard, data) }
		b.r.w.done = append(b.r.w.done, save)
		return save(b.r.w.backend)
	})
}

func (b simBackend) LoadState(ctx context.Context, shard int) ([]byte, error) {
	return b.r.w.backend.LoadState(ctx, shard)
}

// simLedger is the ledger as one replica reaches it.
type simLedger struct {
	*memoryLedger
	r *simReplica
}

func (l simLedger) NextEpoch(ctx context.Context) (n uint64, err error) {
	err = l.r.call(ctx, "epoch", func() error { n, err = l.memoryLedger.NextEpoch(ctx); return err })
	return n, err
}

func (l simLedger) MarkPartition(ctx context.Context, p rate.Partition, epoch uint64, next int64) error {
	return l.r.call(ctx, "mark "+p.String(), func() error { return l.memoryLedger.MarkPartition(ctx, p, epoch, next) })
}

func (l simLedger) ClaimShards(ctx context.Context, shards []int, epoch uint64) (marks []Mark, err error) {
	err = l.r.call(ctx, "shards", func() error { marks, err = l.memoryLedger.ClaimShards(ctx, shards, epoch); return err })
	return marks, err
}

func (l simLedger) Commit(ctx context.Context, marks []Mark, changes []detector.Change) error {
	return l.r.call(ctx, "commit", func() error {
		l.r.w.committing(marks)
		err := l.memoryLedger.Commit(ctx, marks, changes)
		if err == nil {
			l.r.w.opening(changes)
		}
		return err
	})
}

// simReplica is a process. Its goroutines wait for their turn before whatever others can see of them.
type simReplica struct {
	w    *simWorld
	id   int
	e    *Engine
	dead bool
	stop []context.CancelFunc
	runs map[rate.Partition]context.CancelFunc // what it counts: a process counts a partition once at a time
	done sync.WaitGroup
}

// simRole is the key of who a goroutine is, in its context.
type simRole struct{}

// gate is a goroutine that waits for its turn.
type gate struct {
	r     *simReplica
	what  string
	ready chan struct{}
}

// turn waits until the world lets this goroutine go on. A dead process never goes on.
func (r *simReplica) turn(ctx context.Context, what string) error {
	role, _ := ctx.Value(simRole{}).(string)
	g := &gate{r, role + " " + what, make(chan struct{})}
	r.w.mu.Lock()
	over := r.w.over
	if !over {
		r.w.waiting = append(r.w.waiting, g)
	}
	r.w.mu.Unlock()
	if over {
		return errAway
	}
	<-g.ready
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	if r.w.over {
		return errAway
	}
	return nil
}

// call is a call over the network: it may fail before it is done, or after it.
func (r *simReplica) call(ctx context.Context, what string, do func() error) error {
	if err := r.turn(ctx, what); err != nil {
		return err
	}
	f := r.w.fault(30)
	if f == 0 {
		return errAway
	}
	if err := do(); err != nil || f != 1 {
		return err
	}
	return errAway
}
