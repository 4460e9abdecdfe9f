package anomaly

import (
	"math"

	"github.com/tocsin-io/tocsin/detector"
)

// latency judges the values of one numeric slot of a template, as a rule a duration: the mean of ln value over two and
// over ten minutes against a robust baseline of three hours.
//
//	z = (mean - base) / sqrt(s^2/n + w^2); called at z > 8 and a shift over ln 1.15, for six buckets
//
// n is the lines in the mean, s the spread of one value, w the wander of the two-minute mean about the baseline, learned
// while nothing is wrong.
type latency struct {
	key  detector.Series
	born int64
	seen int64
	age  int64 // buckets with values

	base   float64 // of ln value
	spread float64 // EW of the variance of ln value inside a bucket
	two    meanOf
	ten    meanOf
	wander float64 // EW of |two - base|, beyond what n explains
	ever   float64
	peak   float64
	on     bool
	run    int64
	alarm  bool
	paged  bool
	began  int64
	zero   int64
	score  float64
	median float64 // of the last bucket with values
	last   int64
}

// meanOf is an exponentially weighted mean over lines: sums of value and weight that fade together.
type meanOf struct{ sum, weight float64 }

func (m *meanOf) fade(keep float64) { m.sum, m.weight = m.sum*keep, m.weight*keep }
func (m *meanOf) add(v, w float64)  { m.sum, m.weight = m.sum+v*w, m.weight+w }
func (m *meanOf) mean() float64     { return m.sum / max(m.weight, 1e-9) }

// maxSlots bounds the numeric slots that are judged in one service.
const maxSlots = 256

// value takes the summary of a slot in the bucket in work.
func (v *service) value(row *detector.Row, env *moment) {
	sum := row.Summary
	if sum == nil || sum.Count == 0 {
		return
	}
	l := v.values[row.Series]
	if l == nil {
		if len(v.values) >= maxSlots {
			return
		}
		l = &latency{key: row.Series, born: env.n, last: env.n - 1, zero: env.n}
		v.values[row.Series] = l
		v.valueOrder = append(v.valueOrder, l)
	}
	total, squares, n := 0.0, 0.0, 0.0
	for _, q := range [...]float64{.1, .3, .5, .7, .9} {
		x, ok := sum.Quantile(q)
		if !ok || !(x > 0) {
			return // a slot of zeros and negative numbers is no duration
		}
		y := math.Log(x)
		total += y
		squares += y * y
		n++
		if q == .5 {
			l.median = x
		}
	}
	mean := total / n
	l.take(env.n, mean, max(0, squares/n-mean*mean), float64(sum.Count), env)
}

// take books a bucket's mean and variance of ln value over count lines.
func (l *latency) take(n int64, mean, variance, count float64, env *moment) {
	if k := float64(n - l.last); k > 0 {
		l.two.fade(math.Pow(1-1/max(12*env.per, 1), k))
		l.ten.fade(math.Pow(1-1/max(60*env.per, 1), k))
	}
	l.last, l.seen = n, n
	if l.age < 30 {
		l.base = ewma(l.base, mean, 1080*env.per, l.age)
	}
	l.two.add(mean, count)
	l.ten.add(mean, count)
	l.spread = ewma(l.spread, variance, 1080*env.per, l.age)
	l.age++
}

func (v *service) latent() bool {
	for _, l := range v.valueOrder {
		if l.alarm {
			return true
		}
	}
	return false
}

func (v *service) judgeLatency(env *moment) {
	for _, l := range v.valueOrder {
		if l.last == env.n {
			l.judge(env)
		} else if l.alarm && env.n-l.last > env.minutes(10) {
			l.alarm = false
		}
	}
}

// judge compares the two means with the baseline and moves it.
func (l *latency) judge(env *moment) {
	two, ten := l.two.mean()-l.base, l.ten.mean()-l.base
	z2 := two / math.Sqrt(l.spread/max(l.two.weight, 1)+l.wander*l.wander+1e-6)
	z10 := ten / math.Sqrt(l.spread/max(l.ten.weight, 1)+.5*l.wander*l.wander+1e-6)
	shift, z := two, z2
	if z10 > z2 {
		shift, z = ten, z10
	}
	l.score = z
	l.ever -= l.ever * .03 / float64(env.day)
	bar := env.bar(1, l.age)
	over := z > 7*bar && shift > max(math.Log(1.15), 1.25*l.ever) && l.age > env.hour/2 && l.two.weight >= 10
	l.run = run(l.run, over)
	switch {
	case l.alarm:
		if shift < .5*math.Log(1.15) || env.n-l.began > 3*env.hour {
			if env.n-l.began > 3*env.hour {
				l.base = l.ten.mean()
			}
			l.alarm = false
		}
	case l.run >= 6 && two > .5*shift:
		l.alarm, l.paged, l.began = true, true, env.n
	}
	if two < .05 {
		l.zero = env.n
	}
	if two > .1 {
		l.on, l.peak = true, max(l.peak, two)
	} else if l.on && two < .05 && !l.alarm {
		if !l.paged {
			l.ever = max(l.ever, l.peak)
		}
		l.on, l.paged, l.peak = false, false, 0
	}
	if l.alarm || l.age < 30 {
		return
	}
	sd := math.Sqrt(l.spread/max(l.two.weight, 1)) + l.wander + .01
	l.base = ewma(l.base, l.base+clamp(two, -3*sd, 3*sd), 1080*env.per, l.age)
	if l.age > 60 {
		l.wander = ewma(l.wander, min(max(0, math.Abs(two)-math.Sqrt(l.spread/max(l.two.weight, 1))), .5), 4320*env.per, l.age-60)
	}
}
