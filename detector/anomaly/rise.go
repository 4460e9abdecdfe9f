package anomaly

import (
	"math"
	"slices"
)

// maxNats bounds a statistic, so that what was enormous does not stand for hours after it is over.
const maxNats = 1200

// judgeRise moves the upward bank and decides whether the series is abnormally high. up is the common factor of the
// service, at least 1; bar is H in nats for this series now.
//
// A rise is called when the bank is over the bar and over what the series has done before (record, time of day), while
// it lasts (EW6 > 1.3 m, for slow statistics also EW30 > 1.4 of expected), for 3 hot buckets (2 above 8 m, 1 above
// 80 m) or when three buckets are steadily high; of a template that is no error not while it may be a swell.
func (s *series) judgeRise(n int64, up, bar float64, env *moment) {
	e := &s.up
	up *= max(1, s.otherDay(env)) * max(1, s.otherLevel(env)) * max(1, s.evenly()) * s.leastRise(e.alarm)
	m := s.mu * up
	s.bank.rise(s.x, m, s.r)
	for i := range s.bank.up {
		s.bank.up[i] = min(s.bank.up[i], maxNats)
	}
	s.occur(n, up)
	if s.age(n) < env.hour/4 || n-s.svc.born < env.hour/2 {
		s.bank.up, s.bank.often = [5]float32{}, 0 // the level is not known yet
	}
	if s.role == roleRegular {
		s.bank.up[0], s.bank.up[1] = 0, 0
	}
	if s.fast < 1.1*m && s.mid < 1.1*s.midM*up {
		s.bank.calm()
	}
	u, slow := s.bank.upward(float64(s.scale), s.phi, s.role == roleRegular)
	if u < .5 {
		e.zero, e.sumX, e.sumM = n, 0, 0
	} else {
		e.sum(s.x, m)
	}
	switch {
	case s.x > 1.3*m:
		if n-e.last > env.minutes(5) {
			e.hot = 0
		}
		e.hot++
		e.last = n
	case m >= 1 || !e.on:
		e.hot = 0
	}
	q := s.steadily(m)
	bursty := s.wild
	if u > excursionFloor && !e.on {
		e.on, e.peak, e.paged = true, float32(u), false
	}
	if e.on {
		e.peak = max(e.peak, float32(u))
		e.paged = e.paged || len(s.svc.episodes) > 0 // what an incident of the service brings is no habit
	}
	strong := u
	if e.alarm {
		s.holdRise(n, m, u, bar, env)
	} else if strong = s.called(n, u, q, m, bar, slow, bursty, up, env); strong > bar {
		e.soft = (env.young(s.svc) && !s.trusted(m, n, env)) || s.ofAStart(m, env)
		e.alarm, e.paged, e.began = true, !e.soft, n
		s.outlive()
		s.date(n, m, u)
	}
	if s.troubled() && (e.alarm || u*rarer > bar) {
		s.svc.noteBrief(s, e.zero, float64(e.sumX-e.sumM), env)
	}
	e.strength = float32(env.strength(strong, s.err, s.age(n)))
	if e.on && !e.alarm && u < 1 {
		s.bookRise(n, bar, env)
	}
	if !e.on && !e.alarm {
		s.steady = max(s.steady, float32(q))
	}
	if !e.alarm && !e.paged {
		s.bookBurst()
	} else {
		s.burstPeak = 0
	}
}

// plain tells a template that is no error.
func (s *series) plain() bool { return s.role == roleTemplate && !s.err }

// trusted tells that a rise pages although its service has not lived through a day. A job that was never seen looks like a
// flood: a template must always have logged, and a sum be over five times what is expected by more than one such job. No
// job is errors alone.
func (s *series) trusted(m float64, n int64, env *moment) bool {
	if s.role == roleRegular {
		top := s.svc.loudest()
		return !env.early && s.fast > 5*m && top != nil && (top.err || top.trusted(top.mu, n, env))
	}
	return float64(s.filled) > .5*float64(s.age(n)) && s.age(n) >= 6*env.hour
}

// loudest is the regular template that has most more than expected.
func (v *service) loudest() *series {
	var top *series
	for _, t := range v.active {
		if !t.wild && (top == nil || t.fast-t.fastM > top.fast-top.fastM) {
			top = t
		}
	}
	return top
}

// rarer is what a nat of an error counts: of thirty templates of a service four are errors, which have ln 8 nats less to prove.
const rarer = 1.12

// fewestLines is how many lines a template that is no error must have had before its own rise means anything: of a job that ran
// twice nobody knows how much it logs. What floods is seen in the sums.
const fewestLines = 20

// called is the decision: the highest bar at which a rise is called, 0 where none would do.
func (s *series) called(n int64, u, q, m, bar float64, slow, bursty bool, up float64, env *moment) (strong float64) {
	if n-s.svc.born < env.hour || s.fast <= 1.3*m || ((slow || env.early) && s.mid <= 1.4*s.midM*up) || s.x <= m {
		return 0
	}
	if s.plain() && s.lines-float64(s.up.sumX) < fewestLines {
		return 0
	}
	if s.plain() && s.swelling(m, up, env) {
		return 0
	}
	if bursty || (float64(s.burst) > 10*30*s.least(m, env) && float64(s.burst) > 4*30*s.noon()) {
		times := 3.0
		if s.err {
			times = 2
		}
		if bursty && s.rises.total < fewest {
			times = 10 // few of its bursts are known
		}
		if s.burstNow(n, env) < times*float64(max(s.burst, 5)) && !s.keepsOn(n, bursty, env) {
			return 0
		}
	}
	nats := u
	switch {
	case s.err:
		nats *= rarer
	case s.role == roleTemplate && n-s.up.zero > env.minutes(longMinutes):
		nats = s.bank.lasting(float64(s.scale), s.phi)
	}
	if nats > keenest(s.err) && s.up.hot >= s.persistence(m) && u > s.barrier(&s.rises, upDay(s.day), n, 0, bursty, env) {
		strong = nats
	}
	if s.troubled() && s.svc.brieflike(s, s.up.zero, float64(s.up.sumX-s.up.sumM), lastingMinutes, env) {
		return 0
	}
	if strong <= bar && !env.early && !bursty && s.role == roleTemplate && m >= 3 && q > max(1.9, 1.3*float64(s.steady)) && bar <= 2*familyBar {
		strong = max(strong, 3*likelihood(q, m, s.r))
	}
	return strong
}

