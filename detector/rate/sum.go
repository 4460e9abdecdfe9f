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
	var sums map[Count]*Count
	err := r.consistent(ctx, func(v view) error {
		sums = make(map[Count]*Count)
		for i := range v.statuses {
			sumOf := remember(v.statuses[i].Series, func(s *detector.Series) *Count { return sumIn(sums, s, by) })
			add := func(_ time.Time, _ int, s *detector.Series, c Cell) error {
				if sum := sumOf(s, c.Index); sum != nil {
					sum.Lines += c.Lines
					sum.Bytes += c.Bytes
				}
				return nil
			}
			if err := r.span(ctx, v.scope(i, AllShards), out.From, out.To, add); err != nil {
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
	for _, sum := range sums {
		out.Counts = append(out.Counts, *sum)
	}
	slices.SortFunc(out.Counts, func(a, b Count) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Environment, b.Environment),
			cmp.Compare(a.Level, b.Level), cmp.Compare(a.Shape, b.Shape))
	})
	return out, nil
}

// sumIn is where the lines of a series add up; nil where they do not.
func sumIn(sums map[Count]*Count, s *detector.Series, by By) *Count {
	if s.Class != detector.ClassLine {
		return nil
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
	sum, ok := sums[k]
	if !ok {
		sum = &Count{Service: k.Service, Environment: k.Environment, Level: k.Level, Shape: k.Shape}
		sums[k] = sum
	}
	return sum
}
