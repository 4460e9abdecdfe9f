package anomaly

import "math"

// volume judges the bytes of a service: a debug switch, a payload that is logged whole. Bytes are judged by the log of
// the last minute's mean against three hours', because a line's length has no natural unit:
//
//	ln(EW6[b]/b0) > max(ln 4, 6 sd, 1.2 R) for six buckets, and over 50 kB a bucket
type volume struct {
	fast   float64 // EW6 of bytes
	base   float64 // EW of ln bytes, three hours
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
	u := math.Log((b.fast + 1000) / (math.Exp(b.base) + 1000))
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
				b.base = math.Log(b.fast + 1)
			}
			b.alarm = false
		}
	case b.run >= 6 || (b.run >= 2 && u > 2*bar):
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
	l := math.Log(v.size + 1)
	if b.age > 60 {
		l = clamp(l, b.base-2, b.base+2)
	}
	b.base = ewma(b.base, b.base+w*(l-b.base), 1080*env.per, b.age)
	if b.age > env.hour/4 {
		u := math.Abs(math.Log((b.fast + 1000) / (math.Exp(b.base) + 1000)))
		b.spread = ewma(b.spread, min(u, 1.5), 8640*env.per, b.age)
	}
	b.age++
}
