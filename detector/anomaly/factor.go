package anomaly

import "math"

// factor is what all templates of a service do together: traffic. It is known in two ways, over templates that are regular:
//
//	median of EW3[x]/EW3[mu] (EW12 under 3 a bucket, EW30 under .7)
//	pool = sum EW3[x] / sum EW3[mu], without the template that deviates most
//
// The median is robust, the pool is quick and knows services of rare templates. A template is judged against mu times the
// one that is nearer to 1, so traffic pages at most once.
type factor struct {
	median  float64
	up      float64 // the pool without the template that is most too high
	down    float64 // the pool without the one that is most too low
	e       float64 // ln g, see find
	mean    float64 // EW90 of e
	n       int     // templates that the median is of
	members int     // templates in the pool
}

func newFactor() factor { return factor{median: 1, up: 1, down: 1} }

// fewest is how many templates make a median, leastPool how many lines are expected in a bucket of the pool.
const (
	fewest    = 3
	leastPool = 4
)

// find takes median and pools over the templates in work that are regular and old enough.
func (f *factor) find(v *service, env *moment) {
	ratios := make([]float64, 0, 64)
	var x, m, topX, topM, lowX, lowM float64
	f.members = 0
	for _, t := range v.active {
		if t.wild || t.age(env.n) < env.hour {
			continue
		}
		x, m = x+t.three, m+t.threeM
		f.members++
		if t.three-t.threeM > topX-topM {
			topX, topM = t.three, t.threeM
		}
		if t.threeM-t.three > lowM-lowX {
			lowX, lowM = t.three, t.threeM
		}
		switch {
		case t.fastM >= 3:
			ratios = append(ratios, t.three/t.threeM)
		case t.fastM >= .7:
			ratios = append(ratios, t.mixX/t.mixM)
		case t.midM >= .3:
			ratios = append(ratios, t.mid/t.midM)
		}
	}
	f.n, f.median, f.up, f.down = len(ratios), 1, 1, 1
	if f.n >= fewest {
		f.median = clamp(median(ratios), .01, 100)
	}
	if f.members >= fewest {
		f.up, f.down = pool(x-topX, m-topM), pool(x-lowX, m-lowM)
	}
	f.e = math.Log(f.high() * f.low())
}

func pool(x, m float64) float64 {
	if m < leastPool {
		return 1
	}
	return clamp(x/m, .01, 100)
}

// high is the factor against which rises are judged, at least 1; low that of falls, at most 1.
func (f *factor) high() float64 {
	if f.n < fewest {
		return max(1, f.up)
	}
	return max(1, min(f.up, f.median))
}

func (f *factor) low() float64 {
	if f.n < fewest {
		return min(1, f.down)
	}
	return min(1, max(f.down, f.median))
}

func (f *factor) learn() {
	f.mean += (f.e - f.mean) / 90
}

// deviation is how far the service is from where it should be: e or e - EW90[e], whichever is nearer to 0, and 0 where
// their signs differ. So a level that is off since long, and one that was off and returns, are no deviation.
func (f *factor) deviation() float64 {
	a, b := f.e, f.e-f.mean
	if a*b <= 0 {
		return 0
	}
	if math.Abs(a) < math.Abs(b) {
		return a
	}
	return b
}
