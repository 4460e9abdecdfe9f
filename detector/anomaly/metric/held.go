package metric

import "math"

// held tells when a value is held far longer than ever: a sensor that is stuck, a job that writes the same again.
type held struct {
	last    float64
	rows    float64 // so far
	repeats float64 // rows that were equal to the one before, in runs that are over
	run     int     // rows that are equal to the one before, now
	longest int     // run that is over
	told    bool    // of the run under way
}

// A run is strange that is more than twice as long as any before, at least this long, and of a probability under e to
// the minus heldNats, repeats being taken as independent; in a series that repeats often none is.
const (
	leastRun = 12
	heldNats = 19
	often    = .1
)

// take reports whether with this row the run becomes strange: once a run.
func (h *held) take(v float64) bool {
	h.rows++
	if h.rows == 1 || v != h.last {
		h.longest = max(h.longest, h.run)
		h.repeats += float64(h.run)
		h.last, h.run, h.told = v, 0, false
		return false
	}
	h.run++
	p := (h.repeats + .5) / (h.rows - float64(h.run))
	if h.told || p > often || h.run < max(leastRun, 2*h.longest+1) || -float64(h.run)*math.Log(p) <= heldNats {
		return false
	}
	h.told = true
	return true
}
