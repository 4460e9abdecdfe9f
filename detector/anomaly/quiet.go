package anomaly

import "math"

// quiet judges the silence of a whole service: all templates 0 for 50 s (for over a minute while most services are silent), for 9/8 of the longest restart, and
//
//	sum r ln(1 + mu/r) > H
//
// which is the negative binomial log likelihood of an empty bucket. Only complete data is judged: a service whose lines come
// late is not silent.
type quiet struct {
	run     int64   // empty buckets in a row
	nats    float64 // what speaks for silence in them
	missed  float64 // lines that were expected in them
	longest int64   // longest run that ended by itself, fading by 3 % a day
	alarm   bool
	began   int64
	length  int64 // of that run
	ended   int64 // last bucket of the last run of at least 3, or that no chance explains

	strength float64 // in this bucket; see strength.go
}

// silent tells that nothing is known of what the service does now.
func (v *service) silent() bool { return v.quiet.run >= 3 || v.withheld() }

// resumed tells that a silence has just ended, of ten minutes where it was one: a service that has fallen to a few lines has empty
// buckets by chance, one or two at a time, and those are forgotten within a minute.
func (q *quiet) resumed(env *moment) bool {
	since := env.minutes(10)
	if q.length < 3 {
		since = env.minutes(1)
	}
	return q.ended != 0 && env.n-q.ended < since
}

// catchingUp tells that a silence has just ended: what a forwarder held back comes at once, for as long as that was at most.
func (q *quiet) catchingUp(env *moment) bool {
	return q.run == 0 && q.length >= 3 && env.n-q.ended <= q.length+2
}

// withheld tells that what the service writes comes only when its buckets were judged.
func (v *service) withheld() bool { return v.tardy && v.total.x == 0 }

// owed is how many lines a bucket of the service has, and r of their distribution: of its regular templates where it has
// some, because jobs and batches are silent between times.
func (v *service) owed() (mu, r float64) {
	if v.factor.members >= fewest && v.regular.mu < v.total.mu {
		return v.regular.mu, v.regular.r
	}
	return v.total.mu, v.total.r
}

// within is how many of the buckets after seen the whole service was empty, as far as is remembered: its own silence says
// nothing of a template.
func (q *quiet) within(seen int64) int64 {
	switch {
	case q.run > 0:
		return q.run
	case q.ended > seen:
		return q.length
	}
	return 0
}

// down tells that the service is called silent or fallen, and not as a notice.
func (v *service) down() bool { return v.quiet.alarm || v.partial.alarmLow.serious() }

func (v *service) judgeQuiet(bar float64, env *moment) {
	q := &v.quiet
	q.strength = 0
	if v.total.x > 0 || env.gap || v.tardy {
		if q.run > 0 && (v.total.x > 0 || v.tardy) {
			if !q.alarm && !v.tardy {
				q.longest = max(q.longest, q.run)
			}
			if q.run >= 3 || q.nats > 2*excursionFloor {
				q.ended, q.length = env.n-1, q.run
			}
			q.run, q.nats, q.missed, q.alarm = 0, 0, 0, false
		}
		if env.n%env.day == 0 {
			q.longest = int64(math.Ceil(.97 * float64(q.longest)))
		}
		return
	}
	q.run++
	mu, r := v.owed()
	q.nats += r * math.Log1p(mu/r)
	q.missed += mu
	if q.run < max(env.leastSilence(), q.longest+1+q.longest/8) || v.total.age(env.n) <= env.hour/2 {
		return
	}
	q.strength = env.strength(q.nats, false, env.n-v.born)
	if !q.alarm && q.nats > bar {
		q.alarm, q.began = true, env.n
	}
}
