package anomaly

import (
	"math"
	"slices"
)

// likeService is what speaks for it that a template follows the day of its service before it was seen, in lines of a day of
// which the rate doubles and halves.
const likeService = 4

// evenness is how far a template logs by a clock of its own while its service has a day: 0 where it follows the service, 1
// where it knows no day, as a health check. It is 1 less the slope of its rates over those of the service,
//
//	a = (c + sum lines (own - 1) (service - 1)) / (c + sum lines (service - 1)^2)
//
// over the slots of a day, rates over their mean, c = likeService and lines those that a slot was learned from.
func (s *series) evenness() float32 {
	sum := s.svc.regular
	if s.role != roleTemplate || !sum.ownProfile() || !s.ownProfile() {
		return 0
	}
	both, square := float64(likeService), float64(likeService)
	for slot := range int64(slots) {
		own, lines := s.own(slot)
		if of, known := sum.own(slot); lines > 0 && known > 0 {
			both += lines * (own - 1) * (of - 1)
			square += lines * (of - 1) * (of - 1)
		}
	}
	return float32(clamp(1-both/square, 0, 1))
}

// ownClock is the evenness from which on a template says nothing of traffic.
const ownClock = 1. / 3

// hasOwnClock tells that a template does not follow the day of its service; what beats does not, before a day of it is known.
func (s *series) hasOwnClock() bool {
	return s.gaps.beating() || s.day != nil && s.day.even >= ownClock
}

// followers leaves out the templates with a clock of their own where two others are left; all is used up.
func followers(all []*series) []*series {
	following := 0
	for _, t := range all {
		if !t.hasOwnClock() {
			following++
		}
	}
	if following < 2 || following == len(all) {
		return all
	}
	return slices.DeleteFunc(all, (*series).hasOwnClock)
}

// shareOf is what a common factor of the service is for a template: factor^(1-even).
func (s *series) shareOf(factor float64) float64 {
	if factor == 1 || s.day == nil || s.day.even == 0 {
		return factor
	}
	return math.Pow(factor, 1-float64(s.day.even))
}

// evenly is what a template logs in the mean over what is expected of it by the day of its service, as long as nobody knows
// whether it follows that: 1 where it has a day of its own. Both must be passed.
func (s *series) evenly() float64 {
	if s.role != roleTemplate || s.ownProfile() || s.svc.shape.n < fewest || s.volume <= 0 {
		return 1
	}
	return float64(s.volume) / s.mu
}
