package anomaly

import "math"

// maxOften is the share of buckets that are not empty over which a series is too frequent for occur.
const maxOften = .15

// occur moves the statistic of a rare series that counts only whether a bucket is empty: a CUSUM of the Bernoulli log
// likelihood ratio of q = min(.5, 10 p) against p, the share of buckets that are not empty over the series' life, times the
// daily and common factors and, where the service logs more than the day before, that. The negative binomial bank takes a series whose lines come in clumps for one that may do
// anything; that clump follows clump is seen here. Units are nats; up is the common factor, at least 1.
func (s *series) occur(n int64, up float64) {
	b := &s.bank
	if s.role != roleTemplate || (s.x == 0 && b.often == 0) {
		return
	}
	p := float64(s.filled+1) / float64(s.age(n)+20) * max(1, s.shift) * max(1, s.svc.today) * up
	if p > maxOften {
		b.often = 0
		return
	}
	q := min(.5, 10*p)
	if s.x > 0 {
		b.often = min(b.often+float32(min(math.Log(q/p), stepCap)), maxNats)
		return
	}
	b.often = max(0, b.often+float32(math.Log((1-q)/(1-p))))
}

// keepsOn tells that what logs in most quarters of an hour, in bursts, has lines in more buckets than ever, for lastingMinutes: of a burst one
// bucket has them, of a rise many.
func (s *series) keepsOn(n int64, bursty bool, env *moment) bool {
	return s.plain() && s.rises.total >= fewest && s.present(n, env) > .5 && n-s.up.zero >= env.minutes(lastingMinutes) &&
		float64(s.bank.often) > s.barrier(&s.rises, upDay(s.day), n, familyBar, bursty, env)
}
