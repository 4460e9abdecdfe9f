package anomaly

import "math"

// factor is what all templates of a service do together: traffic. It is known in two ways, over templates that are regular:
//
//	median of EW3[x]/EW3[mu] (EW6 under 3 a bucket, EW12 under 1, EW30 under .6)
//	pool = sum EW3[x] / sum EW3[mu], without the template that deviates most (EW12 under 8 lines a bucket, EW30 under 2)
//
// What logs by a clock of its own does not tell, see followers: two health checks among five templates kept the median at 1 on every
// weekend evening, and the three that traffic had at four times what the weekdays had taught paged one after the other.
//
// The median is robust, the pool is quick and knows services of rare templates. A template is judged against mu times the
// one that is nearer to 1, so traffic pages at most once.
type factor struct {
	median  float64
	up      float64 // the pool without the template that is most too high
	down    float64 // the pool without the one that is most too low
	pool    float64 // the pool of all
	rest    float64 // down, or where that template is nearly all of it the median of groups
	quick   float64 // median of groups, see groups
	e       float64 // ln g, see whole
	x, mu   float64 // lines of the voters in the bucket in work, and what was expected of them
	mean    float64 // EW60 of e
	n       int     // templates that the median is of
	members int     // templates that are regular and old enough
	most    float64 // what high may be in the bucket in work, see mostGrowth
}

func newFactor() factor {
	return factor{median: 1, up: 1, down: 1, pool: 1, rest: 1, quick: 1, most: mostGrowth}
}

// mostGrowth is how many times what it was in the bucket before the common factor may be in one: what grows faster is no traffic. It is also
// what is known of the factor before the bucket is complete.
const mostGrowth = 2

// fewest is how many templates make a median.
const fewest = 3

// leastPool is how many lines a bucket must be expected in a pool by EW3, EW12 and EW30.
var leastPool = [3]float64{8, 2, .3}

// find takes median and pools over the templates in work that are regular and old enough.
func (f *factor) find(v *service, env *moment) {
	f.most = f.next()
	ratios := env.space.ratios[:0]
	var pools [3]pool
	f.members = v.vote(env)
	f.x, f.mu = 0, 0
	for _, t := range v.voters {
		f.x, f.mu = f.x+t.x, f.mu+t.mu
		pools[0].add(float64(t.three), float64(t.threeM))
		pools[1].add(float64(t.mixX), float64(t.mixM))
		pools[2].add(t.mid, t.midM)
		switch {
		case t.fastM >= 3:
			ratios = append(ratios, float64(t.three/t.threeM))
		case t.fastM >= 1:
			ratios = append(ratios, t.fast/t.fastM)
		case t.fastM >= .6:
			ratios = append(ratios, float64(t.mixX/t.mixM))
		case t.midM >= .3:
			ratios = append(ratios, t.mid/t.midM)
		}
	}
	f.n, f.median, f.up, f.down, f.pool, f.rest = len(ratios), 1, 1, 1, 1, 1
	f.quick = v.quickly(&env.space.groups)
	env.space.ratios = ratios
	if f.n >= fewest {
		f.median = clamp(median(ratios), .01, 100)
	}
	if f.members >= fewest {
		for i, least := range leastPool {
			if p := &pools[i]; p.m >= least {
				f.up, f.down, f.pool = p.without(p.top), p.without(p.low), clamp(p.x/p.m, .01, 100)
				if f.rest = f.down; p.alone(p.low) {
					f.rest = f.quick
				}
				break
			}
		}
	}
	f.e = f.whole()
}

// vote finds the templates that tell the factor, and returns how many are regular and old enough.
func (v *service) vote(env *moment) (regular int) {
	v.voters = v.voters[:0]
	for _, t := range v.active {
		if !t.wild && t.age(env.n) >= env.hour {
			v.voters = append(v.voters, t)
		}
	}
	regular = len(v.voters)
	v.voters = followers(v.voters)
	return regular
}

// pool sums up what was seen and what was expected, and keeps the two templates that deviate most.
type pool struct {
	x, m     float64
	top, low [2]float64
}

func (p *pool) add(x, m float64) {
	p.x, p.m = p.x+x, p.m+m
	if x-m > p.top[0]-p.top[1] {
		p.top = [2]float64{x, m}
	}
	if m-x > p.low[1]-p.low[0] {
		p.low = [2]float64{x, m}
	}
}

func (p *pool) without(t [2]float64) float64 {
	if p.alone(t) {
		return 1
	}
	return clamp((p.x-t[0])/(p.m-t[1]), .01, 100)
}

// alone tells that a template is nearly all of the pool.
func (p *pool) alone(t [2]float64) bool { return p.m-t[1] <= .1*p.m }

// high is the factor against which rises are judged, at least 1 and at most what it may be; low that of falls, at most 1. A median of five
// needs no pool; under three templates that are regular there is neither.
func (f *factor) high() float64 { return min(f.most, f.risen()) }

func (f *factor) risen() float64 { return max(1, f.combined(f.up, min(f.up, f.median))) }

// next is what high may be in the bucket after that of which median and pools are.
func (f *factor) next() float64 { return mostGrowth * f.risen() }

func (f *factor) low() float64 { return min(1, f.combined(f.down, max(f.down, f.median))) }

func (f *factor) combined(pool, both float64) float64 {
	switch {
	case f.n >= 5:
		return f.median
	case f.n >= fewest:
		return both
	}
	return pool
}

// whole is ln g of the service as a whole: median of groups or pool, whichever is nearer to 1, 0 where they disagree; of
// under five templates the pool without the one that deviates most.
func (f *factor) whole() float64 {
	a, b := math.Log(f.quick), math.Log(f.pool)
	if f.n < 5 {
		a, b = math.Log(f.up), math.Log(f.rest)
	}
	switch {
	case a*b <= 0:
		return 0
	case math.Abs(a) < math.Abs(b):
		return a
	}
	return b
}

// slowFactor is how many buckets the mean of e remembers: what comes in twenty minutes is the day's, what comes in two an
// incident's.
const slowFactor = 60

func (f *factor) learn() {
	f.mean += (f.e - f.mean) / slowFactor
}

// deviation is how far a service that is at e is under and over where it should be: e or e - mean, whichever is nearer to 0; mean is EW60 of
// the factor, now or as what is judged began. So a level that is off since long, and one that was off and returns, are no deviation. low and
// high are what the day has within a quarter of an hour, over what it has now: what comes a little early or late is none either.
func deviation(e, mean, low, high float64) (down, up float64) {
	off := e - mean
	down = max(0, -max(e-math.Log(low), off))
	up = max(0, min(e-math.Log(high), off))
	return down, up
}