// burstMinutes is how long a rise of errors may take to be told from bursts.
const burstMinutes = 30

// burstNow is how many lines a burst has had within five minutes, or since it began where it goes on evenly: the last five minutes are like
// the whole. Retries come and go, and are nothing like it.
func (s *series) burstNow(n int64, env *moment) float64 {
	lines := 30 * s.mid
	if age := float64(n - s.up.zero); s.err && !env.early && age >= 30 && age <= float64(env.minutes(burstMinutes)) {
		if each := float64(s.up.sumX) / age; s.mid > .6*each && s.mid < 1.6*each {
			lines = max(lines, float64(s.up.sumX))
		}
	}
	return lines
}

// noon is the greatest of what is expected in the course of a day, in lines a bucket: what a series has then is no burst.
func (s *series) noon() float64 {
	if !s.ownProfile() {
		return 0
	}
	return s.mu / s.shift * unpack(slices.Max(s.day.rate[:])) / max(s.day.mean(), 1e-9)
}

// persistence is how many hot buckets are asked for. A rate under one line a bucket counts as one here: a clump of lines
// in a single bucket is what rare templates do.
func (s *series) persistence(m float64) int32 {
	m = max(m, 1)
	switch {
	case s.x > enormous*m:
		return 1
	case s.x > 8*m && s.last3[1] > 4:
		return 2
	}
	return 3
}

// steadily is the least of the last three buckets over what is expected.
func (s *series) steadily(m float64) float64 {
	s.last3[0], s.last3[1], s.last3[2] = s.last3[1], s.last3[2], float32((s.x+.5)/(m+.5))
	return float64(min(s.last3[0], s.last3[1], s.last3[2]))
}

// barrier is what a statistic has to pass: H, the record of earlier excursions, and 1.6 times the largest one at this
// time of day; for bursty series 2.5 times the second largest ever.
func (s *series) barrier(r *record, at *[halves]uint8, n int64, bar float64, bursty bool, env *moment) float64 {
	b := max(bar, r.bar())
	if at != nil {
		b = max(b, 1.6*near(at, n/env.slot))
	}
	if bursty {
		b = max(b, 2.5*float64(r.second))
	}
	return max(bar, min(b, .8*maxNats)) // what is bounded can always be passed
}

// holdRise keeps an alarm while the series is still high, and adopts the new level after three hours.
func (s *series) holdRise(n int64, m, u, bar float64, env *moment) {
	e := &s.up
	if s.fast > 1.2*m && u > 1 && n-e.began < 3*env.hour {
		return
	}
	e.alarm = false
	if s.plain() && n-e.began < env.hour && !s.svc.whole() {
		s.svc.swells.book(env)
	}
	if n-e.began >= 3*env.hour {
		s.adopt()
		s.bank.up, s.bank.often = [5]float32{}, 0
		s.bookRise(n, bar, env)
	}
}

// bookRise writes an excursion that is over to the records.
func (s *series) bookRise(n int64, bar float64, env *moment) {
	e := &s.up
	if s.untold(e, n, env) {
		s.release(false, s.age(n), env)
		e.on, e.paged, e.peak = false, false, 0
		return
	}
	peak := e.peak
	s.rises.book(peak, float32(bar), e.paged)
	if e.paged && s.rises.paged < 2.5 {
		peak = min(peak, 1.5*float32(bar))
	}
	if s.day != nil {
		note(&s.day.up, n/env.slot, float64(peak))
	}
	s.release(!e.paged, s.age(n), env)
	e.on, e.paged, e.peak = false, false, 0
}

// wandered takes what an excursion brought to the scale, or drops it where it paged.
func (s *series) wandered(paged bool) {
	if paged {
		s.wander = s.scale
	} else {
		s.scale = s.wander
	}
}

// bookBurst remembers the largest sum of a burst once it has halved.
func (s *series) bookBurst() {
	sum := float32(min(30*s.mid, s.lines))
	s.burstPeak = max(s.burstPeak, sum)
	if sum < .5*s.burstPeak {
		s.burst = max(s.burst, s.burstPeak)
		s.burstPeak = sum
	}
}

func upDay(d *daily) *[halves]uint8 {
	if d == nil {
		return nil
	}
	return &d.up
}

// clumped: see bursty. Batches fill few quarters of an hour, jobs few buckets.
func (s *series) clumped(n int64, ease float64, env *moment) bool {
	if s.lines < 20 {
		return false
	}
	age := float64(s.age(n))
	mean := s.lines / age
	return under(ease*float64(s.filled)/age, .5, mean) || under(ease*s.present(n, env), .33, mean*float64(env.slot))
}

// under tells whether share < part (1 - exp(-mean)). As that is never over part min(1, mean), it mostly needs no exponential.
func under(share, part, mean float64) bool {
	return share < part*min(1, mean) && share < part*(1-math.Exp(-mean))
}

// present is the share of the quarters of an hour of its life in which the series had something.
func (s *series) present(n int64, env *moment) float64 {
	return min(1, float64(s.quarters)*float64(env.slot)/float64(s.age(n)+env.slot))
}
