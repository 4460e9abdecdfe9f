package rate

import (
	"context"
	"fmt"
)

// Forget implements Backend.
func (r *Redis) Forget(ctx context.Context, p Partition, epoch uint64) (bool, error) {
	keys := []string{r.key(p, "m"), r.key(p, "zf"), r.key(p, "zc"), r.key(p, "d"), r.sampleKey(p, 0), r.sampleKey(p, 1)}
	n, err := forgetScript.Run(ctx, r.client, keys, epoch).Int()
	if err != nil {
		return false, fmt.Errorf("redis: forget %s: %w", p, err)
	}
	if n == 0 {
		return false, nil
	}
	// The set stands in another place of a cluster. An owner that comes now lists itself again within relist.
	if err := r.client.SRem(ctx, r.partitionsKey(), p.String()).Err(); err != nil {
		return true, fmt.Errorf("redis: forget %s: %w", p, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.listed, p)
	return true, nil
}
