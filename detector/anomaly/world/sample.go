package world

import (
	"math"
	"math/rand/v2"
)

// poisson draws a count of the given mean: by inversion when small, by the normal approximation above 60.
func poisson(r *rand.Rand, mean float64) float64 {
	switch {
	case mean <= 0:
		return 0
	case mean > 60:
		return max(0, math.Floor(mean+r.NormFloat64()*math.Sqrt(mean)+.5))
	}
	u, p, n := r.Float64(), math.Exp(-mean), 0.0
	for s := p; u > s && n < 400; {
		n++
		p *= mean / n
		s += p
	}
	return n
}

// gamma draws from the gamma distribution of the given shape and scale 1 (Marsaglia and Tsang 2000).
func gamma(r *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return gamma(r, shape+1) * math.Pow(r.Float64(), 1/shape)
	}
	d := shape - 1./3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v *= v * v
		u := r.Float64()
		if u < 1-.0331*x*x*x*x || math.Log(u) < .5*x*x+d*(1-v+math.Log(v)) {
			return d * v
		}
	}
}

// negative draws a negative binomial count: variance mean + phi mean^2.
func negative(r *rand.Rand, mean, phi float64) float64 {
	if mean <= 0 {
		return 0
	}
	if phi < .005 {
		return poisson(r, mean)
	}
	return poisson(r, mean*phi*gamma(r, 1/phi))
}

// between draws uniformly from low to high, apart from that on a logarithmic scale.
func between(r *rand.Rand, low, high float64) float64 { return low + (high-low)*r.Float64() }

func logBetween(r *rand.Rand, low, high float64) float64 {
	return math.Exp(between(r, math.Log(low), math.Log(high)))
}
