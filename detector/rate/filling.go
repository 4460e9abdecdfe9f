package rate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/sketch"
)

// FillingOptions say what the rows of a Filling are. As and Compare are needed.
type FillingOptions struct {
	As      func(*detector.Series)         // makes of a series that was counted the one that is judged
	Compare func(a, b detector.Series) int // the order of rows
	// Skip leaves out series of which nothing is told before a bucket is complete. Nil: none is left out. Where it says
	// something else than before, Forget is to be called.
	Skip func(*detector.Series) bool
	// Without leaves out summaries that keep any of these parts, as nothing is told by them before a bucket is complete:
	// they change with most lines, and are not taken apart at each look then.
	Without sketch.Parts
}

// Filling reads buckets that still fill, look after look. A block that is as it was at the look before is not taken apart
// again, and of one that grew only what grew is taken in: a bucket of many series of which few log costs little. It belongs
// to one goroutine.
type Filling struct {
	reader  *Reader
	opts    FillingOptions
	shards  ShardSet
	epochs  map[Partition]uint64
	buckets map[int64]*fill // by start, in Unix seconds
	looks   uint64
}

// NewFilling returns one that has looked at nothing.
func (r *Reader) NewFilling(o FillingOptions) *Filling { return &Filling{reader: r, opts: o} }

// Filled is a bucket as it is at one look.
type Filled struct {
	Buckets [Shards]*detector.Bucket // nil for shards that were not asked for; not to be changed, and valid until the next look
	Changed ShardSet                 // of these, those that were not so at the look before
}

// Forget lets the next look begin anew, as where As makes something else of a series.
func (f *Filling) Forget() { f.epochs, f.buckets = nil, nil }

// errFell: a block says less than it did, as its backend lost writes.
var errFell = errors.New("rate: counts of a bucket went back while it was followed")

// Look reads n buckets in a row, of which start is the first. What was followed and is not asked for is forgotten. After an
// error the next look begins anew.
func (f *Filling) Look(ctx context.Context, start time.Time, n int, shards ShardSet) ([]Filled, error) {
	start = FloorFine(start)
	starts := make([]time.Time, n)
	for i := range starts {
		starts[i] = start.Add(time.Duration(i) * Fine)
	}
	pass := func(v view) error { return f.pass(ctx, v, starts, shards) }
	err := f.reader.known(ctx, pass)
	if errors.Is(err, errFell) {
		f.Forget()
		err = f.reader.known(ctx, pass)
	}
	if err != nil {
		f.Forget()
		return nil, err
	}
	out := make([]Filled, n)
	for i, at := range starts {
		b := f.buckets[at.Unix()]
		for shard := range shards.All {
			out[i].Buckets[shard] = &b.shards[shard].bucket
		}
		out[i].Changed, b.changed = b.changed, 0
	}
	return out, nil
}

// pass takes in what all partitions counted. What it leaves behind where it ends early is forgotten by whoever called it.
func (f *Filling) pass(ctx context.Context, v view, starts []time.Time, shards ShardSet) error {
	f.begin(v, starts, shards)
	for i := range v.statuses {
		p := v.statuses[i].Partition
		blocks, err := f.reader.backend.Blocks(ctx, p, Fine, starts, shards)
		if err != nil {
			return fmt.Errorf("rate: buckets of %s: %w", p, err)
		}
		for j := range blocks {
			b := &blocks[j]
			if b.Shard < 0 || b.Shard >= Shards || !shards.Has(b.Shard) {
				continue
			}
			if err := f.block(ctx, v.dicts[i], p, b); err != nil {
				return fmt.Errorf("rate: bucket %s of %s, shard %d: %w", b.Start.Format(time.RFC3339), p, b.Shard, err)
			}
		}
	}
	for _, at := range starts {
		if err := f.buckets[at.Unix()].finish(f, shards); err != nil {
			return err
		}
	}
	return nil
}

// begin keeps what is asked for again, unless partitions changed their owners: an index may mean another series then.
func (f *Filling) begin(v view, starts []time.Time, shards ShardSet) {
	f.looks++
	same := shards == f.shards && len(v.statuses) == len(f.epochs)
	for i := range v.statuses {
		epoch, ok := f.epochs[v.statuses[i].Partition]
		same = same && ok && epoch == v.statuses[i].Epoch
	}
	was := f.buckets
	if !same {
		was, f.shards, f.epochs = nil, shards, make(map[Partition]uint64, len(v.statuses))
		for i := range v.statuses {
			f.epochs[v.statuses[i].Partition] = v.statuses[i].Epoch
		}
	}
	f.buckets = make(map[int64]*fill, len(starts))
	for _, at := range starts {
		b := was[at.Unix()]
		if b == nil {
			b = newFill(at, shards)
		}
		f.buckets[at.Unix()] = b
	}
}

// block takes in what a partition counted of one bucket and shard.
func (f *Filling) block(ctx context.Context, d *dictionary, p Partition, b *Block) error {
	into := f.buckets[b.Start.Unix()]
	if into == nil {
		return nil // none of those that were asked for
	}
	shard := &into.shards[b.Shard]
	part := shard.part(p)
	part.look = f.looks
	if bytes.Equal(part.data, b.Data) {
		return nil
	}
	into.changed |= ShardsOf(b.Shard)
	return part.grow(shard, b.Data, &f.opts, func(index uint32) (detector.Series, error) {
		series, err := d.get(ctx, f.reader.backend, p, int(index)+1)
		if err != nil {
			return detector.Series{}, err
		}
		s := series[index]
		f.opts.As(&s)
		return s, nil
	})
}
