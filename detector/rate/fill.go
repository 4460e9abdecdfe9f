package rate

import (
	"bytes"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/sketch"
)

// fill is one bucket that a Filling follows.
type fill struct {
	shards  [Shards]fillShard
	changed ShardSet // since the last look
}

// fillShard is a shard's bucket with the cells that it is the sum of.
type fillShard struct {
	bucket detector.Bucket
	spare  []detector.Row // whose room is used for the next rows
	parts  []*fillPart
	fresh  []freshCell    // of this look, without a row
	torn   map[int32]bool // rows whose summary is to be added up anew
}

// fillPart is what one partition counted of it, as it was at the last look.
type fillPart struct {
	partition Partition
	look      uint64
	data      []byte
	cells     []fillCell // in the order of their indices
	spare     []fillCell
}

// fillCell is a cell and the row that it feeds; noRow for what nothing judges.
type fillCell struct {
	Cell
	row int32
}

const noRow = -1

// freshCell is a cell, by its place in its part, that fed no row before.
type freshCell struct {
	series detector.Series
	part   *fillPart
	cell   int
	row    int32
}

func newFill(start time.Time, shards ShardSet) *fill {
	b := &fill{changed: shards}
	for shard := range shards.All {
		b.shards[shard].bucket = detector.Bucket{Start: start, Width: Fine}
	}
	return b
}

func (s *fillShard) part(p Partition) *fillPart {
	for _, part := range s.parts {
		if part.partition == p {
			return part
		}
	}
	part := &fillPart{partition: p}
	s.parts = append(s.parts, part)
	return part
}

// grow takes in a block that is not as it was. Cells that are there for the first time wait in fresh for their rows.
func (part *fillPart) grow(s *fillShard, data []byte, o *FillingOptions, series func(uint32) (detector.Series, error)) error {
	old, next := part.cells, part.spare[:0]
	var failed error
	err := Cells(data, func(c Cell) bool {
		if o.Without != 0 && sketch.PartsOf(c.Summary)&o.Without != 0 {
			c.Summary = nil
		}
		switch {
		case len(old) == 0 || c.Index < old[0].Index:
			id, err := series(c.Index)
			if err != nil {
				failed = err
				return false
			}
			// Nothing judges values of fields: they are read where an incident is told.
			if id.Class == detector.ClassField || o.Skip != nil && o.Skip(&id) {
				next = append(next, fillCell{c, noRow})
				return true
			}
			s.fresh = append(s.fresh, freshCell{series: id, part: part, cell: len(next)})
			next = append(next, fillCell{c, noRow})
		case c.Index > old[0].Index || c.Lines < old[0].Lines || c.Bytes < old[0].Bytes:
			failed = errFell
			return false
		default:
			s.more(&old[0], &c)
			next = append(next, fillCell{c, old[0].row})
			old = old[1:]
		}
		return true
	})
	if failed == nil && err == nil && len(old) > 0 {
		failed = errFell
	}
	part.cells, part.spare, part.data = next, part.cells, data
	if failed != nil {
		return failed
	}
	return err
}

// more adds to a row what its cell has more than before.
func (s *fillShard) more(was *fillCell, c *Cell) {
	if was.row == noRow {
		return
	}
	row := &s.bucket.Rows[was.row]
	row.Lines += c.Lines - was.Lines
	row.Bytes += c.Bytes - was.Bytes
	if row.Series.Class == detector.ClassLate {
		s.bucket.Late += c.Lines - was.Lines
	}
	if !bytes.Equal(was.Summary, c.Summary) {
		s.tear(was.row)
	}
}

func (s *fillShard) tear(row int32) {
	if s.torn == nil {
		s.torn = make(map[int32]bool)
	}
	s.torn[row] = true
}

// finish gives fresh cells their rows and adds up summaries that changed.
func (b *fill) finish(f *Filling, shards ShardSet) error {
	for shard := range shards.All {
		s := &b.shards[shard]
		for _, part := range s.parts {
			if part.look != f.looks && len(part.cells) > 0 {
				return errFell
			}
		}
		s.settle(f.opts.Compare)
		if err := s.mend(); err != nil {
			return err
		}
	}
	return nil
}

// settle puts fresh cells into the rows, which stay in order.
func (s *fillShard) settle(compare func(a, b detector.Series) int) {
	if len(s.fresh) == 0 {
		return
	}
	slices.SortStableFunc(s.fresh, func(a, b freshCell) int { return compare(a.series, b.series) })
	old, rows := s.bucket.Rows, slices.Grow(s.spare[:0], len(s.bucket.Rows)+len(s.fresh))
	moved := make([]int32, len(old))
	for i, next := 0, 0; i < len(old) || next < len(s.fresh); {
		if next == len(s.fresh) || i < len(old) && compare(s.fresh[next].series, old[i].Series) >= 0 {
			moved[i] = int32(len(rows))
			rows = append(rows, old[i])
			i++
			continue
		}
		fresh := &s.fresh[next]
		if n := len(rows); n == 0 || compare(rows[n-1].Series, fresh.series) != 0 {
			rows = append(rows, detector.Row{Series: fresh.series})
		}
		fresh.row = int32(len(rows) - 1)
		next++
	}
	s.move(moved)
	s.bucket.Rows, s.spare = rows, old
	for i := range s.fresh {
		s.put(&s.fresh[i])
	}
	clear(s.fresh)
	s.fresh = s.fresh[:0]
}

// move renumbers the rows that cells feed.
func (s *fillShard) move(to []int32) {
	for _, part := range s.parts {
		for i := range part.cells {
			if row := part.cells[i].row; row != noRow {
				part.cells[i].row = to[row]
			}
		}
	}
	torn := s.torn
	s.torn = nil
	for row := range torn {
		s.tear(to[row])
	}
}

// put lets a fresh cell feed its row.
func (s *fillShard) put(fresh *freshCell) {
	c := &fresh.part.cells[fresh.cell]
	c.row = fresh.row
	row := &s.bucket.Rows[c.row]
	row.Lines += c.Lines
	row.Bytes += c.Bytes
	if row.Series.Class == detector.ClassLate {
		s.bucket.Late += c.Lines
	}
	if len(c.Summary) > 0 {
		s.tear(c.row)
	}
}

// mend adds up the summaries of torn rows, in ones of their own: who was shown those before may hold them still.
func (s *fillShard) mend() error {
	if len(s.torn) == 0 {
		return nil
	}
	for row := range s.torn {
		s.bucket.Rows[row].Summary = nil
	}
	for _, part := range s.parts {
		for i := range part.cells {
			c := &part.cells[i]
			if c.row == noRow || len(c.Summary) == 0 || !s.torn[c.row] {
				continue
			}
			if err := addSummary(&s.bucket.Rows[c.row], c.Summary); err != nil {
				return err
			}
		}
	}
	s.torn = nil
	return nil
}

// addSummary adds an encoded summary to that of a row. One whose parts differ, as the rule was changed between two owners'
// writes, is left out: the counts are whole still.
func addSummary(row *detector.Row, encoded []byte) error {
	sum, _, err := sketch.Decode(encoded)
	if err != nil {
		return err
	}
	switch {
	case row.Summary == nil:
		row.Summary = sum
	case row.Summary.Parts == sum.Parts:
		return row.Summary.Merge(sum)
	}
	return nil
}
