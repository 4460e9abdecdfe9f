package anomaly

import (
	"slices"
)

// ewma moves mean towards x as an exponentially weighted mean of n buckets: weight 1/n, or 1/(age+1) while fewer
// buckets were seen, so that the first mean is the plain one.
func ewma(mean, x, n float64, age int64) float64 {
	return mean + (x-mean)*(1/min(max(n, 1), float64(age+1)))
}

// weights of means of that many buckets of ten seconds, found once a bucket.
type weights struct{ w3, w6, w12, w30, w60, w360, w8640, w17280 float64 }

func (m *moment) weigh() {
	w := func(n float64) float64 { return 1 / max(n*m.per, 1) }
	m.weights = weights{w(3), w(6), w(12), w(30), w(60), w(360), w(8640), w(17280)}
}

// towards is ewma with its weight, and that of a plain mean of all there was.
func towards[F float](mean F, x, w, plain float64) F {
	return bounded[F](float64(mean) + max(w, plain)*(x-float64(mean)))
}

// relax moves v towards to as k buckets of value to do, where keep is what they leave of a mean.
func relax[F float](v *F, to, keep float64) { *v = bounded[F](to + (float64(*v)-to)*keep) }

// float is how a series keeps a number. A mean of single precision stands still once what is new differs from it by under
// 6e-8 of it over its weight: by a two thousandth for the mean of a day.
type float interface{ float32 | float64 }

// largestKept is what numbers are bounded by: the square of a count of 64 bits is over what single precision can hold. None
// is so far under zero.
const largestKept = 1e38

func bounded[F float](v float64) F {
	if v > largestKept {
		v = largestKept
	}
	return F(v)
}

func clamp(x, low, high float64) float64 { return min(max(x, low), high) }

func sortFloats(v []float64) { slices.Sort(v) }
