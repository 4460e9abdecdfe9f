package rules

import (
	"math"
	"time"
)

// baseline is what is usual for the value of one series: a mean for each hour of the day, once there was a day, and
// how far values lie from it. Values far from what was expected teach little, so an outage does not become the usual.
type baseline struct {
	samples uint32
	level   float64     // mean, half of it from the last day
	scatter float64     // mean distance from what was expected
	hours   [24]float64 // mean by hour of the day in UTC, half of it from the last three days
	seen    [24]uint16  // samples by hour, at most maxSeen
}

const (
	baselineLeast = time.Hour      // of samples before anything is known
	baselineAnew  = 24 * time.Hour // the same of a series that began out of nothing: until then nothing is usual
	minSamples    = 12
	bandWidth     = 4.0 // of the band, in standard deviations
	clipWidth     = 3.0 // what teaches is clipped to this many
	maxSeen       = 60000
)

// known reports whether there was enough to say what is usual: samples over at least this time.
func (b *baseline) known(every, least time.Duration) bool {
	return b.samples >= minSamples && time.Duration(b.samples)*every >= least
}

// expected is the usual value at t.
func (b *baseline) expected(t time.Time) float64 {
	hour := float64(t.Hour()) + float64(t.Minute())/60 + float64(t.Second())/3600 - 0.5
	left := int(math.Floor(hour)+24) % 24
	right := (left + 1) % 24
	for _, n := range b.seen {
		if n == 0 {
			return b.level // not yet a day
		}
	}
	w := hour - math.Floor(hour)
	return b.hours[left]*(1-w) + b.hours[right]*w
}

// deviation is the standard deviation of values around what is expected. 1.25 times the mean distance is that of a
// normal distribution (sqrt(pi/2)); counts scatter at least as Poisson counts do.
func (b *baseline) deviation(expected float64, counted bool) float64 {
	d := math.Max(1.25*b.scatter, 0.02*math.Abs(expected))
	if counted {
		d = math.Max(d, math.Sqrt(math.Max(expected, 1)))
	}
	return d
}

// band is what would be usual at t.
func (b *baseline) band(t time.Time, counted, positive bool) (expected, low, high float64) {
	expected = b.expected(t)
	d := bandWidth * b.deviation(expected, counted)
	low, high = expected-d, expected+d
	if positive {
		low = math.Max(low, 0)
	}
	return expected, low, high
}

// learn takes a value at t; every is the time between values, known whether it was judged by this baseline.
func (b *baseline) learn(x float64, t time.Time, every time.Duration, counted, known bool) {
	expected := b.expected(t)
	weight := 1.0
	if known {
		d := b.deviation(expected, counted)
		if math.Abs(x-expected) > bandWidth*d {
			weight = 0.1
		}
		x = math.Min(math.Max(x, expected-clipWidth*d), expected+clipWidth*d)
	}
	if b.samples == 0 {
		expected = x
	}
	day := weight * math.Max(forgetting(every, 24*time.Hour), 1/float64(b.samples+1))
	b.level += day * (x - b.level)
	b.scatter += day * (math.Abs(x-expected) - b.scatter)
	h := t.Hour()
	hour := weight * math.Max(forgetting(every, 3*time.Hour), 1/float64(b.seen[h]+1))
	b.hours[h] += hour * (x - b.hours[h])
	b.seen[h] = min(b.seen[h]+1, maxSeen)
	b.samples = min(b.samples+1, 1<<30)
}

// forgetting is the weight of a new value where half of the mean comes from the last `half`.
func forgetting(every, half time.Duration) float64 {
	return 1 - math.Exp2(-float64(every)/float64(half))
}
