package detector

import (
	"math"
	"time"
)

// Outline is what is expected of a series of lines by the time of day, apart from the detectors that know it. It is small, so that
// all services can be drawn where others judge them.
type Outline struct {
	Series Series
	Level  float64   // lines a bucket, over the day; 0 of what is so young that nothing is expected of it
	Day    []float32 // factors of the level in the middles of equal parts of the day (UTC); empty where it is alike all day
	Phi    float64   // the variance of what a bucket has is m + Phi m², m being what is expected
}

// leastOfDay is the least that a time of day has, over the mean of the day.
const leastOfDay = .05

// At is what is expected in the bucket at t, and the band of three standard deviations around it.
func (o *Outline) At(t time.Time) (expected, low, high float64) {
	return Banded(o.Level*o.factor(t), o.Phi)
}

// Banded is m with the band of three standard deviations around it, where the variance is m + phi m².
func Banded(m, phi float64) (expected, low, high float64) {
	sd := math.Sqrt(m + phi*m*m)
	return m, max(0, m-3*sd), m + 3*sd
}

// factor is taken from the middles of the parts of the day before and after t.
func (o *Outline) factor(t time.Time) float64 {
	if len(o.Day) == 0 {
		return 1
	}
	const day = 24 * time.Hour
	n := len(o.Day)
	place := t.Sub(t.Truncate(day)).Seconds()/day.Seconds()*float64(n) - .5
	whole := math.Floor(place)
	before := (int(whole) + n) % n
	a, b := float64(o.Day[before]), float64(o.Day[(before+1)%n])
	return max(leastOfDay, a+(b-a)*(place-whole))
}
