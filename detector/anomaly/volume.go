package anomaly

import "math"

// volume judges the bytes of a service: a debug switch, a payload that is logged whole. Traffic brings bytes too, and is
// judged by lines: what is judged here is the length of a line, by the log of the last minute's mean against three hours'.
//
//	ln((EW6[b]/EW6[x])/l0) > max(ln 4, 6 sd, 1.2 R) for four buckets, two at 1.5 times that, and over 50 kB a bucket
type volume struct {
	fast   float64 // EW6 of bytes
	base   float64 // EW of ln bytes a line, three hours
	spread float64 // EW of |ln ratio|
	ever   float64 // largest excursion that was no incident
	peak   float64
	on     bool
	run    int64
	alarm  bool
	paged  bool
	began  int64
	zero   int64
	age    int64
	now    float64
}

// leastBytes is the least volume a bucket that is worth a page: 5 kB a second.
const leastBytes = 50_000

func (v *service) judgeVolume(env *moment) {
	b := &v.bytes
	b.now = v.size
	b.fast = ewma(b.fast, v.size, 6*env.per, b.age)
	if b.age < env.hour {
		return
	}
	u := b.longer(v)
	b.ever -= b.ever * .03 / float64(env.day)
	bar := max(math.Log(4), 6*b.spread, 1.2*b.ever)
	if age := env.bar(1, b.age); age > 1 {
		bar *= math.Sqrt(age)
	}
	b.run = run(b.run, u > bar && v.size > leastBytes)
	switch {
	case b.alarm:
		if u < .5*bar || env.n-b.began > 3*env.hour {
			if env.n-b.began > 3*env.hour {
				b.base += u
			}
			b.alarm = false
		}
	case b.run >= 4 || (b.run >= 2 && u > 1.5*bar):
		b.alarm, b.paged, b.began = true, true, env.n
	}
	if u < .5 {
		b.zero = env.n
	}
	if u > .7 {
		b.on, b.peak = true, max(b.peak, u)
	} else if b.on && u < .4 && !b.alarm {
		if !b.paged {
			b.ever = max(b.ever, b.peak)
		}
		b.on, b.paged, b.peak = false, false, 0
	}
}

// longer is ln of the length of a line over what it is as a rule. A bucket of lines of the usual length is mixed in, so that a
// service that hardly logs is not judged by one line.
func (b *volume) longer(v *service) float64 {
	usual := math.Exp(b.base)
	const few = 5
	return math.Log((b.fast + few*usual + 1) / (v.total.fast*usual + few*usual + 1))
}

// learn moves the baseline; nothing is learned from an alarm, and a tenth inside an excursion.
func (b *volume) learn(v *service, env *moment) {
	if b.alarm || v.silent() {
		b.age++
		return
	}
	w := 1.0
	if b.on {
		w = .1
	}
	if v.total.x == 0 {
		b.age++
		return
	}
	l := math.Log((v.size + 1) / v.total.x)
	if b.age > 60 {
		l = clamp(l, b.base-2, b.base+2)
	}
	b.base = ewma(b.base, b.base+w*(l-b.base), 1080*env.per, b.age)
	if b.age > env.hour/4 {
		b.spread = ewma(b.spread, min(math.Abs(b.longer(v)), 1.5), 8640*env.per, b.age)
	}
	b.age++
}
