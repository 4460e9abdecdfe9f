package anomaly

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Deploy tells that a new version of a service was deployed: for 15 minutes from at on its falls are notices. It may be told
// late, or before its time.
func (s *Suite) Deploy(name string, at time.Time) {
	n := s.number(at)
	for _, svc := range s.order {
		if svc.name == name {
			svc.deployed = max(svc.deployed, n)
		}
	}
}

// Alias tells that shape from of a service is now counted as shape to: their levels and records add up, so that the change
// is no fall of one and no rise of the other. Rows that still name from after that start a new series.
func (s *Suite) Alias(service string, from, to detector.ShapeID) {
	if from == to {
		return
	}
	for _, svc := range s.order {
		if svc.name != service {
			continue
		}
		for level := detector.LevelNone; level <= detector.LevelFatal; level++ {
			if t := svc.templates[templateKey{level, from}]; t != nil {
				s.series -= svc.merge(t, templateKey{level, to})
			}
		}
	}
}

// merge moves t to another template and returns how many series fewer there are.
func (v *service) merge(t *series, to templateKey) int {
	delete(v.templates, t.id)
	into := v.templates[to]
	if into == nil {
		t.id.shape = to.shape
		v.templates[to] = t
		return 0
	}
	into.absorb(t)
	for i, o := range v.order {
		if o == t {
			v.order = append(v.order[:i], v.order[i+1:]...)
			break
		}
	}
	for i := range v.novel {
		if v.novel[i].t == t {
			v.novel[i].t = into
		}
	}
	return 1
}

// absorb adds what o has learned to s: rates add up, records and dispersion are those of the greater part at least.
func (s *series) absorb(o *series) {
	s.born, s.seen = min(s.born, o.born), max(s.seen, o.seen)
	if o.last > s.last {
		// The one that was brought up to date last has the means of now; the other one's have hardly faded since.
		s.last = o.last
	}
	plus(&s.lines, o.lines)
	plus(&s.level, o.level)
	plus(&s.dayLevel, o.dayLevel)
	plus(&s.hourU, o.hourU)
	plus(&s.three, o.three)
	plus(&s.threeM, o.threeM)
	plus(&s.fast, o.fast)
	plus(&s.fastM, o.fastM)
	plus(&s.mid, o.mid)
	plus(&s.midM, o.midM)
	plus(&s.mixX, o.mixX)
	plus(&s.mixM, o.mixM)
	plus(&s.excess, o.excess)
	plus(&s.squares, o.squares)
	plus(&s.share, o.share)
	plus(&s.volume, o.volume)
	plus(&s.burst, o.burst)
	s.filled = max(s.filled, o.filled)
	s.rises.absorb(&o.rises)
	s.falls.absorb(&o.falls)
	if s.day != nil && o.day != nil {
		for i := range s.day.rate {
			s.day.rate[i] = pack(unpack(s.day.rate[i]) + unpack(o.day.rate[i]))
		}
		for i := range s.day.up {
			s.day.up[i] = max(s.day.up[i], o.day.up[i])
			s.day.down[i] = max(s.day.down[i], o.day.down[i])
		}
		s.day.average()
	} else if s.day == nil {
		s.day = o.day
	}
	s.gaps = gaps{start: s.seen, due: s.gaps.due}
}

func plus[F float](v *F, more F) { *v = bounded[F](float64(*v) + float64(more)) }

func (r *record) absorb(o *record) {
	r.n, r.total, r.paged = max(r.n, o.n), max(r.total, o.total), max(r.paged, o.paged)
	r.mean, r.square = max(r.mean, o.mean), max(r.square, o.square)
	r.first, r.second = max(r.first, o.first), max(r.second, o.second)
}
