package anomaly

import "math"

// ramp judges slow growth: the mean of the last ten minutes over the mean of the last day, raw and divided by the
// median of the service's templates that have no clock of their own, whichever is nearer to 1.
//
//	ln u > max(ln 1.4, 2 ln(1 + 5 e/2), 5.5 sd, 1.35 R), where phi < .7; sd = max(.04, EW|ln u|)
//
// for four minutes, of which one under the bar takes one back, and twenty minutes after ln u was under a tenth: what comes at once is a
// surge or a swell. e^2 = (1/mu + phi) (1/120 + 1/(90 days)) is the variance of the mean of ten minutes and of the slot of the daily
// profile, which is known from one to three days. It is held against 2 (sqrt u - 1), as counts have it: their logarithm makes growth
// smaller than it is. R is of excursions that e does not explain: what few lines show at night is no bar for the day. What has a clock of its
// own grows with the hosts that it is of: it must double.
type ramp struct {
	spread float32 // EW8640 of |ln u|
	ever   float32 // R: the largest excursion that was no incident, see beyond, fading by 3 % a day
	peak   float32
	u      float32
	run    int32 // minutes over the bar less those under it
	on     bool
	alarm  bool
	paged  bool
	began  int64
	zero   int64 // last bucket in which ln u was under a tenth
}

// rampMinutes is how long growth must be over the bar, and stepMinutes how long over a tenth.
const (
	rampMinutes = 4
	stepMinutes = 20
)

// growth is ln of the hour's mean over the day's; 0 while it cannot be told.
func (s *series) growth(env *moment) float64 {
	day := s.dayLevel
	if s.outlived > 0 {
		day = max(day, float64(s.ofDay)) // what comes back does not grow
	}
	if s.age(env.n) < env.day || day < .05 {
		return 0
	}
	return math.Log((float64(s.hourU) + 1e-9) / day)
}

// judgeRamp finds the service's median growth and judges every template in work.
func (v *service) judgeRamp(env *moment) {
	if minute := env.minutes(1); env.age < env.day || env.n%minute != 0 {
		return
	}
	old := make([]*series, 0, 64)
	for _, t := range v.active {
		if !t.wild && t.age(env.n) >= env.day && t.dayLevel >= .1 {
			old = append(old, t)
		}
	}
	var all []float64
	for _, t := range followers(old) {
		all = append(all, t.growth(env))
	}
	common := 0.0
	if len(all) >= fewest {
		common = median(all)
	}
	v.course.note(common, env)
	if common >= 0 {
		common = max(common, v.factor.mean) // templates that rest leave few for a median
	}
	bar, _ := env.opt.bars(v.name)
	for _, t := range v.active {
		t.follow(common, bar/familyBar, env)
	}
}

// follow judges the growth of a template against common, that of its service. strict scales the bar.
func (s *series) follow(common, strict float64, env *moment) {
	r := &s.ramp
	raw := s.growth(env)
	raw -= math.Log(max(1, s.otherDay(env))) // the day of the service may explain it
	u := raw
	if own := raw - common; raw*own <= 0 {
		u = 0
	} else if math.Abs(own) < math.Abs(raw) {
		u = own
	}
	r.u = float32(u)
	r.ever -= r.ever * .03 / (24 * 60)
	if u < .1 {
		r.zero = env.n
	}
	mu := max(s.dayLevel*s.shift, 1e-3)
	days := clamp(float64(s.age(env.n))/float64(env.day), 1, 3)
	sample := math.Sqrt((1/mu + s.phi) * (1./120 + 1/(90*days)))
	bar := strict * math.Sqrt(env.bar(1, s.age(env.n)-env.day)) * max(math.Log(1.4), 2*math.Log1p(5./2*sample), 5.5*max(.04, float64(r.spread)), 1.35*float64(r.ever))
	if s.hasOwnClock() {
		bar = max(bar, math.Log(2)) // it grows by the host
	}
	settled := s.age(env.n) > env.day+env.hour // the first hour of a profile is no habit
	high := u > bar && !s.wild && s.phi < .7
	if high {
		r.run = min(r.run+1, rampMinutes)
	} else {
		r.run = max(r.run-1, 0)
	}
	switch {
	case r.alarm:
		if u < .5*bar || env.n-r.began > 6*env.hour {
			r.alarm = false
		}
	case high && r.run >= rampMinutes && settled && env.n-r.zero >= env.minutes(stepMinutes):
		r.alarm, r.paged, r.began = true, true, env.n
	}
	if u > .15 && settled {
		r.on, r.peak = true, max(r.peak, float32(beyond(u, sample)))
		r.paged = r.paged || len(s.svc.episodes) > 0 // what an incident of the service brings is no habit
	} else if r.on && u < .1 {
		if !r.paged {
			r.ever = max(r.ever, r.peak)
		}
		r.on, r.paged, r.peak = false, false, 0
	}
	if !r.alarm && s.age(env.n) > env.day && len(s.svc.episodes) == 0 {
		r.spread = float32(ewma(float64(r.spread), min(math.Abs(u), 1), 24*60, (s.age(env.n)-env.day)/env.minutes(1)))
	}
}

// beyond is what counts of an excursion u where sampling alone has the standard deviation e: nothing up to 2.5 e, all from
// 3.75 e on.
func beyond(u, e float64) float64 { return clamp(3*(u-2.5*e), 0, u) }

func median(v []float64) float64 {
	sortFloats(v)
	if n := len(v); n%2 == 1 {
		return v[n/2]
	}
	return (v[len(v)/2] + v[len(v)/2-1]) / 2
}
