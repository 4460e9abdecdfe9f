package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/store"
)

// forget removes what is kept of partitions that are not read any more, as their topic was deleted or is not configured,
// once nobody counted them since before and all their buckets are gone: with topics of a day in their name there would be
// ever more. It says which it removed.
func forget(ctx context.Context, backend rate.Backend, marks *store.Store, read []rate.Partition, before time.Time) ([]rate.Partition, error) {
	statuses, err := backend.Partitions(ctx)
	if err != nil {
		return nil, err
	}
	var gone []rate.Partition
	counted := make(map[rate.Partition]bool, len(statuses))
	for i := range statuses {
		s := &statuses[i]
		counted[s.Partition] = true
		if slices.Contains(read, s.Partition) || !s.Checkpoint.Updated.Before(before) {
			continue
		}
		removed, err := backend.Forget(ctx, s.Partition, s.Epoch)
		if err != nil {
			return gone, err
		}
		if removed {
			counted[s.Partition] = false
			gone = append(gone, s.Partition)
		}
	}
	// A mark without counts means that they were lost: it goes after them, or when it is found to be left behind.
	known, err := marks.Partitions(ctx)
	if err != nil {
		return gone, err
	}
	for _, m := range known {
		if counted[m.Partition] || slices.Contains(read, m.Partition) {
			continue
		}
		if _, err := marks.ForgetPartition(ctx, m.Partition, before); err != nil {
			return gone, err
		}
	}
	return gone, nil
}

// expirePartitions forgets partitions that are not read any more.
func (a *App) expirePartitions(ctx context.Context, before time.Time) {
	read, err := a.consumer.Partitions(ctx)
	var gone []rate.Partition
	if err == nil {
		gone, err = forget(ctx, a.backend, a.store, read, before)
	}
	if err != nil && ctx.Err() == nil {
		a.log.Warn("partitions that are not read any more were not removed; trying again later", "error", err)
	}
	if len(gone) > 0 {
		a.log.Info("removed what was kept of partitions that are not read any more", "partitions", fmt.Sprint(gone))
	}
}
