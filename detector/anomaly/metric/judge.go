package metric

import "math"

// mostLearned is what the maximum of a block counts at most in mean and variance, in standard deviations over the mean.
const mostLearned = 4

// judge holds a strangeness against the maxima of the blocks before: their running mean and variance.
type judge struct {
	block  int // rows
	in     int // rows of the block under way
	worst  float64
	mean   float64
	square float64
	weight float64 // blocks so far
}

// take gives the deviation of l, in standard deviations of block maxima; 0 before the first block is full.
func (j *judge) take(l float64) float64 {
	z := 0.0
	if j.weight > 0 {
		z = (l - j.mean) / math.Sqrt(j.square+floorVar)
	}
	if j.in == 0 || l > j.worst {
		j.worst = l
	}
	if j.in++; j.in >= j.block {
		if j.weight > 2 { // what was learned once is not to blind for weeks
			j.worst = min(j.worst, j.mean+mostLearned*math.Sqrt(j.square+floorVar))
		}
		j.weight++
		step := 1 / j.weight
		diff := j.worst - j.mean
		j.mean += step * diff
		j.square = (1 - step) * (j.square + step*diff*diff)
		j.in = 0
	}
	return z
}
