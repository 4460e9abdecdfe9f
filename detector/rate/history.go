package rate

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Query asks for the course of one number, or of many.
type Query struct {
	From, To time.Time
	Step     time.Duration              // a multiple of Fine; a multiple of Coarse where fine buckets are gone
	Match    func(detector.Series) bool // which series add up
	Shards   ShardSet                   // where they are; 0 means all
	Services []string                   // whose series add up; nil means all
}

// Point is what the series of a Query counted in one step.
type Point struct {
	Start time.Time
	Lines uint64
	Bytes uint64
}

// MaxPoints bounds a History.
const MaxPoints = 10_000

// History adds up the series of q in each step of [From, To), steps without lines too. The range is widened to whole
// steps.
func (r *Reader) History(ctx context.Context, q Query) ([]Point, error) {
	one := func(s detector.Series) (detector.Series, bool) { return detector.Series{}, q.Match(s) }
	courses, err := r.Courses(ctx, q, one)
	if err != nil {
		return nil, err
	}
	if out, ok := courses[detector.Series{}]; ok {
		return out, nil
	}
	return emptyCourse(q), nil
}

// course reads coarse buckets where a step holds whole ones, and fine ones otherwise.
func (r *Reader) course(ctx context.Context, v view, i int, from, to time.Time, q Query, add cellFunc) error {
	if q.Step%Coarse == 0 {
		return r.span(ctx, v, i, from, to, q.Shards, add)
	}
	return r.buckets(ctx, v, i, Fine, from, to, q.Shards, add)
}

// Samples returns the newest MaxSamples lines of all the series that match, over all partitions, newest first.
func (r *Reader) Samples(ctx context.Context, match func(detector.Series) bool) ([]detector.Sample, error) {
	var out []detector.Sample
	err := r.consistent(ctx, func(v view) error {
		out = nil
		for i := range v.statuses {
			got, err := r.partitionSamples(ctx, v, i, match)
			if err != nil {
				return err
			}
			out = append(out, got...)
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b detector.Sample) int { return b.Time.Compare(a.Time) })
	return out[:min(len(out), MaxSamples)], err
}

// maxSampled bounds the series of one partition whose samples are read for one answer, the newest series first.
const maxSampled = 512

func (r *Reader) partitionSamples(ctx context.Context, v view, i int, match func(detector.Series) bool) ([]detector.Sample, error) {
	p := v.statuses[i].Partition
	series, err := v.dicts[i].get(ctx, r.backend, p, v.statuses[i].Series)
	if err != nil {
		return nil, fmt.Errorf("rate: %s/%d: %w", p.Topic, p.ID, err)
	}
	var indices []int
	for n := len(series) - 1; n >= 0 && len(indices) < maxSampled; n-- {
		if match(series[n]) {
			indices = append(indices, n)
		}
	}
	if len(indices) == 0 {
		return nil, nil
	}
	sets, err := r.backend.Samples(ctx, p, indices)
	if err != nil {
		return nil, fmt.Errorf("rate: samples of %s/%d: %w", p.Topic, p.ID, err)
	}
	var out []detector.Sample
	for _, set := range sets {
		got, err := DecodeSamples(set.Data)
		if err != nil {
			return nil, fmt.Errorf("rate: samples of series %d of %s/%d: %w", set.Series, p.Topic, p.ID, err)
		}
		out = append(out, got...)
	}
	return out, nil
}
