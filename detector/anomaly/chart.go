package anomaly

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Band is what is expected of a series of lines in the bucket after the last one, and the band of three standard
// deviations around it, in lines a bucket. ok is false for what is not known.
func (s *Suite) Band(of detector.Series) (expected, low, high float64, ok bool) {
	return s.BandAt(of, time.Unix(0, (s.last+1)*int64(s.opt.Width)))
}

// BandAt is Band at any time, by the daily profile where one is known and by the level where none is. In its first hour
// nothing is expected of a series: what it logs then may be the fault. Of a service that is itself so new nothing is known.
func (s *Suite) BandAt(of detector.Series, at time.Time) (expected, low, high float64, ok bool) {
	t := s.find(of)
	if t == nil {
		return 0, 0, 0, false
	}
	n := s.number(at)
	env := s.moment(at, n)
	if t.age(s.last) < env.hour {
		return 0, 0, 0, t.svc.total != nil && t.svc.total.age(s.last) >= env.hour
	}
	was := t.svc.shape
	f, _ := t.factor(n, env)
	t.svc.shape = was
	expected, low, high = detector.Banded(t.level*f, t.phi)
	return expected, low, high, true
}

func (s *Suite) find(of detector.Series) *series {
	svc := s.services[serviceKey{of.Service, of.Environment}]
	if svc == nil || of.Class != detector.ClassLine || of.Level > detector.LevelFatal {
		return nil
	}
	switch {
	case of.Shape != 0:
		return svc.templates[templateKey{of.Level, of.Shape}]
	case of.Level != detector.LevelNone:
		return svc.levels[of.Level]
	}
	return svc.total
}
