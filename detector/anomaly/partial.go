package anomaly

import "math"

// partial judges a service as a whole by its common factor: a fall to 60 % or less (a lost shipper, a dead replica), or
// a rise to double, of nearly all templates together.
type partial struct {
	up, down depth
	rise     float64 // CUSUM of the regular sum for three times what is expected, in nats
	fall     float64 // and for .4 times
	lowRun   int64   // buckets that were low
	highRun  int64
	alarmUp  excursion
	alarmLow excursion
}

// depth is how far the common factor has gone in one direction without being an incident: ever, fading by 3 % a day,
// and by time of day, fading by 9 % a day. In units of ln.
type depth struct {
	ever  float64
	at    [slots]uint8 // hundredths
	on    bool
	peak  float64
	paged bool
	pages float64
}

// follow keeps the excursion of |d| over .15 until it is under .1, and books it when it is over: at most ln 4, half
// where it paged and has paged under twice before, and not at all where drop.
func (p *depth) follow(d float64, slot int64, drop bool, env *moment) {
	p.ever -= p.ever * .03 / float64(env.day)
	p.pages -= p.pages * .2 / float64(env.day)
	if env.n%env.slot == 0 {
		i := slot % slots
		p.at[i] = uint8(float64(p.at[i]) * .91)
	}
	if d > .15 {
		p.on, p.peak = true, max(p.peak, d)
		return
	}
	if !p.on || d > .1 {
		return
	}
	peak := min(p.peak, math.Log(4))
	if p.paged {
		if p.pages < 2 {
			peak /= 2
		}
		p.pages++
	}
	if !drop {
		p.ever = max(p.ever, peak)
		i := slot % slots
		p.at[i] = max(p.at[i], uint8(min(peak*100, 255)))
	}
	p.on, p.peak, p.paged = false, 0, false
}

// bar is what |d| has to pass: least, 1.25 times the deepest ever and 1.5 times that of this time of day.
func (p *depth) bar(least float64, slot int64) float64 {
	i := slot % slots
	at := max(p.at[i], p.at[(i+1)%slots], p.at[(i+slots-1)%slots])
	return max(least, 1.25*p.ever, 1.5*float64(at)/100)
}

// judgePartial decides on falls and rises of the whole service.
func (v *service) judgePartial(bar float64, env *moment) {
	p, d, slot := &v.partial, v.factor.deviation(), env.n/env.slot
	reg := v.regular
	nearSilence := v.quiet.run > 0 || env.n-v.quiet.ended < env.minutes(10)
	p.up.follow(max(d, 0), slot, nearSilence, env)
	p.down.follow(max(-d, 0), slot, nearSilence || env.gap, env)
	p.move(reg)
	p.lowRun, p.highRun = run(p.lowRun, reg.x < .75*reg.mu), run(p.highRun, reg.x > 1.4*reg.mu)

	young := env.n-v.born < env.opt.buckets(env.opt.Warm) // without a profile every steep hour is a fall
	low, age := &p.alarmLow, env.n-v.born
	low.strength = 0
	if low.alarm {
		low.strength = env.strength(p.fall, false, age)
		if v.factor.e > math.Log(.75) || env.n-low.began > 3*env.hour || v.quiet.alarm {
			low.alarm, low.ended = false, env.n
			p.fall = 0
		}
	} else if !env.gap && v.factor.members >= fewest && v.quiet.run < 3 && !nearSilence &&
		-d > p.down.bar(math.Log(1.6), slot) && p.lowRun >= 6 {
		low.strength = env.strength(p.fall, false, age)
		if p.fall > bar {
			low.alarm, low.began, low.soft = true, env.n, v.soft(env) || young
			p.down.paged = !low.soft
		}
	}
	if p.fall < .5 && !low.alarm {
		low.zero = env.n
	}

	high := &p.alarmUp
	high.strength = 0
	if high.alarm {
		high.strength = env.strength(p.rise, false, age)
		if v.factor.e < math.Log(1.3) || env.n-high.began > 3*env.hour {
			high.alarm, high.ended, p.rise = false, env.n, 0
		}
	} else if v.factor.members >= fewest && d > p.up.bar(math.Log(2), slot) && p.highRun >= 3 {
		high.strength = env.strength(p.rise, false, age)
		if p.rise > bar {
			high.alarm, high.began, high.soft = true, env.n, young
			p.up.paged = !young
		}
	}
	if p.rise < .5 && !high.alarm {
		high.zero = env.n
	}
}

// move adds the bucket to the two statistics of the sum over regular templates; see bank.
func (p *partial) move(reg *series) {
	p.rise = clamp(p.rise+min(stepCap, step(reg.x, reg.mu, reg.r, 3, math.Log(3))), 0, 20*familyBar)
	p.fall = clamp(p.fall+min(stepCap, step(reg.x, reg.mu, reg.r, .4, math.Log(.4))), 0, 20*familyBar)
}

func run(n int64, more bool) int64 {
	if more {
		return n + 1
	}
	return 0
}
