package rate

import "math/bits"

// ShardSet is a set of shards.
type ShardSet uint64

// AllShards has every shard.
const AllShards ShardSet = 1<<Shards - 1

// ShardsOf is the set of these shards.
func ShardsOf(shards ...int) ShardSet {
	var s ShardSet
	for _, shard := range shards {
		s |= 1 << shard
	}
	return s
}

// OwnedShards is the set of the shards that belong to the owner of owned: shard s goes to the owner of the (s mod n)th
// of all partitions, which are sorted first.
func OwnedShards(all []Partition, owned func(Partition) bool) ShardSet {
	if len(all) == 0 {
		return 0
	}
	sorted := sortedPartitions(all)
	var s ShardSet
	for shard := range Shards {
		if owned(sorted[shard%len(sorted)]) {
			s |= 1 << shard
		}
	}
	return s
}

// Has reports whether shard is in the set.
func (s ShardSet) Has(shard int) bool { return s>>shard&1 != 0 }

// Len is the number of shards in the set.
func (s ShardSet) Len() int { return bits.OnesCount64(uint64(s)) }

// All calls yield with each shard, in order.
func (s ShardSet) All(yield func(int) bool) {
	for ; s != 0; s &= s - 1 {
		if !yield(bits.TrailingZeros64(uint64(s))) {
			return
		}
	}
}
