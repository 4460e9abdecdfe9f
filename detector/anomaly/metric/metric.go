// Package metric scores one number over time, of whatever kind: latency, bytes, a business count. It knows neither the
// unit nor the future.
//
// The state of the series is its value and an average of the last rows. A row is strange by how far its state is from
// the nearest earlier one; it is judged by how strange rows have been at their worst, block by block, so far.
package metric

import (
	"math"
	"time"
)

// Options may be left zero.
type Options struct {
	Scale int // rows of the warm-up and unit of every window; 0: taken from the times of the first rows
}

// The constants of the method. On 31 public series of the Numenta Anomaly Benchmark the score changes by less than two
// points where any of them is moved by a fifth.
const (
	blocks    = .07 // block of rows, in scales
	memory    = 5.  // how long earlier states are looked at, in scales
	rest      = .2  // after an alarm, in scales
	threshold = 1.09
	habitStep = .1  // each alarm raises the threshold by so much
	habitFall = .05 // and it falls by so much a scale
	paging    = 3.  // z of an alert
	floorVar  = .04 // least variance of block maxima, squared log units
)

// Detector scores one series. Not safe for concurrent use.
type Detector struct {
	scale, block int
	n            int // rows so far
	times        []time.Time
	values       []float64 // until the scale is known
	ring         [][2]float64
	mean         float64 // average of the last rows
	early        []float64
	floor        float64 // added to a distance before its logarithm is taken
	worst        float64 // in the block under way
	inBlock      int
	m, q, weight float64 // running mean and variance of block maxima
	habit        float64
	quiet        int // rows of rest that are left
}

// New returns a Detector that has seen nothing.
func New(o Options) *Detector {
	d := &Detector{}
	if o.Scale > 0 {
		d.start(o.Scale)
	}
	return d
}

func (d *Detector) start(scale int) {
	d.scale, d.block = scale, max(2, int(blocks*float64(scale)))
	d.ring = make([][2]float64, 0, int(memory*float64(scale))+d.block)
}

// learnRows is how many rows are looked at to find the scale.
const learnRows = 20

// scaleOf is how many rows make three days, between 100 and 750.
func scaleOf(times []time.Time) int {
	span := times[len(times)-1].Sub(times[0]) / time.Duration(len(times)-1)
	if span <= 0 {
		return 600
	}
	return int(min(750, max(100, 72*time.Hour/span)))
}

// Score takes the next row and tells how strange it is, from 0 to 1, and whether it is strange enough to page. v must
// be finite. Rows of the warm-up score 0.
func (d *Detector) Score(t time.Time, v float64) (score float64, alert bool) {
	if d.scale > 0 {
		return d.score(v)
	}
	d.times, d.values = append(d.times, t), append(d.values, v)
	if len(d.values) < learnRows {
		return 0, false
	}
	d.start(scaleOf(d.times))
	for _, v := range d.values {
		score, alert = d.score(v)
	}
	d.times, d.values = nil, nil
	return score, alert
}

func (d *Detector) score(v float64) (float64, bool) {
	v = math.Max(-1e300, math.Min(1e300, v))
	if d.n == 0 {
		d.mean = v
	}
	d.mean += (v - d.mean) * 2 / float64(d.block+1)
	distance := d.nearest([2]float64{v, d.mean})
	d.keep([2]float64{v, d.mean})
	d.n++
	if d.n <= d.scale/2 {
		d.early = append(d.early, distance)
		if d.n == d.scale/2 {
			d.begin()
		}
		return 0, false
	}
	z := d.judge(math.Log(distance + d.floor))
	if d.n <= d.scale {
		return 0, false
	}
	return d.alarm(z)
}

// nearest is the distance to the nearest state that is at least a block old.
func (d *Detector) nearest(s [2]float64) float64 {
	most := d.n - d.block
	best := math.Inf(1)
	for i := 0; i < len(d.ring); i++ {
		age := (d.n - 1 - i) % cap(d.ring)
		if i >= most && len(d.ring) < cap(d.ring) {
			break
		}
		if len(d.ring) == cap(d.ring) && age < d.block {
			continue
		}
		x, y := d.ring[i][0]-s[0], d.ring[i][1]-s[1]
		if q := x*x + y*y; q < best {
			best = q
		}
	}
	if math.IsInf(best, 1) {
		return 0
	}
	return math.Sqrt(best)
}

func (d *Detector) keep(s [2]float64) {
	if len(d.ring) < cap(d.ring) {
		d.ring = append(d.ring, s)
		return
	}
	d.ring[d.n%cap(d.ring)] = s
}

// begin sets the floor: half the mean distance of the first half of the warm-up.
func (d *Detector) begin() {
	sum := 0.0
	for _, e := range d.early {
		sum += e
	}
	d.floor = max(1e-9, .5*sum/float64(len(d.early)))
	d.worst = math.Inf(-1)
	d.early = nil
}

// judge gives the deviation of l from the maxima of the blocks so far, in their standard deviations.
func (d *Detector) judge(l float64) float64 {
	z := 0.0
	if d.weight > 0 {
		z = (l - d.m) / math.Sqrt(d.q+floorVar)
	}
	d.worst = max(d.worst, l)
	if d.inBlock++; d.inBlock >= d.block {
		d.weight++
		step := 1 / d.weight
		diff := d.worst - d.m
		d.m += step * diff
		d.q = (1 - step) * (d.q + step*diff*diff)
		d.inBlock, d.worst = 0, math.Inf(-1)
	}
	return z
}

// alarm is the score: over one half for the row that raises an alarm, under it for all others.
func (d *Detector) alarm(z float64) (float64, bool) {
	d.habit = max(0, d.habit-habitFall/float64(d.scale))
	if d.quiet > 0 {
		d.quiet--
		return .5 * squash(z), false
	}
	if z < threshold+d.habit {
		return .5 * squash(z), false
	}
	score := .5 + .5*squash(z-threshold-d.habit)
	d.habit += habitStep
	d.quiet = int(rest * float64(d.scale))
	return score, z >= paging
}

// squash maps a deviation to 0 to 1.
func squash(z float64) float64 {
	if z <= 0 {
		return 0
	}
	return z / (1 + z)
}
