package anomaly

import "math"

// depth is how far the common factor of a service has gone in one direction without that being an incident: the last
// excursions, so that what a service does at the same hour each day is told from what it did once. In units of ln.
//
//	bar = 1.25 max over excursions of depth .97^days
//
// An excursion of another time of day counts with the highest bar that it would have passed, see sure, and not at all where it is
// a habit of its own hour, or paged and is not one of three in a few days. One within twenty minutes of the same time of day
// counts with |e|, how far traffic was from what was expected, less how far it was when it began: d fades while it lasts. The
// first two that paged count half, and what comes beside an incident of the whole service counts at its hour only. What the first day
// of a service brought is forgotten when the second passes its hour without another one.
//
// An excursion is |d| over .15 until it is under .1; it is booked when it is over, at most as ln 4.
type depth struct {
	past   [12]dip // oldest first, those without a bucket are empty
	on     bool
	begin  int64
	peak   float64 // of |d|
	proof  float64 // of what was held against the bar, see note
	full   float64 // of |e|, less what the mean of it had when it began
	from   float64 // that mean
	ripe   int64   // end of the first day of the service
	beside bool    // an incident of the whole service is open
	asked  float64 // the highest bar since it began: the hour may pass, the excursion stays what it was
	paged  bool
}

// sudden is the depth that tells a fall in the first day of a service, of which no profile is known, from a steep hour.
const sudden = .4

// dip is an excursion that is over.
type dip struct {
	n     int64 // bucket in which it began
	depth float64
	full  float64
	paged bool
}

// note remembers what is held against the bar in this bucket.
func (p *depth) note(proof float64) {
	if p.on {
		p.proof = max(p.proof, proof)
	}
}

// follow keeps the excursion of d, while the factor is at e, and books it when it is over, not at all where drop.
func (p *depth) follow(d, e, mean float64, drop bool, env *moment) {
	if d > .15 {
		if !p.on {
			p.on, p.begin, p.from = true, env.n, max(0, mean)
		}
		p.peak, p.full = max(p.peak, d), max(p.full, e-p.from)
		return
	}
	if !p.on || d > .1 {
		return
	}
	if p.beside && !p.paged {
		p.proof = 0
	}
	if young := env.n < p.ripe; !drop && (!young || p.peak > sudden) {
		p.book(dip{n: p.begin, depth: min(p.proof, math.Log(4)), full: min(p.full, math.Log(32)), paged: p.paged}, env)
	}
	p.on, p.peak, p.proof, p.full, p.asked, p.paged = false, 0, 0, 0, 0, false
}

// growing tells that d is of an excursion of the last ten minutes, or the worst of it.
func (p *depth) growing(d float64, env *moment) bool {
	return env.n-p.begin <= env.minutes(10) || d >= .95*p.peak
}

// book puts d in the place of the one that matters least.
func (p *depth) book(d dip, env *moment) {
	least := 0
	for i := range p.past {
		if p.weight(i, env) < p.weight(least, env) {
			least = i
		}
	}
	if max(d.depth, d.full) > p.weight(least, env) {
		copy(p.past[least:], p.past[least+1:])
		p.past[len(p.past)-1] = d
	}
}

// weight is how much the i-th excursion matters.
func (p *depth) weight(i int, env *moment) float64 {
	if p.refuted(p.past[i], env) {
		return 0
	}
	return max(p.past[i].depth, p.past[i].full) * p.past[i].left(env)
}

// refuted tells of an excursion of the first day of a service, whose second day has passed that hour without another one.
func (p *depth) refuted(d dip, env *moment) bool {
	if d.n >= p.ripe || env.n-d.n < env.day+env.day/2 {
		return false
	}
	for _, o := range p.past {
		if o.n >= p.ripe && o.sameHour(d.n, env) {
			return false
		}
	}
	return true
}

// left is what is left of it: it loses 3 % a day.
func (d dip) left(env *moment) float64 {
	return math.Exp(-.03 * float64(max(0, env.n-d.n)) / float64(env.day))
}

// sameHour tells that bucket n is within twenty minutes of the time of day of d.
func (d dip) sameHour(n int64, env *moment) bool { return d.recurs(n, env.day, env) }

// sameWeekday tells that it is of the weekday of d too, a week or more later.
func (d dip) sameWeekday(n int64, env *moment) bool {
	return n-d.n > env.day && d.recurs(n, 7*env.day, env)
}

// recurs tells that bucket n is within twenty minutes of whole periods after d.
func (d dip) recurs(n, period int64, env *moment) bool {
	away := (n - d.n) % period
	return min(away, period-away) <= env.hour/3
}

// bar is what |d| has to pass: the highest bar since the excursion began.
func (p *depth) bar(least float64, env *moment) float64 {
	for i := range p.past {
		if p.refuted(p.past[i], env) {
			p.past[i] = dip{} // or another one of that hour, days later, would bring it back
		}
	}
	now := p.now(least, env)
	if p.on {
		p.asked = max(p.asked, now)
		return p.asked
	}
	return now
}

// now is what the excursions that are over ask for in this bucket.
func (p *depth) now(least float64, env *moment) float64 {
	pages := 0
	for i := range p.past {
		if p.past[i].paged && env.n-p.past[i].n < 4*env.day {
			pages++
		}
	}
	bar := least
	for i, d := range p.past {
		if d.n == 0 {
			continue
		}
		left, paged, habit := d.left(env), 0, false
		for j, o := range p.past {
			if o.n != 0 && o.sameHour(d.n, env) {
				if o.paged {
					paged++
				}
				habit = habit || (i != j && max(o.n, d.n)-min(o.n, d.n) > env.hour)
			}
		}
		switch {
		case d.sameHour(env.n, env):
			if d.paged && paged < 3 && !d.sameWeekday(env.n, env) {
				left /= 2
			}
			bar = max(bar, 1.25*left*d.full)
		case habit || (d.paged && pages < 3):
		default:
			bar = max(bar, 1.25*left*d.depth)
		}
	}
	return bar
}
