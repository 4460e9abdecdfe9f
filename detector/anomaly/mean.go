package anomaly

import (
	"slices"
)

// ewma moves mean towards x as an exponentially weighted mean of n buckets: weight 1/n, or 1/(age+1) while fewer
// buckets were seen, so that the first mean is the plain one.
func ewma(mean, x, n float64, age int64) float64 {
	return mean + (x-mean)*(1/min(max(n, 1), float64(age+1)))
}

func clamp(x, low, high float64) float64 { return min(max(x, low), high) }

func sortFloats(v []float64) { slices.Sort(v) }
