package metric

import "math"

// states are the earlier states of a series: values and averages side by side, oldest first, so that looking through
// them is one pass over memory.
type states struct {
	x, y []float64
	most int // that are looked at
	skip int // of the newest that are not looked at
}

func newStates(most, skip int) states { return states{most: most, skip: skip} }

// nearest is the distance to the nearest state that is at least a block old; 0 where there is none.
func (s *states) nearest(x, y float64) float64 {
	n := len(s.x) - s.skip
	if n <= 0 {
		return 0
	}
	from := max(0, n-s.most)
	xs, ys := s.x[from:n], s.y[from:n]
	best := math.Inf(1)
	for i, v := range xs {
		dx := v - x
		if dx *= dx; dx < best {
			dy := ys[i] - y
			if d := dx + dy*dy; d < best {
				best = d
			}
		}
	}
	return math.Sqrt(best)
}

// keep takes the state of the row; half of the room is for states that are looked at no more, so that moving is rare.
func (s *states) keep(x, y float64) {
	if n := s.most + s.skip; len(s.x) >= 2*n {
		s.x = s.x[:copy(s.x, s.x[len(s.x)-n:])]
		s.y = s.y[:copy(s.y, s.y[len(s.y)-n:])]
	}
	s.x, s.y = append(s.x, x), append(s.y, y)
}
