package rate

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tocsin-io/tocsin/detector/sketch"
)

// cell counts one series in one bucket.
type cell struct {
	index uint32
	lines uint64
	bytes uint64
	sum   *sketch.Summary
}

// shardCells are the cells of one shard in the order in which they came; order has their places sorted by index.
type shardCells struct {
	cells []cell
	order []int32
}

// bucket is a bucket of one partition in memory. While it is not loaded its values lack what the backend holds.
type bucket struct {
	id        uint64 // never used twice by a counter, so that a place remembered for a dropped bucket cannot match
	start     int64  // Unix seconds
	loaded    bool
	dirty     uint64 // a bit for each shard that differs from the backend
	summaries int
	at        map[uint32]int32 // series -> place among the cells of its shard
	shards    [Shards]shardCells
}

func newBucket(id uint64, start int64, loaded bool) *bucket {
	return &bucket{id: id, start: start, loaded: loaded, at: make(map[uint32]int32)}
}

// place returns where the series' cell stands in its shard, and makes it where there is none.
func (b *bucket) place(index uint32, shard uint8) int32 {
	if i, ok := b.at[index]; ok {
		return i
	}
	s := &b.shards[shard]
	i := int32(len(s.cells))
	s.cells = append(s.cells, cell{index: index})
	b.at[index] = i
	return i
}

// cell is the series' cell, made where there is none. It is valid until the next one is made.
func (b *bucket) cell(index uint32, shard uint8) *cell {
	i := b.place(index, shard) // first: it may move the cells
	return &b.shards[shard].cells[i]
}

// merge adds a stored block.
func (b *bucket) merge(shard int, data []byte) error {
	if shard < 0 || shard >= Shards {
		return fmt.Errorf("rate: block of shard %d, there are %d", shard, Shards)
	}
	var failed error
	err := Cells(data, func(stored Cell) bool {
		c := b.cell(stored.Index, uint8(shard))
		c.lines += stored.Lines
		c.bytes += stored.Bytes
		if len(stored.Summary) > 0 {
			failed = b.mergeSummary(c, stored.Summary)
		}
		return failed == nil
	})
	if err != nil {
		return err
	}
	return failed
}

func (b *bucket) mergeSummary(c *cell, data []byte) error {
	stored, _, err := sketch.Decode(data)
	if err != nil {
		return fmt.Errorf("rate: summary of series %d: %w", c.index, err)
	}
	switch {
	case c.sum == nil:
		c.sum = stored
		b.summaries++
	case c.sum.Parts == stored.Parts:
		return c.sum.Merge(stored)
	default:
		// The rule was changed and keeps other parts now: what was stored cannot be merged, the counts still are.
	}
	return nil
}

// add adds another bucket's cells of one shard and marks them to be written.
func (b *bucket) add(shard int, from *shardCells) error {
	for i := range from.cells {
		src := &from.cells[i]
		c := b.cell(src.index, uint8(shard))
		c.lines += src.lines
		c.bytes += src.bytes
		if src.sum == nil {
			continue
		}
		if c.sum == nil {
			c.sum = sketch.New(src.sum.Parts)
			b.summaries++
		}
		if c.sum.Parts == src.sum.Parts {
			if err := c.sum.Merge(src.sum); err != nil {
				return err
			}
		}
	}
	if len(from.cells) > 0 {
		b.dirty |= 1 << shard
	}
	return nil
}

// encode returns a shard's block.
func (b *bucket) encode(shard int) ([]byte, error) {
	s := &b.shards[shard]
	if len(s.order) != len(s.cells) {
		for i := len(s.order); i < len(s.cells); i++ {
			s.order = append(s.order, int32(i))
		}
		slices.SortFunc(s.order, func(a, c int32) int { return cmp.Compare(s.cells[a].index, s.cells[c].index) })
	}
	dst := append(make([]byte, 0, 1+8*len(s.cells)), cellsVersion)
	last := int64(-1)
	var summary []byte
	for _, i := range s.order {
		c := &s.cells[i]
		summary = summary[:0]
		if c.sum != nil {
			var err error
			if summary, err = c.sum.AppendBinary(summary); err != nil {
				return nil, fmt.Errorf("rate: summary of series %d: %w", c.index, err)
			}
		}
		dst = appendCell(dst, &last, c.index, c.lines, c.bytes, summary)
	}
	return dst, nil
}
