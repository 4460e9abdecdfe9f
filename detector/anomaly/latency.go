package anomaly

import (
	"math"

	"github.com/tocsin-io/tocsin/detector"
)

// latency judges the values of one numeric slot of a template, as a rule a duration: the mean of ln value over two, five
// and ten minutes against a robust baseline of three hours.
//
//	z = (mean - base) / sqrt(s^2/n + w^2)
//
// n is the lines in the mean, s the spread of one value, w the wander of that mean about the baseline beyond what n
// explains, learned while nothing is wrong. Called at z over the window's bar and over what the slot has done before, and a
// shift over ln 1.18, for three buckets.
type latency struct {
	key  detector.Series
	born int64
	seen int64
	age  int64 // buckets with values

	base    float64 // of ln value
	within  meanOf  // EW1080 of the variance of ln value inside a bucket: s^2
	windows [3]window
	run     int64
	alarm   bool
	began   int64
	zero    int64
	score   float64
	last    int64
}

// window is one of the means and what is known of its wander.
type window struct {
	meanOf
	wander float64 // EW of (mean - base)^2 - s^2/n
	ever   float64 // largest z that was no incident, fading by 3 % a day
	peak   float64
	on     bool
	paged  bool
}

// The windows in buckets of ten seconds, and the z that each must pass.
var (
	windowBuckets = [3]float64{12, 30, 60}
	windowBars    = [3]float64{4.6, 4.3, 4}
)

// leastShift is ln 1.18: what is slower by less is no incident, and slots wander that far with traffic.
const leastShift = .165

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
	count := int(min(sum.Count, maxQuantiles))
	total, squares := 0.0, 0.0
	for i := range count {
		q := (float64(i) + .5) / float64(count)
		if sum.Count <= maxQuantiles && count > 1 {
			q = float64(i) / float64(count-1) // every value
		}
		x, ok := sum.Quantile(q)
		if !ok || !(x > 0) {
			return // a slot of zeros and negative numbers is no duration
		}
		y := math.Log(x)
		total += y
		squares += y * y
	}
	n := float64(count)
	mean := total / n
	l.take(env.n, mean, max(0, squares-n*mean*mean)/max(n-1, 1), float64(sum.Count), env)
}

// maxQuantiles is how many quantiles stand for the values of a bucket that has more.
const maxQuantiles = 9

// take books a bucket's mean and variance of ln value over count lines. A single line has no variance and says nothing of it.
func (l *latency) take(n int64, mean, variance, count float64, env *moment) {
	if k := float64(n - l.last); k > 0 {
		for i := range l.windows {
			l.windows[i].fade(math.Pow(1-1/max(windowBuckets[i]*env.per, 1), k))
		}
	}
	l.last, l.seen = n, n
	if l.age < 30 {
		l.base = ewma(l.base, mean, 1080*env.per, l.age)
	}
	for i := range l.windows {
		l.windows[i].add(mean, count)
	}
	l.within.fade(1 - 1/(1080*env.per))
	l.within.add(variance, min(count, maxQuantiles)-1)
	l.age++
}

// variance of the mean of a window, by the lines in it.
func (l *latency) variance(w *window) float64 { return l.within.mean() / max(w.weight, 1) }

// z is how many standard deviations a window is over the baseline.
func (l *latency) z(w *window) float64 {
	return (w.mean() - l.base) / math.Sqrt(l.variance(w)+w.wander+1e-6)
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

// judge compares the means with the baseline and moves it.
func (l *latency) judge(env *moment) {
	over, strict := false, math.Sqrt(env.bar(1, l.age))
	l.score = 0
	for i := range l.windows {
		w := &l.windows[i]
		z := l.z(w)
		w.ever -= w.ever * .03 / float64(env.day)
		if z > max(windowBars[i]*strict, aboveEver*w.ever) && w.mean()-l.base > leastShift && w.weight >= 10 {
			over = true
		}
		l.score = max(l.score, z)
	}
	near := l.windows[0].mean() - l.base
	l.run = run(l.run, over && near > .5*leastShift && l.age > env.hour/2)
	switch {
	case l.alarm:
		if long := l.windows[len(l.windows)-1].mean() - l.base; (near < .5*leastShift && long < leastShift) || env.n-l.began > 3*env.hour {
			if env.n-l.began > 3*env.hour {
				l.base += long
			}
			l.alarm = false
		}
	case l.run >= 3:
		l.alarm, l.began = true, env.n
	}
	if near < .05 {
		l.zero = env.n
	}
	for i := range l.windows {
		l.windows[i].learn(l, env)
	}
	if l.alarm || l.age < 30 {
		return
	}
	sd := math.Sqrt(l.variance(&l.windows[0])+l.windows[0].wander) + .01
	l.base = ewma(l.base, l.base+clamp(near, -2*sd, 2*sd), 1080*env.per, l.age)
}

// aboveEver is how far a window must be over its largest z that was no incident.
const aboveEver = 1.05

// learn books an excursion when it is over, and the wander while there is none.
func (w *window) learn(l *latency, env *moment) {
	z := l.z(w)
	w.paged = w.paged || (w.on && l.alarm)
	if z > 2.5 {
		w.on, w.peak = true, max(w.peak, z)
	} else if w.on && z < 1.5 && !l.alarm {
		if !w.paged && w.weight >= 10 && l.age > env.hour {
			w.ever = max(w.ever, w.peak)
		}
		w.on, w.paged, w.peak = false, false, 0
	}
	if l.alarm || l.age < 60 {
		return
	}
	sample, shift := l.variance(w), w.mean()-l.base
	square := min(shift*shift, 9*(sample+w.wander)+1e-4)
	w.wander = max(0, ewma(w.wander, square-sample, 8640*env.per, l.age-60))
}
