// Package metric scores one number over time, of whatever kind: latency, bytes, a business count. It knows neither the
// unit nor the future.
//
// The state of the series is its value and an average of the last rows. A row is strange by how far its state is from
// the nearest earlier one; it is judged by how strange rows have been at their worst, block by block, so far. In the
// same way the average is compared with that of the same time on earlier days, which finds what is absent: a daily hump
// that does not come leaves states that every night has. A value that is held far longer than ever is a third sign.
package metric

import (
	"math"
	"time"
)

// Options may be left zero.
type Options struct {
	Scale int // rows of the warm-up and unit of every window; 0: taken from the times of the first rows
}

// The constants of the method. They stand in the middle of a plateau that both halves of 31 public series of the Numenta
// Anomaly Benchmark share: chosen on one half, they are within two points of the best of the other.
const (
	blocks    = .06 // block of rows, in scales
	memory    = 5.  // how long earlier states are looked at, in scales
	rest      = .2  // after an alarm, in scales
	threshold = 1.09
	habitStep = .2  // each alarm raises the threshold by so much
	habitFall = .05 // and it falls by so much a scale
	paging    = 3.  // z of an alert
	floorVar  = .06 // least variance of block maxima, squared log units
	absent    = .91 // how much more the comparison with earlier days needs than the nearest state
)

// Detector scores one series. Not safe for concurrent use.
type Detector struct {
	scale, block int
	n            int // rows so far
	times        []time.Time
	values       []float64 // until the scale is known
	states       states
	season       season
	held         held
	mean         float64 // average of the last rows
	early        float64 // sum of distances in the first half of the warm-up
	floor        float64 // added to a distance before its logarithm is taken
	nearest      judge
	daily        judge
	habit        float64
	quiet        int // rows of rest that are left
}

// New returns a Detector that has seen nothing.
func New(o Options) *Detector {
	d := &Detector{}
	if o.Scale > 0 {
		d.start(o.Scale, 0)
	}
	return d
}

func (d *Detector) start(scale int, gap time.Duration) {
	d.scale, d.block = scale, max(2, int(blocks*float64(scale)))
	d.states = newStates(int(memory*float64(scale)), d.block)
	d.season = newSeason(gap, d.block)
	d.nearest.block, d.daily.block = d.block, d.block
}

// Score takes the next row and tells how strange it is, from 0 to 1, and whether it is strange enough to page. v must
// be finite. Rows of the warm-up score 0.
func (d *Detector) Score(t time.Time, v float64) (score float64, alert bool) {
	if d.scale > 0 {
		return d.score(t, v)
	}
	d.times, d.values = append(d.times, t), append(d.values, v)
	if len(d.values) < learnRows {
		return 0, false
	}
	d.start(scaleOf(d.times))
	for i, v := range d.values {
		score, alert = d.score(d.times[i], v)
	}
	d.times, d.values = nil, nil
	return score, alert
}

func (d *Detector) score(t time.Time, v float64) (float64, bool) {
	v = math.Max(-1e150, math.Min(1e150, v))
	if d.n == 0 {
		d.mean = v
	}
	d.mean += (v - d.mean) * 2 / float64(d.block+1)
	distance := d.states.nearest(v, d.mean)
	d.states.keep(v, d.mean)
	change, known := d.season.take(t, d.mean)
	stuck := d.held.take(v)
	d.n++
	if d.n <= d.scale/2 {
		// The floor is half the mean distance of the first half of the warm-up.
		d.early += distance
		d.floor = max(1e-9, .5*d.early/float64(d.n))
		return 0, false
	}
	z := d.nearest.take(math.Log(distance + d.floor))
	if known {
		if y := d.daily.take(math.Log(change + d.floor)); d.season.learned(t) {
			z = max(z, y-absent)
		}
	}
	if d.n <= d.scale {
		return 0, false
	}
	score, alert := d.alarm(z)
	if stuck { // a matter of its own, which takes no rest and forms no habit
		return max(score, .5+.5*squash(paging-threshold)), true
	}
	return score, alert
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
