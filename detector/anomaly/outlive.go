package anomaly

import "math"

// An alarm that lasts is taken for normal: levels follow it within hours. What was normal when it began is remembered, so a
// series that comes back to that after a long outage, or after a day of thrice the traffic, is neither a surge nor a fall.

// adopt takes the level of the last minutes for what is normal; of a service that is silent nothing is known.
func (s *series) adopt() {
	if s.svc.quiet.run > 0 {
		return
	}
	s.level = s.mid / s.shift
	s.dayLevel = s.level
}

// outlive remembers the level as an alarm begins.
func (s *series) outlive() {
	if s.outlived == 0 {
		s.outlived, s.ofDay = bounded[float32](s.level), bounded[float32](s.dayLevel)
	}
}

// outlive remembers those of all templates as an alarm of the whole service begins.
func (v *service) outlive() {
	v.regular.outlive()
	for _, t := range v.order {
		t.outlive()
	}
}

// prior is what was normal before the last alarm over what is expected now; 1 where that is the same.
func (s *series) prior() float64 {
	if s.outlived == 0 {
		return 1
	}
	return float64(s.outlived) * s.shift / s.mu
}

// leastRise is what a rise is held against over what is expected now: no less than what was normal before, and while one is called no more,
// as what is expected follows it.
func (s *series) leastRise(called bool) float64 {
	if called {
		return min(1, s.prior())
	}
	return max(1, s.prior())
}

// mostFall is the same of falls.
func (s *series) mostFall(called bool) float64 {
	if called {
		return max(1, s.prior())
	}
	return min(1, s.prior())
}

// comeBack takes the level from before for normal again once the series is there by its means of one minute and of five, or where these
// have few lines by its hour's. The memory fades into what is normal now, by an eighth a day.
func (s *series) comeBack(env *moment) {
	if s.outlived == 0 || s.up.alarm || s.down.alarm || s.svc.down() || s.svc.partial.alarmUp.alarm {
		return
	}
	if sameLevel(s.level, float64(s.ofDay)) && s.settled(s.midM) {
		s.dayLevel, s.outlived = float64(s.ofDay), 0 // it does what was normal all day: there is nothing to come back to
		return
	}
	fade := func(v *float32, to float64) { *v += float32((to - float64(*v)) * env.w8640 / 8) }
	fade(&s.outlived, s.dayLevel)
	fade(&s.ofDay, s.dayLevel)
	if there := float64(s.outlived) * s.shift; s.settled(there) && (there >= 1 || sameLevel(float64(s.outlived), s.level)) {
		s.restore()
		if s.role == roleRegular {
			for _, t := range s.svc.order {
				t.restore() // one after the other they would look like another mix
			}
		}
	}
}

// settled tells that a series is at a rate by its means of one minute and of five; of under a line a bucket they tell nothing.
func (s *series) settled(rate float64) bool {
	return rate < 1 || sameLevel(rate, s.fast) && sameLevel(rate, s.mid)
}

func (s *series) restore() {
	if s.outlived > 0 {
		s.level, s.dayLevel, s.outlived = float64(s.outlived), float64(s.ofDay), 0
	}
}

// sameLevel tells that two rates differ by a quarter at most.
func sameLevel(a, b float64) bool {
	return a > 0 && b > 0 && math.Abs(math.Log(a/b)) < math.Log(1.25)
}
