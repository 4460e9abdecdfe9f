package world

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/tocsin-io/tocsin/detector"
)

// habit says how a template logs.
type habit uint8

const (
	steady  habit = iota // negative binomial about rate times traffic
	clumps               // rare events of several lines
	cron                 // every period, resting at weekends where rests
	batch                // bursts of minutes at random times
	nightly              // a burst at the same hour each day
	boot                 // some lines at each start of the service
	perHost              // so many for each host
)

type template struct {
	shape    detector.ShapeID
	level    detector.Level
	habit    habit
	rate     float64 // lines a bucket on average; of a burst for jobs
	phi      float64
	bytes    float64
	clump    float64
	period   int64
	phase    int64
	jitter   float64
	rests    bool
	weekday  int // of bucket 0
	length   int64
	busy     int64 // end of the burst that runs
	starts   []int64
	from, to int64 // its life
	effects  []effect
	micro    float64 // chance of a burst of one bucket
	limit    float64 // at most so many a bucket, 0 for any number
	retry    float64 // how many more each line brings
	due      float64 // of these to come
	swell    float64 // chance of a swell, and the one that runs until busy
	swells   float64
}

func exp(x float64) float64 { return math.Exp(x) }

const bucketsADay = minutesADay * perMinute

// draw is how many lines bucket n has.
func (t *template) draw(r *rand.Rand, n int64, traffic float64) float64 {
	if n < t.from || n >= t.to {
		return 0
	}
	times := 1.0
	for _, e := range t.effects {
		times *= e.at(n)
	}
	if t.micro > 0 && r.Float64() < t.micro {
		times *= between(r, 5, 25)
	}
	switch t.habit {
	case clumps:
		if e := poisson(r, t.rate/t.clump*traffic*times); e > 0 {
			return e + poisson(r, e*(t.clump-1))
		}
		return 0
	case cron:
		if n >= t.phase { // its clock goes on while it rests: it has nothing to catch up with on Monday
			t.phase += t.period + int64(math.Round(t.jitter*r.NormFloat64()))
			if t.rests && (t.weekday+int(n/bucketsADay))%7 >= 5 {
				return 0
			}
			return math.Round(times * (1 + poisson(r, t.rate)))
		}
		return 0
	case batch:
		if n >= t.busy && r.Float64() < 1/float64(t.period) {
			t.busy = n + int64(between(r, .3, 1.7)*float64(t.length))
		}
		if n < t.busy {
			return negative(r, t.rate*times, t.phi)
		}
		return 0
	case boot:
		if slices.Contains(t.starts, n) {
			return 1 + poisson(r, t.rate)
		}
		return 0
	case nightly:
		if at := n%bucketsADay - t.phase; at >= 0 && at < t.length {
			return negative(r, t.rate*times, t.phi)
		}
		return 0
	}
	if t.swell > 0 {
		times *= t.swollen(r, n)
	}
	x := negative(r, t.rate*traffic*times, t.phi)
	if t.retry > 0 {
		x = t.echo(r, x)
	}
	if t.limit > 0 {
		x = min(x, t.limit)
	}
	return x
}

// makeService draws a service of about 30 templates: most rare, some jobs, a few errors.
func (w *World) makeService(i, holiday int) *service {
	if w.cfg.Family == Cloud {
		return w.makeCloud(i)
	}
	r := w.rng
	s := &service{name: w.name(i), held: map[*template]float64{}}
	s.curve = curve(r, w.cfg.Family, w.Begin, w.cfg.Days, holiday)
	scale := logBetween(r, .5, 6)
	for range 18 {
		t := w.template(detector.LevelInfo)
		t.rate = scale * exp(r.NormFloat64()*1.6-1)
		t.phi = logBetween(r, .01, .25)
		if r.Float64() < .15 {
			t.level = detector.LevelWarn
		}
		if r.Float64() < .15 {
			t.micro = 1. / bucketsADay
		}
		s.templates = append(s.templates, t)
	}
	for range 4 {
		t := w.template(detector.LevelInfo)
		t.habit, t.rate, t.clump = clumps, logBetween(r, .01, .6), between(r, 2, 12)
		s.templates = append(s.templates, t)
	}
	s.templates = append(s.templates, w.jobs()...)
	for range 4 {
		t := w.template(detector.LevelError)
		t.rate, t.phi = logBetween(r, .003, .6), logBetween(r, .05, 1)
		if r.Float64() < .3 {
			t.habit, t.clump = clumps, between(r, 2, 6)
		}
		s.templates = append(s.templates, t)
	}
	w.habits(s)
	s.slot = &slot{
		key: detector.Series{
			Class: detector.ClassSlot, Service: s.name, Environment: "prod", Level: detector.LevelInfo, Shape: s.templates[0].shape, Key: "1",
		},
		rate: logBetween(r, 2, 25), median: logBetween(r, 5, 300), spread: between(r, .3, .8), wander: between(r, .01, .05),
	}
	return s
}

func (w *World) template(level detector.Level) *template {
	w.shapes++
	return &template{
		shape: detector.ShapeID(w.shapes * 0x9e3779b97f4a7c15), level: level, bytes: between(w.rng, 60, 400), to: math.MaxInt64,
		weekday: (int(w.Begin.Weekday()) + 6) % 7,
	}
}

// jobs are crons of some minutes, a batch at random times, and nightly work.
func (w *World) jobs() []*template {
	r := w.rng
	var out []*template
	for range 2 {
		t := w.template(detector.LevelInfo)
		t.habit, t.rate, t.period = cron, between(r, 0, 4), int64(between(r, 6, 90))
		t.jitter = between(r, 0, .03) * float64(t.period)
		t.rests = r.Float64() < .15
		out = append(out, t)
	}
	hourly := w.template(detector.LevelInfo)
	hourly.habit, hourly.rate, hourly.period, hourly.phase = cron, between(r, 5, 60), 360, int64(r.IntN(360))
	random := w.template(detector.LevelInfo)
	random.habit, random.rate, random.period, random.length, random.phi = batch, logBetween(r, .5, 30), int64(between(r, 500, 5000)),
		int64(between(r, 12, 90)), .1
	night := w.template(detector.LevelInfo)
	night.habit, night.rate, night.phase, night.length, night.phi = nightly, logBetween(r, 1, 30), int64(r.IntN(bucketsADay)),
		int64(between(r, 30, 200)), .1
	out = append(out, hourly, random, night)
	return out
}
