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
	Services []string                   // whose series add up, and are sought where many others stand; nil means all
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
func (r *Reader) course(ctx context.Context, s scope, from, to time.Time, step time.Duration, add cellFunc) error {
	if step%Coarse == 0 {
		return r.span(ctx, s, from, to, add)
	}
	return r.buckets(ctx, s, Fine, from, to, add)
}

// Samples returns the newest MaxSamples lines of all the series that q matches, over all partitions, newest first. Times and
// shards of q are not used.
func (r *Reader) Samples(ctx context.Context, q Query) ([]detector.Sample, error) {
	var out []detector.Sample
	err := r.consistent(ctx, func(v view) error {
		out = nil
		for i := range v.statuses {
			got, err := r.partitionSamples(ctx, v, i, &q)
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

func (r *Reader) partitionSamples(ctx context.Context, v view, i int, q *Query) ([]detector.Sample, error) {
	p := v.statuses[i].Partition
	part, err := r.scope(ctx, v, i, q)
	if err != nil {
		return nil, err
	}
	series, err := part.dict.get(ctx, r.backend, p, part.Series)
	if err != nil {
		return nil, fmt.Errorf("rate: %s/%d: %w", p.Topic, p.ID, err)
	}
	var indices []int
	take := func(n int) (more bool) {
		if q.Match(series[n]) {
			indices = append(indices, n)
		}
		return len(indices) < maxSampled
	}
	if q.Services == nil {
		for n := len(series) - 1; n >= 0 && take(n); n-- { // the newest first
		}
	}
	for _, n := range slices.Backward(part.wanted) {
		if !take(int(n)) {
			break
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
