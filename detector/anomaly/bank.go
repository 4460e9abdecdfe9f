package anomaly

import "math"

// bank is a bank of one-sided CUSUM statistics of the negative binomial log likelihood ratio (Page 1954; Höhle and Paul
// 2008 for counts): each tests for a rate of c times what is expected.
//
//	C_c = max(0, C_c + x ln c - (x+r) ln((r+c m)/(r+m)))
//
// x is the count of the bucket, m the expected count, r the size parameter (variance m + m^2/r). Units are nats.
type bank struct {
	up   [5]float32
	down [3]float32
	// often counts buckets that are not empty, whatever they hold; see series.occur.
	often float32
}

// The ratios that are tested for. The first two upward and the first two downward ones are slow: they need many buckets.
var (
	upRatios   = [5]float64{1.5, 2, 4, 16, 256}
	downRatios = [3]float64{.5, .25, .05}
	upLogs     = logs(upRatios[:])
	downLogs   = logs(downRatios[:])
)

func logs(v []float64) []float64 {
	out := make([]float64, len(v))
	for i, c := range v {
		out[i] = math.Log(c)
	}
	return out
}

// One bucket adds at most stepCap nats, largeStepCap where it has over 8 times what is expected, and any number over
// enormous times (at least as many lines): a single bucket is rarely an incident. All upward statistics and the slow downward ones forget with a
// time of slowMemory buckets, so that what wanders for hours is not added up; growth over hours is the ramp's.
const (
	stepCap      = 7
	largeStepCap = 12
	enormous     = 80
	slowMemory   = 180
)

// rise moves the upward statistics; m is what is expected at most.
func (b *bank) rise(x, m, r float64) {
	if x <= m && b.up[0]+b.up[1]+b.up[2]+b.up[3]+b.up[4] == 0 {
		return // at or under what is expected every step is negative
	}
	limit := math.Inf(1)
	if x <= enormous*max(m, 1) {
		limit = stepCap
		if x > 8*m {
			limit = largeStepCap
		}
	}
	for i := range b.up {
		b.up[i] -= b.up[i] / slowMemory
	}
	below := x <= m
	for i, c := range upRatios {
		if below && b.up[i] == 0 {
			continue
		}
		d := step(x, m, r, c, upLogs[i])
		below = below || d <= 0
		b.up[i] = max(0, b.up[i]+float32(min(limit, d)))
	}
}

// fall moves the downward statistics; m is what is expected at least.
func (b *bank) fall(x, m, r float64) {
	if x >= m && b.down[0]+b.down[1]+b.down[2] == 0 {
		return
	}
	b.down[0] -= b.down[0] / slowMemory
	b.down[1] -= b.down[1] / slowMemory
	above := x >= m
	for i, c := range downRatios {
		if above && b.down[i] == 0 {
			continue
		}
		d := step(x, m, r, c, downLogs[i])
		above = above || d <= 0
		b.down[i] = max(0, b.down[i]+float32(min(stepCap, d)))
	}
}

// step is the log likelihood ratio of c m against m for a negative binomial count x. It is concave in ln c and 0 at c = 1:
// where one ratio has no evidence, those further from 1 on its side have none either, and need no logarithm.
func step(x, m, r, c, lnc float64) float64 {
	return x*lnc - (x+r)*math.Log((r+c*m)/(r+m))
}

// likelihood is the log likelihood ratio of the rate q m against m for the count x = q m.
func likelihood(q, m, r float64) float64 { return step(q*m, m, r, q, math.Log(q)) }

// upward is the statistic of the whole bank in nats that are comparable with H: the slow ones count less, divided by k,
// the scale of the sums over five minutes, and not at all for series whose variance makes their ratio ordinary. A sum over templates
// takes the fast ones only: a new template of the usual size is no flood.
func (b *bank) upward(k, phi float64, sum bool) (u float64, slow bool) {
	if sum {
		return float64(max(b.up[3], b.up[4])), false
	}
	u = float64(max(b.up[2], b.up[3], b.up[4], b.often))
	if s := float64(b.up[1]) / (1.2 * k); phi <= .6 && s > u {
		u, slow = s, true
	}
	if s := float64(b.up[0]) / (2 * k); phi <= .3 && s > u {
		u, slow = s, true
	}
	return u, slow
}

// longMinutes is after how many minutes a rise of no error is one of sums, which vary more than independent buckets would make them.
const longMinutes = 10

// lasting is the same where it has lasted for so long: that of four times is divided by k too.
func (b *bank) lasting(k, phi float64) float64 {
	sums := *b
	sums.up[2] /= float32(k)
	u, _ := sums.upward(k, phi, false)
	return u
}

// downward is the same for falls.
func (b *bank) downward(k float64) float64 {
	return max(float64(b.down[2]), float64(b.down[1])/k, float64(b.down[0])/(1.5*k))
}

// calm shrinks the upward statistics of a series that is back where it is expected.
func (b *bank) calm() {
	for i := range b.up {
		if b.up[i] *= .9; b.up[i] < .01 {
			b.up[i] = 0
		}
	}
	if b.often *= .9; b.often < .01 {
		b.often = 0
	}
}
