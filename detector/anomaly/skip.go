package anomaly

import "math"

// skip passes k buckets in which the series, a rare one, had nothing.
func (s *series) skip(k int64, env *moment) {
	decay := func(n float64) float64 { return math.Pow(1-1/max(n*env.per, 1), float64(k)) }
	six, thirty, twelve := decay(6), decay(30), decay(12)
	m := s.level * s.shift
	relax(&s.three, 0, decay(3))
	s.threeM = float32(m)
	relax(&s.fast, 0, six)
	relax(&s.fastM, m, six)
	relax(&s.mid, 0, thirty)
	relax(&s.midM, m, thirty)
	relax(&s.mixX, 0, twelve)
	relax(&s.mixM, m, twelve)
	relax(&s.hourU, 0, decay(60))
	s.level *= decay(360)
	s.owe(m, float64(k))
	long := decay(8640)
	s.dayLevel *= long
	empty := s.expected(s.last+k/2, env)
	relax(&s.excess, empty*(empty-1), long)
	relax(&s.squares, empty*empty, long)
	two := decay(17280)
	relax(&s.share, 0, two)
	relax(&s.volume, 0, two)
	for i := range s.bank.up {
		s.bank.up[i] = 0
	}
	s.bank.down, s.bank.often = [3]float32{}, 0
	s.up.zero, s.down.zero = s.last+k, s.last+k
	s.up.sumX, s.up.sumM, s.down.sumX, s.down.sumM = 0, 0, 0, 0
	s.rises.forget(float64(k) / float64(env.day))
	s.falls.forget(float64(k) / float64(env.day))
	s.last += k
}

// maxBeat is how many lines of a bucket resume believes: more are a flood's.
const maxBeat = 8

// resume takes up a series that rested for hours, a cron over the weekend, where it left off: with the lines of its life,
// of which a flood can raise the mean of a bucket that had some to maxBeat at most.
func (s *series) resume() {
	if rate := s.resumed(); s.filled >= 50 && s.level < rate {
		s.level, s.dayLevel = rate, max(s.dayLevel, rate)
	}
}

// resumed is the rate at which a series that rested is taken up.
func (s *series) resumed() float64 {
	return min(s.lines, maxBeat*float64(s.filled)) / float64(s.seen-s.born+1)
}

// owe counts what was expected in k empty buckets, m in each.
func (s *series) owe(m, k float64) {
	s.owed = bounded[float32](float64(s.owed) + m*k)
	s.owedNats = bounded[float32](float64(s.owedNats) + k*s.r*math.Log1p(m/max(s.r, 1e-6)))
}
