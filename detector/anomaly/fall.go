package anomaly

// judgeFall moves the downward bank of a template and decides whether it is abnormally low: no error, phi under 2.5, over .2
// a bucket, with regular gaps. down is the common factor of the service, at most 1; bar is H now.
//
// Under a tenth of what is expected it must be low (under .7 m) for 5 buckets if the statistic is over 1.5 H or there was no
// line, else 7; a partial fall 12. Under 5 a bucket the statistic must be up for 12 buckets, 5 without any line, the last three low.
// An empty run of five buckets that is longer than any before by half needs no more; where the whole service was empty
// counts for neither.
func (s *series) judgeFall(n int64, down, bar float64, env *moment) {
	e := &s.down
	e.strength = 0
	m := s.mu * down * min(1, s.evenly()) * s.mostFall(e.alarm)
	s.low = bounded[float32](m)
	if s.role != roleTemplate || s.err {
		return
	}
	if m < .05 { // too rare for the bank; absence goes on
		if e.alarm {
			s.holdFall(n, m, env)
		} else {
			s.bank.down, e.on, e.peak, e.hot = [3]float32{}, false, 0, 0
		}
		return
	}
	s.bank.fall(s.x, m, s.r)
	for i := range s.bank.down {
		s.bank.down[i] = min(s.bank.down[i], maxNats)
	}
	u := s.bank.downward(float64(s.scale))
	if u < .5 {
		e.zero, e.sumX, e.sumM = n, 0, 0
	} else {
		e.sum(s.x, m)
	}
	if s.x < .7*m {
		e.hot++
	} else if s.x > m || m >= 5 {
		e.hot = 0
	}
	if u > excursionFloor && !e.on {
		e.on, e.peak, e.paged = true, float32(u), false
	}
	if e.on {
		e.peak = max(e.peak, float32(u))
		e.paged = e.paged || len(s.svc.episodes) > 0
	}
	partial := e.sumX > .1*e.sumM
	if partial && s.fast > .6*s.dayLevel*s.shift*min(1, down) && s.fast > .6*m && s.mid > .6*s.midM*min(1, down) {
		// It has recovered: of few lines a minute says nothing. Without setting the statistic back the level would stay frozen and page for days.
		s.bank.down = [3]float32{}
	}
	strong := u
	if e.alarm {
		s.holdFall(n, m, env)
	} else if strong = s.fell(n, u, bar, m, partial, env); strong > bar {
		resting, _ := s.resting(env)
		onset, heard := max(e.zero, s.seen), int64(0)
		if e.sumX == 0 {
			onset, heard = s.seen, s.seen // the statistic may have begun long after the last line
		}
		e.soft = resting || env.young(s.svc) || s.svc.softSince(heard, env) || s.svc.replaced(s, onset, env)
		e.alarm, e.paged, e.began = true, !e.soft, n
		s.outlive()
	}
	e.strength = float32(env.strength(strong, s.err, s.age(n)))
	if e.on && !e.alarm && s.bank.downward(float64(s.scale)) < 1 {
		s.bookFall(n, bar, env)
	}
}

// seenEmpty is how many times the bar an empty run must weigh that is over one and a half times the longest empty run,
// whatever partial falls have reached.
const seenEmpty = 1.1

// fell is the decision: the highest bar at which a fall is called, 0 where none would do.
func (s *series) fell(n int64, u, bar, m float64, partial bool, env *moment) float64 {
	if u < keenest(s.err) || s.gaps.gone || s.phi >= 2.5 || s.mu < .2 || !s.gaps.regular(s.mu) || s.age(n) < 6*env.hour || s.wild || s.present(n, env) < .5 {
		return 0
	}
	if s.svc.silent() && !s.svc.quiet.alarm || s.svc.tardy {
		return 0 // whether the whole service is silent is decided first; what is missing may come late
	}
	seen := max(s.falls.bar(), 1.6*nearDown(s.day, n, env))
	if s.phi < .7 {
		seen = min(seen, 6*bar) // silence is never unlearned
	}
	gap := n - s.seen - s.svc.quiet.within(s.seen)
	if gap >= 5 && float64(gap) > 1.5*float64(s.gaps.longest) && float64(s.owedNats) > seenEmpty*keenest(s.err) {
		return float64(s.owedNats) / seenEmpty // an empty run is held against empty runs
	}
	if u <= seen || s.fast > .7*m || !s.profile() && !env.young(s.svc) {
		return 0
	}
	if partial && n-s.down.zero > slowMemory {
		return 0 // a level that follows is half way: what has lasted so long is told, or is no fall
	}
	asked := int32(7)
	switch {
	case m < 5:
		asked = 3
		if run := n - s.down.zero; run < 12 && (run < 5 || s.down.sumX > 0) {
			return 0
		}
	case partial:
		asked = 12
	case u > 1.5*bar || s.down.sumX == 0:
		asked = 5
	}
	if s.down.hot < asked {
		return 0
	}
	return u
}

func nearDown(d *daily, n int64, env *moment) float64 {
	if d == nil {
		return 0
	}
	return near(&d.down, n/env.slot)
}

// holdFall keeps an alarm until the series is back over .6 of what is expected, or seen to come late, or for three hours.
func (s *series) holdFall(n int64, m float64, env *moment) {
	e := &s.down
	over := n-e.began >= 3*env.hour
	if s.fast <= .6*m && !over && !s.svc.tardy {
		return
	}
	e.alarm = false
	s.bank.down = [3]float32{}
	if over {
		s.adopt()
	}
	s.gaps.gone = n > s.seen // told already
}

// bookFall writes a fall that is over to the records.
func (s *series) bookFall(n int64, bar float64, env *moment) {
	e := &s.down
	if s.untold(e, n, env) {
		e.on, e.paged, e.peak = false, false, 0
		return
	}
	peak := e.peak
	s.falls.book(peak, float32(bar), e.paged)
	if e.paged && s.falls.paged < 2.5 {
		peak = min(peak, 1.5*float32(bar))
	}
	if s.day != nil {
		note(&s.day.down, n/env.slot, float64(peak))
	}
	s.wandered(e.paged)
	e.on, e.paged, e.peak = false, false, 0
}
