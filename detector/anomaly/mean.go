package anomaly

import (
	"math"
	"slices"
)

// ewma moves mean towards x as an exponentially weighted mean of n buckets: weight 1/n, or 1/(age+1) while fewer
// buckets were seen, so that the first mean is the plain one.
func ewma(mean, x, n float64, age int64) float64 {
	w := 1 / max(n, 1)
	if a := 1 / float64(age+1); a > w {
		w = a
	}
	return mean + w*(x-mean)
}

// fadeDay is the factor of one bucket that makes perDay of a value after a day.
func fadeDay(perDay float64, bucketsPerDay int64) float64 {
	return math.Pow(perDay, 1/float64(bucketsPerDay))
}

func clamp(x, low, high float64) float64 { return min(max(x, low), high) }

// finite is x, or 0 where it is not a number or infinite: a guard at the edge of what a count may do.
func finite(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return x
}

func sortFloats(v []float64) { slices.Sort(v) }
