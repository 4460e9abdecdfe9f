package rate

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/tocsin-io/tocsin/detector"
)

// dictionary is what is known of a partition's series. It grows, and is only good for the epoch under which it was
// read: a backend that lost writes may have given an index away again since, but then the owner had to claim again.
type dictionary struct {
	mu       sync.Mutex
	epoch    uint64
	series   []detector.Series
	services map[string]*ofService // of the first so many series; nil until somebody asks
	sorted   int
	kin      kinships
}

// ofService is where the series of one service stand.
type ofService struct {
	indices []uint32 // in order
	shards  ShardSet
}

// view is what one pass over the backend rests on: the partitions and their epochs, which must be the same at its end.
type view struct {
	statuses []Status
	dicts    []*dictionary
}

// view takes dictionaries for the epochs of partitions.
func (r *Reader) view(statuses []Status) view {
	v := view{statuses: statuses, dicts: make([]*dictionary, len(statuses))}
	r.mu.Lock()
	defer r.mu.Unlock()
	kept := make(map[Partition]*dictionary, len(statuses)) // without those of partitions that are forgotten
	for i := range statuses {
		s := &statuses[i]
		d, ok := r.dicts[s.Partition]
		if !ok || d.epoch != s.Epoch {
			d = &dictionary{epoch: s.Epoch}
		}
		kept[s.Partition], v.dicts[i] = d, d
	}
	r.dicts = kept
	return v
}

// scope is the i-th partition as far as it lies in a set of shards.
func (v view) scope(i int, shards ShardSet) scope {
	return scope{Status: &v.statuses[i], dict: v.dicts[i], shards: shards}
}

// maxPasses bounds how often a pass is begun again because partitions changed their owners meanwhile.
const maxPasses = 5

// consistent runs pass until the partitions and their owners are the same after it as before. Pass begins afresh each
// time.
func (r *Reader) consistent(ctx context.Context, pass func(view) error) error {
	statuses, err := r.Statuses(ctx)
	if err != nil {
		return err
	}
	return r.from(ctx, statuses, pass)
}

// known is consistent, but takes the statuses that were read last for those before the pass: an epoch is never used twice,
// so an owner that is the same after the pass was the owner all the time. How far partitions are and how long their
// dictionaries is of then, not of now.
func (r *Reader) known(ctx context.Context, pass func(view) error) error {
	r.mu.Lock()
	last := r.last
	r.mu.Unlock()
	if last == nil {
		return r.consistent(ctx, pass)
	}
	return r.from(ctx, last, pass)
}

func (r *Reader) from(ctx context.Context, statuses []Status, pass func(view) error) error {
	for range maxPasses {
		failed := pass(r.view(statuses))
		now, err := r.Statuses(ctx)
		if err != nil {
			return err
		}
		if slices.EqualFunc(statuses, now, func(a, b Status) bool { return a.Partition == b.Partition && a.Epoch == b.Epoch }) {
			return failed
		}
		statuses = now
	}
	return fmt.Errorf("rate: partitions changed their owners %d times during one read: try again", maxPasses)
}

// get returns the series, at least n of them: what is known, extended where that is not enough.
func (d *dictionary) get(ctx context.Context, b Backend, p Partition, n int) ([]detector.Series, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.series) >= n {
		return d.series, nil
	}
	more, err := b.Dictionary(ctx, p, len(d.series))
	if err != nil {
		return nil, fmt.Errorf("dictionary: %w", err)
	}
	// Readers hold the slice while it grows: appending never changes what they see.
	d.series = append(d.series, more...)
	if len(d.series) < n {
		return nil, fmt.Errorf("a block speaks of series %d, the dictionary has %d", n-1, len(d.series))
	}
	return d.series, nil
}

// of returns the places, in order, of the series of some services, and the shards in which they are. It looks at the
// first n series at least.
func (d *dictionary) of(ctx context.Context, b Backend, p Partition, services []string, n int) ([]uint32, ShardSet, error) {
	if _, err := d.get(ctx, b, p, n); err != nil {
		return nil, 0, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.services == nil {
		d.services = make(map[string]*ofService)
	}
	for ; d.sorted < len(d.series); d.sorted++ {
		s := &d.series[d.sorted]
		one := d.services[s.Service]
		if one == nil {
			one = &ofService{}
			d.services[s.Service] = one
		}
		one.indices = append(one.indices, uint32(d.sorted))
		one.shards |= ShardsOf(ShardOf(*s))
	}
	indices, shards := []uint32{}, ShardSet(0)
	for _, service := range services {
		if one := d.services[service]; one != nil {
			indices, shards = append(indices, one.indices...), shards|one.shards
		}
	}
	slices.Sort(indices)
	return slices.Compact(indices), shards, nil
}

func sortedPartitions(all []Partition) []Partition {
	sorted := slices.Clone(all)
	slices.SortFunc(sorted, ComparePartitions)
	return sorted
}
