package metric

import "math"

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
		j.weight++
		step := 1 / j.weight
		diff := j.worst - j.mean
		j.mean += step * diff
		j.square = (1 - step) * (j.square + step*diff*diff)
		j.in = 0
	}
	return z
}
