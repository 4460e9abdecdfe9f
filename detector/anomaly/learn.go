package anomaly

import "math"

// learn moves level, profile and dispersion by the bucket in work. m is what was expected of it, common factor
// included. Level and profile take clipped counts, a tenth of their weight in an excursion; dispersion takes unclipped
// ones, because clipped it would take batches for regular series (DETECTION, lesson 2), but none from alarms.
func (s *series) learn(n int64, m float64, env *moment) {
	age := s.age(n)
	plain := 1 / float64(age+1)
	weight := 1.0
	if age > env.hour && (s.up.on || s.down.on) || s.svc.partial.alarmLow.serious() || s.svc.partial.alarmUp.serious() || s.svc.mix.alarm {
		weight = .1
	}
	alarm := s.up.serious() || s.down.serious() || s.svc.down() || s.svc.withheld()
	s.comeBack(env)
	x := s.clipped(s.x, s.mu)
	v := x / s.shift
	if !s.svc.silent() {
		// In an excursion the level goes where the service goes, else it would stand still while traffic changes.
		follow := weight*v + (1-weight)*s.level*clamp(m/max(s.mu, 1e-9), .5, 2)
		s.level = towards(s.level, follow, env.w360, plain)
		s.hourU = towards(s.hourU, min(s.x/s.shift, 6*max(s.dayLevel, s.level)+1), env.w60, plain)
		s.dayLevel = towards(s.dayLevel, s.dayLevel+weight*(v-s.dayLevel), env.w8640, plain)
	}
	slot := n / env.slot
	switch {
	case s.day == nil:
	case alarm:
		if !s.svc.down() && !s.svc.withheld() && s.day.tell(slot, s.x, float64(env.slot)) {
			s.outlived = 0 // it was a level over the day as it was known then
		}
	default:
		if slot/2 != s.day.open/2 {
			fade(&s.day.up, slot)
			fade(&s.day.down, slot)
		}
		if s.day.add(slot, x, float64(env.slot)) {
			s.day.even = s.evenness()
		}
	}
	share := 1 / float64(env.day)
	s.rises.forget(share)
	s.falls.forget(share)
	s.steady -= s.steady * float32(.03*share)
	s.burst -= s.burst * float32(.03*share)
	if alarm || age < 6 {
		return
	}
	s.disperse(m, plain, env)
	if env.age > env.hour {
		inside := 0.0
		if s.up.on && (s.err || s.up.sumX >= leastBurst) {
			inside = s.x
		}
		s.share = towards(s.share, inside, env.w17280, plain)
		s.volume = towards(s.volume, s.x, env.w17280, plain)
	}
	s.block(m, env)
}

// block closes 30 buckets: k = EW[(X - M)^2 / (M + sum m^2/r)], each block clipped at 9 k, k at least 1. Sums over five
// minutes vary more than independent buckets would make them where rates wander. What an excursion brings counts when it is over, and not where
// it paged: a fall to a third that lasted had doubled the scale that it was held against within ten minutes.
func (s *series) block(m float64, env *moment) {
	s.blockX = bounded[float32](float64(s.blockX) + s.x)
	s.blockM = bounded[float32](float64(s.blockM) + m)
	s.blockV = bounded[float32](float64(s.blockV) + m*m/s.r)
	if s.blockN++; float64(s.blockN) < 30*env.per {
		return
	}
	d := float64(s.blockX) - float64(s.blockM)
	ratio := float32(min(d*d/max(float64(s.blockM)+float64(s.blockV), 1e-9), 9*float64(s.wander)))
	s.blocks = min(s.blocks+1, 60)
	s.wander = max(1, s.wander+(ratio-s.wander)/max(s.blocks, 12))
	if !s.down.on && !(s.plain() && !s.hasOwnClock() && s.up.on && env.n-s.up.zero < slowMemory) {
		s.scale = s.wander
	}
	s.blockN, s.blockX, s.blockM, s.blockV = 0, 0, 0, 0
}

// leastBurst is how many lines make a burst: of what hardly ever logs one line is an excursion.
const leastBurst = 5

// burstyPhi is the dispersion over which a series is bursty.
const burstyPhi = 3

// bursty tells a series whose bursts are its nature: phi over 3 by two standard errors (up to that the statistics, which
// know phi, judge it well), over 40 % of two days' volume inside excursions, or clumped: the share of buckets that are not
// empty is under half of what independent lines would fill (1 - exp(-mean)), or that of quarters of an hour under a third.
// Decided from 20 lines and an hour or two on.
func (s *series) bursty(n int64, env *moment) bool {
	if s.age(n) < env.hour {
		return false
	}
	ease := 1.0
	if s.wild {
		ease = .8 // it stays what it was
	}
	switch {
	case s.phi > ease*(burstyPhi+2/math.Sqrt(s.information(n, env)+1e-9)):
		return true
	case s.lines >= 20 && s.volume > 0 && float64(s.share) > ease*.4*float64(s.volume) && s.age(n) > 2*env.hour:
		return true
	}
	return s.clumped(n, ease, env)
}

// disperse books the dispersion of a bucket. What an excursion brings is held until it is over: booked while it lasts it
// would explain the excursion away.
func (s *series) disperse(m, plain float64, env *moment) {
	d := s.x - m
	excess, square := d*d-m, m*m
	if s.up.on {
		s.held, s.heldM = bounded[float32](float64(s.held)+excess), bounded[float32](float64(s.heldM)+square)
		s.heldN++
		return
	}
	s.excess = towards(s.excess, excess, env.w8640, plain)
	s.squares = towards(s.squares, square, env.w8640, plain)
}

// release books the dispersion of an excursion that is over, or drops it where it was an alarm.
func (s *series) release(book bool, age int64, env *moment) {
	if n := float64(s.heldN); n > 0 && book {
		w := max(1/max(8640*env.per, 1), 1/float64(age+1))
		keep := max(0, 1-w*n)
		relax(&s.excess, float64(s.held)/n, keep)
		relax(&s.squares, float64(s.heldM)/n, keep)
	}
	s.held, s.heldM, s.heldN = 0, 0, 0
}
