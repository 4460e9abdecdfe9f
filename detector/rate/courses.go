package rate

import (
	"context"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// MaxCourses bounds the numbers whose course one call returns; further ones are left out.
const MaxCourses = 1000

// Courses is History for many numbers at once: key says into which of them a series adds up, or that it adds to none.
// All have the same steps. Query.Match is not used.
func (r *Reader) Courses(ctx context.Context, q Query, key func(detector.Series) (detector.Series, bool)) (map[detector.Series][]Point, error) {
	if q.Step <= 0 || q.Step%Fine != 0 {
		return nil, fmt.Errorf("rate: step %v is not a multiple of %v", q.Step, Fine)
	}
	step := int64(q.Step / time.Second)
	first, end := floor(q.From.Unix(), step), floor(q.To.Unix()+step-1, step)
	n := (end - first) / step
	if n > MaxPoints {
		return nil, fmt.Errorf("rate: %d points, at most %d: ask for a longer step", n, MaxPoints)
	}
	out := make(map[detector.Series][]Point)
	err := r.consistent(ctx, func(v view) error {
		clear(out)
		courseOf := func(s *detector.Series) []Point {
			k, ok := key(*s)
			if !ok {
				return nil
			}
			if out[k] == nil {
				if len(out) >= MaxCourses {
					return nil
				}
				out[k] = emptyCourse(q)
			}
			return out[k]
		}
		for i := range v.statuses {
			part, err := r.scope(ctx, v, i, &q)
			if err != nil {
				return err
			}
			courses := remember(part, courseOf)
			add := func(start time.Time, _ int, s *detector.Series, c Cell) error {
				if course := courses(s, c.Index); course != nil {
					p := &course[(start.Unix()-first)/step]
					p.Lines += c.Lines
					p.Bytes += c.Bytes
				}
				return nil
			}
			if err := r.course(ctx, part, utc(first), utc(end), q.Step, add); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// emptyCourse has the steps of q, with nothing in them.
func emptyCourse(q Query) []Point {
	step := int64(q.Step / time.Second)
	first, end := floor(q.From.Unix(), step), floor(q.To.Unix()+step-1, step)
	if end <= first {
		return nil
	}
	out := make([]Point, (end-first)/step)
	for i := range out {
		out[i].Start = utc(first + int64(i)*step)
	}
	return out
}
