package anomaly

import (
	"math"

	"github.com/tocsin-io/tocsin/detector"
)

// partial judges a service as a whole by its common factor: a fall to 59 % or less (a lost shipper, a dead replica), or
// a rise to double, of nearly all templates together.
type partial struct {
	up, down depth
	rise     float64 // CUSUM of what traffic brings for three times what is expected, in nats
	fall     float64 // and for .4 times
	high     float64 // EW60 of the factor as rise began, and as fall did
	low      float64
	lowRun   int64 // buckets that were low
	highRun  int64
	alarmUp  excursion
	alarmLow excursion
}

// fewer is what a nat of a whole service counts: a bar of 19 is that of one series among many, and a service has thirty of
// them, or ln 30 nats less to prove.
const fewer = 1.2

// suddenMinutes is how long what is sudden may take to be told.
const suddenMinutes = 10

// restart is how long a service that restarts may log little or nothing: 50 s.
func restart(env *moment) int64 { return env.minutes(1) * 5 / 6 }

// fresh tells that the statistic of e has not stood for longer than that.
func fresh(e *excursion, env *moment) bool { return env.n-e.zero <= env.minutes(suddenMinutes) }

// judgePartial decides on falls and rises of the whole service.
func (v *service) judgePartial(bar float64, env *moment) {
	least, most := v.total.nearby(env)
	least *= v.regular.mostFall(false)
	most *= v.regular.leastRise(false)
	resuming := v.quiet.run > 0 || v.quiet.resumed(env)
	down, up := deviation(v.factor.e, v.factor.mean, least, most)
	p := &v.partial
	for _, d := range [2]*depth{&p.up, &p.down} {
		d.ripe, d.beside = v.born+env.opt.buckets(env.opt.Warm), v.whole()
	}
	p.up.follow(up, v.factor.e, v.factor.mean, resuming, env)
	p.down.follow(down, -v.factor.e, -v.factor.mean, resuming || env.gap, env)
	p.move(&v.factor, v.regular.r, env)
	v.judgeFall(down, least, bar, resuming, env)
	v.judgeRise(up, most, bar, env)
}

// judgeFall decides on a fall by down, that of this bucket under what is expected, of which the service was at least part;
// resuming is a service that is silent or returns from silence.
func (v *service) judgeFall(down, part, bar float64, resuming bool, env *moment) {
	p, low, age := &v.partial, &v.partial.alarmLow, env.n-v.born
	now, _ := deviation(v.factor.e, p.low, part, 1)
	lately, _ := deviation(low.off(), p.low, part, 1)
	others, _ := deviation(math.Log(v.factor.rest), p.low, part, 1)
	p.lowRun = run(p.lowRun, v.factor.x < .75*v.factor.mu)
	p.down.note(sure(now, lately, others))
	shallow := math.Log(1.7)
	if age < 2*env.opt.buckets(env.opt.Warm) {
		shallow = math.Log(2.2) // the profile is known from one day
	}
	deep := p.down.bar(shallow, env) // in every bucket: it remembers
	nats := fewer * p.fall
	low.strength = 0
	if low.alarm {
		low.strength = float32(env.strength(nats, false, age))
		if v.factor.e > math.Log(.75) || env.n-low.began > 3*env.hour || v.quiet.alarm {
			low.alarm, p.fall = false, 0
		}
	} else if !env.gap && v.factor.members >= fewest && !resuming &&
		lately > lasting*deep && others > without*deep && !v.comesDown() && !v.reworded(env) && p.fallen((now+lately)/2, down, deep, bar, env) {
		low.strength = float32(env.strength(nats, false, age))
		if nats > bar {
			low.alarm, low.began = true, env.n
			low.soft = v.soft(env) || env.young(v) // without a profile every steep hour is a fall
			p.down.paged = !low.soft
			v.outlive()
		}
	}
	low.begin(p.fall, env)
}

// judgeRise decides on a rise by up, that of this bucket over what is expected, which the service was at most times.
func (v *service) judgeRise(up, most, bar float64, env *moment) {
	p, high, age := &v.partial, &v.partial.alarmUp, env.n-v.born
	_, now := deviation(v.factor.e, p.high, 1, most)
	_, lately := deviation(high.off(), p.high, 1, most)
	p.highRun = run(p.highRun, v.factor.x > 1.4*v.factor.mu)
	p.up.note(sure(now, lately, math.Inf(1)))
	lofty := p.up.bar(math.Log(2), env) // in every bucket: it remembers
	nats := fewer * p.rise
	high.strength = 0
	if high.alarm {
		high.strength = float32(env.strength(nats, false, age))
		if v.factor.e < math.Log(1.3) || env.n-high.began > 3*env.hour {
			high.alarm, p.rise = false, 0
		}
	} else if v.factor.members >= fewest && !v.quiet.catchingUp(env) && p.up.growing(up, env) && fresh(high, env) && (now+lately)/2 > lofty && lately > lasting*lofty && (v.factor.n >= 5 || now > lasting*lofty) && p.highRun >= 3 {
		high.strength = float32(env.strength(nats, false, age))
		if nats > bar {
			high.alarm, high.began, high.soft = true, env.n, env.young(v)
			p.up.paged = !high.soft
			v.outlive()
		}
	}
	high.begin(p.rise, env)
}

