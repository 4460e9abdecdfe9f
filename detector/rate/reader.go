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

// each calls fn with every cell of the i-th partition's buckets in the set of shards.
func (r *Reader) each(ctx context.Context, v view, i int, width time.Duration, starts []time.Time, shards ShardSet, fn cellFunc) error {
	p := v.statuses[i].Partition
	blocks, err := r.backend.Blocks(ctx, p, width, starts, shards)
	if err != nil {
		return fmt.Errorf("rate: buckets of %s/%d: %w", p.Topic, p.ID, err)
	}
	for j := range blocks {
		b := &blocks[j]
		if b.Shard < 0 || b.Shard >= Shards || !shards.Has(b.Shard) {
			continue
		}
		if err := r.cells(ctx, v.dicts[i], p, b, fn); err != nil {
			return fmt.Errorf("rate: bucket %s of %s/%d, shard %d: %w", b.Start.Format(time.RFC3339), p.Topic, p.ID, b.Shard, err)
		}
	}
	return nil
}

func (r *Reader) cells(ctx context.Context, d *dictionary, p Partition, b *Block, fn cellFunc) error {
	series, err := d.get(ctx, r.backend, p, 0)
	if err != nil {
		return err
	}
	var failed error
	err = Cells(b.Data, func(c Cell) bool {
		if int(c.Index) >= len(series) {
			if series, failed = d.get(ctx, r.backend, p, int(c.Index)+1); failed != nil {
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
