package world

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// The cloud family shares no shape with the others, so that what was tuned on them is seen to hold elsewhere: weeks of sums
// of sines, rates by Zipf's law, hosts that are added and removed, rate limits, batches at odd minutes, errors that bring
// their retries along, and restarts of one host after the other.

const minutesAWeek = 7 * minutesADay

// cloudWeek is the traffic of a service, a factor a minute with mean about 1: exp of seven harmonics of the day that differ a
// little from day to day and of three of the week, a dip at noon, and a wander of two time scales.
func cloudWeek(r *rand.Rand, begin time.Time, days int) []float64 {
	type wave struct{ times, high, phase float64 }
	var waves []wave
	for k := 1; k <= 7; k++ {
		waves = append(waves, wave{7 * float64(k), between(r, 0, .45) / float64(k), r.Float64()})
	}
	for k := 1; k <= 3; k++ {
		waves = append(waves, wave{float64(k), between(r, 0, .15), r.Float64()})
	}
	dip, noon := between(r, 0, .3), between(r, 11, 14)
	quick, slow := between(r, .01, .06), between(r, .02, .1)
	out := make([]float64, days*minutesADay)
	first := float64((int(begin.Weekday())+6)%7) * minutesADay
	a, b := 0.0, 0.0
	for m := range out {
		at := math.Mod(first+float64(m), minutesAWeek) / minutesAWeek
		v := 0.0
		for _, w := range waves {
			v += w.high * math.Cos(2*math.Pi*(w.times*at-w.phase))
		}
		h := float64(m%minutesADay)/60 - noon
		v -= dip * math.Exp(-h*h)
		a = .8*a + .6*quick*r.NormFloat64()
		b = .99*b + .141*slow*r.NormFloat64()
		out[m] = math.Exp(v + a + b)
	}
	return out
}

// hosts is how many of them serve the traffic of each minute: one more when they are over 70 % busy, one less under 40 %,
// five minutes after the last change at the earliest.
func hosts(curve []float64, each float64) []float64 {
	out := make([]float64, len(curve))
	n, rest := math.Max(2, math.Ceil(curve[0]/each/.6)), 0
	for m, traffic := range curve {
		if rest--; rest <= 0 {
			switch busy := traffic / each / n; {
			case busy > .7:
				n, rest = n+1, 5
			case busy < .4 && n > 2:
				n, rest = n-1, 5
			}
		}
		out[m] = n
	}
	return out
}

// makeCloud draws a service of about 30 templates.
func (w *World) makeCloud(i int) *service {
	r := w.rng
	s := &service{name: w.name(i), held: map[*template]float64{}}
	s.curve = cloudWeek(r, w.Begin, w.cfg.Days)
	s.hosts = hosts(s.curve, between(r, .08, .5))
	top, steep := logBetween(r, 4, 60), between(r, .8, 1.5)
	for k := range 20 {
		t := w.template(detector.LevelInfo)
		t.rate, t.phi = top/math.Pow(float64(k+1), steep), logBetween(r, .01, .6)
		switch u := r.Float64(); {
		case u < .1:
			t.limit = math.Ceil(t.rate * between(r, 1, 2.5))
		case u < .25:
			t.level = detector.LevelWarn
		case u < .35:
			t.swell = 1 / (bucketsADay * between(r, .1, .5))
		}
		s.templates = append(s.templates, t)
	}
	for range 2 {
		t := w.template(detector.LevelInfo)
		t.habit, t.rate, t.phi = perHost, between(r, .1, 1), .01
		s.templates = append(s.templates, t)
	}
	for range 3 {
		t := w.template(detector.LevelInfo)
		t.habit, t.period, t.rate = cron, int64(between(r, 30, 300)), logBetween(r, 2, 80)
		t.phase = int64(r.IntN(int(t.period)))
		s.templates = append(s.templates, t)
	}
	for range 5 {
		t := w.template(detector.LevelError)
		t.rate, t.phi = logBetween(r, .002, .4), logBetween(r, .05, .6)
		if r.Float64() < .5 {
			t.retry = between(r, .2, .6)
		}
		s.templates = append(s.templates, t)
	}
	w.cloudHabits(s)
	s.slot = &slot{
		key: detector.Series{
			Class: detector.ClassSlot, Service: s.name, Environment: "prod", Level: detector.LevelInfo, Shape: s.templates[0].shape, Key: "1",
		},
		rate: logBetween(r, 2, 25), median: logBetween(r, 2, 900), spread: between(r, .2, 1), wander: between(r, .01, .06),
	}
	return s
}

// cloudHabits plants what is no incident: restarts of one host after the other, short silences, deployments, surges, lines
// that are new.
func (w *World) cloudHabits(s *service) {
	r := w.rng
	last := w.end()
	for n := int64(between(r, 0, bucketsADay)); n < last; n += int64(between(r, .5, 2) * bucketsADay) {
		of, each := s.hosts[n/perMinute], int64(between(r, 2, 9))
		s.all = append(s.all, effect{from: n, to: min(last, n+each*int64(of)), times: 1 - 1/of})
	}
	for n := int64(between(r, 0, 2) * bucketsADay); n < last; n += int64(between(r, 1, 4) * bucketsADay) {
		w.restart(s, n)
	}
	for n := int64(between(r, .2, 2.5) * bucketsADay); n < last; n += int64(between(r, 1, 4) * bucketsADay) {
		w.deploy(s, n)
	}
	for n := int64(between(r, 0, 2) * bucketsADay); n < last; n += int64(between(r, .7, 3) * bucketsADay) {
		length := int64(between(r, 30, 300))
		s.all = append(s.all, effect{from: n, to: n + length, grow: length / 5, times: between(r, 1.1, 1.6)})
	}
	for n := int64(between(r, 0, .5) * bucketsADay); n < last; n += int64(between(r, .1, .8) * bucketsADay) {
		t := w.template(detector.LevelInfo)
		t.rate, t.phi, t.from = logBetween(r, .001, .1), .2, n
		if r.Float64() < .15 {
			t.level, t.to = detector.LevelError, n+int64(between(r, 100, 900))
			t.rate = 1.2 / float64(t.to-n)
		}
		s.templates = append(s.templates, t)
	}
}

// echo adds the retries of earlier errors to what is drawn, and remembers those to come: each error brings retry more on
// average, within half a minute.
func (t *template) echo(r *rand.Rand, x float64) float64 {
	x += poisson(r, t.due*.5)
	t.due = t.due*.5 + x*t.retry
	return x
}

// swollen is the factor of a swell: one and a half to two and a half times for one to five minutes, at random times.
func (t *template) swollen(r *rand.Rand, n int64) float64 {
	if n >= t.busy && r.Float64() < t.swell {
		t.busy, t.swells = n+int64(between(r, 6, 30)), between(r, 1.5, 2.5)
	}
	if n < t.busy {
		return t.swells
	}
	return 1
}