// begin lets what an excursion sums up begin with the next bucket while its statistic stands at nothing.
func (e *excursion) begin(statistic float64, env *moment) {
	if statistic < .5 && !e.alarm {
		e.zero, e.sumX, e.sumM = env.n, 0, 0
	}
}

// fallen tells that d, the mean of the fall now and of the fall since it began, which does not lag behind, is deep enough for
// four buckets, or for three where it is beyond doubt. A fall that is recovering is no news: the bar may go down with the time of
// day, that is not the service that falls. One whose statistic has stood for a quarter of an hour is not sudden, and one that lasts no
// longer than a restart is one.
func (p *partial) fallen(d, now, deep, bar float64, env *moment) bool {
	if p.lowRun < 3 || env.n-p.alarmLow.zero < restart(env) || !p.down.growing(now, env) || !fresh(&p.alarmLow, env) {
		return false
	}
	return d > deep && (p.lowRun >= 4 || (d > 1.3*deep && fewer*p.fall > 1.3*bar))
}

// sure is the highest bar that a deviation of d passes, with that of the mean since it began and of the rest of the service.
func sure(d, since, rest float64) float64 {
	return max(0, min(d, (d+since)/2, since/lasting, rest/without))
}

// whole tells that an incident of the whole service is open: what its traffic does then is no habit.
func (v *service) whole() bool {
	for _, e := range v.episodes {
		if e.primary.role == roleTotal && e.kind != detector.KindMix && e.kind != detector.KindVolume {
			return true
		}
	}
	return false
}

// lasting is the part of the bar that the mean since the statistic began must have passed too. A fall is sudden: what goes
// down within an hour, as on the eve of a holiday, passes the bar for a bucket or two.
const lasting = .9

// without is the part of it that must be left without the template that has fallen most: one template is no service.
const without = .7

// off is ln of what was seen over what was expected since the statistic began.
func (e *excursion) off() float64 { return math.Log((float64(e.sumX) + .5) / (float64(e.sumM) + .5)) }

// move adds the bucket to the two statistics of what traffic brings; see bank. What has a clock of its own goes on while a service falls, and
// is in neither. What is expected goes with the last ten minutes, in which the common factor was at low or high: what a service has long been
// at is no evidence of what is sudden. Where lines are few, so that evidence takes minutes, these are the ten minutes before the statistic began.
func (p *partial) move(f *factor, r float64, env *moment) {
	for _, e := range [2]*excursion{&p.alarmUp, &p.alarmLow} {
		e.sum(f.x, f.mu)
	}
	if p.rise < .5 || !fresh(&p.alarmUp, env) {
		p.high = f.mean
	}
	if p.fall < .5 || !fresh(&p.alarmLow, env) || f.mu >= leastPool[0] {
		p.low = f.mean
	}
	least, most := f.mu*math.Exp(min(0, p.low)), f.mu*math.Exp(max(0, p.high))
	p.rise = clamp(p.rise+min(stepCap, step(f.x, most, r, 3, math.Log(3))), 0, 20*familyBar)
	p.fall = clamp(p.fall+min(stepCap, step(f.x, least, r, .4, math.Log(.4))), 0, 20*familyBar)
}

func run[N int32 | int64](n N, more bool) N {
	if more {
		return n + 1
	}
	return 0
}

// reworded tells that several templates that were born as the fall began bring half of what is missing, at the level of what is usual: a new
// version words its lines differently, and its traffic is there. A single one may be what an outage brings.
func (v *service) reworded(env *moment) bool {
	missing, fresh, born := 0.0, 0.0, 0
	for _, t := range v.voters {
		missing += t.fastM - t.fast
	}
	for _, t := range v.active {
		if t.born >= v.partial.alarmLow.zero-env.minutes(1) && t.id.level <= detector.LevelInfo {
			fresh, born = fresh+t.fast, born+1
		}
	}
	return born > 1 && fresh > .5*missing
}
