package anomaly

import (
	"math"
	"slices"
)

// factor is what all templates of a service do together: traffic.
//
//	g = median over regular templates of EW6[x]/EW6[mu] (EW30 for those of under 3 a bucket)
//
// A template that rises with its whole service is judged against mu g, so traffic pages at most once.
type factor struct {
	g    float64
	slow float64 // EW360 of g
	e    float64 // ln g
	mean float64 // EW90 of e
	n    int     // templates that it is the median of
}

func newFactor() factor { return factor{g: 1, slow: 1} }

// fewest is how many templates make a median: under it a single one would explain itself away.
const fewest = 3

// find takes the median over the templates in work that are regular, old enough and not too rare for a ratio.
func (f *factor) find(v *service, env *moment) {
	ratios := make([]float64, 0, 64)
	for _, t := range v.active {
		if t.wild || t.age(env.n) < env.hour {
			continue
		}
		switch {
		case t.fastM >= 3:
			ratios = append(ratios, t.fast/t.fastM)
		case t.midM >= .5:
			ratios = append(ratios, t.mid/t.midM)
		}
	}
	f.n = len(ratios)
	f.g = 1
	if f.n >= fewest {
		slices.Sort(ratios)
		f.g = clamp(ratios[f.n/2], .01, 100)
		if f.n%2 == 0 {
			f.g = clamp((ratios[f.n/2]+ratios[f.n/2-1])/2, .01, 100)
		}
	}
	f.e = math.Log(f.g)
}

func (f *factor) learn() {
	f.mean += (f.e - f.mean) / 90
	f.slow += (f.g - f.slow) / 360
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
