package rate

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// ReaderOptions tell a Reader what the backend keeps.
type ReaderOptions struct {
	Now           func() time.Time // the clock; needed
	FineRetention time.Duration    // 48 h where zero; older ranges are read from coarse buckets
}

// Reader adds up what all partitions counted. It is safe for concurrent use.
type Reader struct {
	backend Backend
	opts    ReaderOptions

	mu    sync.Mutex
	dicts map[Partition]*dictionary
	last  []Status // that were read last; never changed
}

// NewReader reads from b, which it does not close.
func NewReader(b Backend, opts ReaderOptions) *Reader {
	if opts.FineRetention <= 0 {
		opts.FineRetention = 48 * time.Hour
	}
	return &Reader{backend: b, opts: opts, dicts: make(map[Partition]*dictionary)}
}

// Statuses returns the partitions that were ever claimed, in order.
func (r *Reader) Statuses(ctx context.Context) ([]Status, error) {
	got, err := r.backend.Partitions(ctx)
	if err != nil {
		return nil, fmt.Errorf("rate: partitions: %w", err)
	}
	slices.SortFunc(got, func(a, b Status) int { return ComparePartitions(a.Partition, b.Partition) })
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = slices.Clone(got)
	return got, nil
}

// Watermark is the least watermark of the expected partitions: buckets that end at or before it are complete. Missing
// are those that nobody claimed or that have no watermark yet; while there is one the watermark is zero.
func (r *Reader) Watermark(ctx context.Context, expected []Partition) (w time.Time, missing []Partition, err error) {
	got, err := r.Statuses(ctx)
	if err != nil {
		return time.Time{}, nil, err
	}
	w, missing = watermark(got, expected)
	return w, missing, nil
}

func watermark(statuses []Status, expected []Partition) (w time.Time, missing []Partition) {
	marks := make(map[Partition]time.Time, len(statuses))
	for _, s := range statuses {
		marks[s.Partition] = s.Checkpoint.Watermark
	}
	for _, p := range expected {
		switch mark := marks[p]; {
		case mark.IsZero():
			missing = append(missing, p)
		case w.IsZero() || mark.Before(w):
			w = mark
		}
	}
	if len(missing) > 0 {
		w = time.Time{}
	}
	return w, missing
}

// cellFunc takes one cell of one partition. The series is only to be read; it is there for longer than the call.
type cellFunc func(start time.Time, shard int, s *detector.Series, c Cell) error

// scope is what of one partition is read.
type scope struct {
	*Status
	dict   *dictionary
	shards ShardSet
	wanted []uint32 // the series alone that have these places in the dictionary, in order; nil: all
}

// scope is what q asks for of the i-th partition: that of its services is sought in the dictionary.
func (r *Reader) scope(ctx context.Context, v view, i int, q *Query) (scope, error) {
	s := v.scope(i, q.Shards)
	if s.shards == 0 {
		s.shards = AllShards
	}
	if q.Services == nil {
		return s, nil
	}
	wanted, shards, err := s.dict.of(ctx, r.backend, s.Partition, q.Services, s.Series)
	if err != nil {
		return s, fmt.Errorf("rate: %s/%d: %w", s.Partition.Topic, s.Partition.ID, err)
	}
	s.wanted, s.shards = wanted, s.shards&shards
	return s, nil
}

// each calls fn with every cell of the buckets in the scope.
func (r *Reader) each(ctx context.Context, s scope, width time.Duration, starts []time.Time, fn cellFunc) error {
	p := s.Partition
	blocks, err := r.backend.Blocks(ctx, p, width, starts, s.shards)
	if err != nil {
		return fmt.Errorf("rate: buckets of %s/%d: %w", p.Topic, p.ID, err)
	}
	return r.blocks(ctx, s, blocks, fn)
}

// blocks calls fn with every cell of the blocks that lie in the scope.
func (r *Reader) blocks(ctx context.Context, s scope, blocks []Block, fn cellFunc) error {
	p := s.Partition
	for j := range blocks {
		b := &blocks[j]
		if b.Shard < 0 || b.Shard >= Shards || !s.shards.Has(b.Shard) {
			continue
		}
		if err := r.cells(ctx, s, b, fn); err != nil {
			return fmt.Errorf("rate: bucket %s of %s/%d, shard %d: %w", b.Start.Format(time.RFC3339), p.Topic, p.ID, b.Shard, err)
		}
	}
	return nil
}

func (r *Reader) cells(ctx context.Context, s scope, b *Block, fn cellFunc) error {
	series, err := s.dict.get(ctx, r.backend, s.Partition, 0)
	if err != nil {
		return err
	}
	var failed error
	wanted := s.wanted
	err = Cells(b.Data, func(c Cell) bool {
		if s.wanted != nil {
			for len(wanted) > 0 && wanted[0] < c.Index {
				wanted = wanted[1:]
			}
			if len(wanted) == 0 || wanted[0] != c.Index {
				return len(wanted) > 0
			}
		}
		if int(c.Index) >= len(series) {
			if series, failed = s.dict.get(ctx, r.backend, s.Partition, int(c.Index)+1); failed != nil {
				return false
			}
		}
		failed = fn(b.Start, b.Shard, &series[c.Index], c)
		return failed == nil
	})
	if failed != nil {
		return failed
	}
	return err
}
