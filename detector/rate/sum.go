package rate

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// By says which dimensions a Sum keeps apart.
type By struct {
	Service     bool
	Environment bool
	Level       bool
	Shape       bool
}

// Count is one line of a Sum; dimensions that were not asked for are empty.
type Count struct {
	Service     string
	Environment string
	Level       detector.Level
	Shape       detector.ShapeID
	Lines       uint64
	Bytes       uint64
}

// Sums is what Sum found.
type Sums struct {
	Counts        []Count   // sorted by service, environment, level, shape
	From, To      time.Time // the range, widened to buckets: fine ones, coarse ones where fine ones are gone
	CompleteUntil time.Time // the counts of what is before it are exact but for late lines; zero: of nothing
}

// Sum adds up the lines of [from, to). CompleteUntil is the least watermark of the expected partitions, at most To.
func (r *Reader) Sum(ctx context.Context, from, to time.Time, by By, expected []Partition) (Sums, error) {
	out := Sums{}
	out.From, out.To = r.widen(from, to)
	err := r.consistent(ctx, func(v view) error {
		places := make(map[Count]int) // in what is counted
		out.Counts = nil
		for i := range v.statuses {
			part := v.scope(i, AllShards)
			find := func(s *detector.Series) int { return out.place(places, s, by) }
			remembered := rememberKin[int]
			if by.Shape {
				remembered = remember[int]
			}
			placeOf := remembered(part, find)
			add := func(_ time.Time, _ int, s *detector.Series, c Cell) error {
				if n := placeOf(s, c.Index); n >= 0 {
					out.Counts[n].Lines += c.Lines
					out.Counts[n].Bytes += c.Bytes
				}
				return nil
			}
			if err := r.span(ctx, part, out.From, out.To, add); err != nil {
				return err
			}
		}
		out.CompleteUntil, _ = watermark(v.statuses, expected)
		return nil
	})
	if err != nil {
		return Sums{}, err
	}
	if out.CompleteUntil.After(out.To) {
		out.CompleteUntil = out.To
	}
	slices.SortFunc(out.Counts, func(a, b Count) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Environment, b.Environment),
			cmp.Compare(a.Level, b.Level), cmp.Compare(a.Shape, b.Shape))
	})
	return out, nil
}

// place is where the lines of a series add up; -1 where they do not.
func (out *Sums) place(places map[Count]int, s *detector.Series, by By) int {
	if s.Class != detector.ClassLine {
		return -1
	}
	var k Count
	if by.Service {
		k.Service = s.Service
	}
	if by.Environment {
		k.Environment = s.Environment
	}
	if by.Level {
		k.Level = s.Level
	}
	if by.Shape {
		k.Shape = s.Shape
	}
	n, ok := places[k]
	if !ok {
		n, places[k] = len(out.Counts), len(out.Counts)
		out.Counts = append(out.Counts, k)
	}
	return n
}
