package anomaly

import "math"

// mix judges the proportions of a service's templates: a changed mix is an incident that no single template need show.
//
//	Q = rms of ln(EW12[x]/EW12[mu]/median)/own sd, over templates of at least 2 a bucket that have
//
// lines and no alarm of their own, the two largest removed
//
// Called at Q > 1.8, over mean + 7 sd, and over 1.1 times the second highest peak that was no incident, for a minute, or for
// three buckets at 1.3 times that.
type mix struct {
	mean, square  float64 // EW8640 of Q
	first, second float64 // peaks that were no incident, fading
	peak          float64
	on            bool
	run           int64
	alarm, paged  bool
	began, zero   int64
	ended         int64
	q             float64
	age           int64
}

func (v *service) judgeMix(env *moment) {
	m := &v.mix
	ratios := make([]float64, 0, 64)
	for _, t := range v.active {
		if t.mixes(env) {
			ratios = append(ratios, t.proportion())
		}
	}
	if len(ratios) < 5 {
		m.alarm, m.run = false, 0
		return
	}
	middle := median(append([]float64(nil), ratios...))
	sum, largest, second, n := 0.0, 0.0, 0.0, 0.0
	for _, t := range v.active {
		if !t.mixes(env) {
			continue
		}
		d := t.proportion() - middle
		sd := math.Sqrt(max(float64(t.mixSquare), env.w12*(1/float64(t.mixM)+t.phi), 1e-4))
		z := d / sd
		if !m.alarm && !m.on {
			t.mixSquare = float32(ewma(float64(t.mixSquare), min(d*d, 9*sd*sd), 8640*env.per, m.age))
		}
		square := min(z*z, 400)
		sum += square
		if square > largest {
			largest, second = square, largest
		} else {
			second = max(second, square)
		}
		n++
	}
	m.q = math.Sqrt(max(0, sum-largest-second) / (n - 2))
	sd := math.Sqrt(max(0, m.square-m.mean*m.mean))
	bar := max(1.8, m.mean+7*sd, 1.1*m.second, 1.02*m.first)
	m.first -= m.first * .03 / float64(env.day)
	m.second -= m.second * .03 / float64(env.day)
	m.run = run(m.run, m.q > bar && m.age > env.day)
	switch {
	case m.alarm:
		if m.q < .6*bar || env.n-m.began > 3*env.hour {
			m.alarm, m.ended = false, env.n
		}
	case (m.run >= max(2, env.minutes(1)) || (m.run >= 3 && m.q > 1.3*bar)) && !v.down() && !v.silent():
		m.alarm, m.paged, m.began = true, true, env.n
	}
	if m.q < max(1.2, m.mean+sd) {
		m.zero = env.n
	}
	if m.q > max(1.5, m.mean+3*sd) {
		m.on, m.peak = true, max(m.peak, m.q)
	} else if m.on && !m.alarm && m.q < max(1.3, m.mean+2*sd) {
		if !m.paged && len(v.episodes) == 0 {
			switch {
			case m.peak > m.first:
				m.first, m.second = m.peak, m.first
			case m.peak > m.second:
				m.second = m.peak
			}
		}
		m.on, m.paged, m.peak = false, false, 0
	}
	if !m.alarm && len(v.episodes) == 0 {
		m.mean = ewma(m.mean, min(m.q, m.mean+3), 8640*env.per, m.age)
		m.square = ewma(m.square, min(m.q*m.q, (m.mean+3)*(m.mean+3)), 8640*env.per, m.age)
		m.age++
	}
}

// proportion is ln of what a template had over what was expected, in the last two minutes.
func (s *series) proportion() float64 {
	return math.Log((float64(s.mixX) + .2) / (float64(s.mixM) + .2))
}

// mixes tells that a template counts for the mix: regular, known, logging, and not abnormal for itself. While the mix is
// called it explains what its templates do, and lasts as long as that does.
func (s *series) mixes(env *moment) bool {
	return s.mixM >= 2 && !s.wild && s.age(env.n) > 6*env.hour && env.n-s.seen < 5 && (s.svc.mix.alarm || (!s.up.alarm && !s.down.alarm))
}
