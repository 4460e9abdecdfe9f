package anomaly

import "math"

// record is what the excursions of one series in one direction have reached while nothing was wrong: the bar that the
// next one has to pass, learned from the series itself.
//
// An excursion is booked when it is over, never while it lasts: a record that an excursion can write while it lasts
// silences that very excursion (DETECTION, lesson 1).
type record struct {
	n      float32 // excursions, at most mostKnown: older ones fade
	total  float32 // excursions ever
	mean   float32 // of the excess over excursionFloor
	square float32
	first  float32 // largest two, fading
	second float32
	paged  float32 // how many of them paged, fading over days
	tailQ  float32 // quantile of the excess, see quantile; 0 where it is to be found when it is asked for
}

// excursionFloor is where an excursion begins, in nats.
const excursionFloor = 3

// tail is -ln of the share of excursions that may pass the bar.
const tail = 9

// mostKnown is how many excursions the quantile is of: older ones fade.
const mostKnown = 400

// mostOfSecond is how many times the second largest excursion the bar may be.
const mostOfSecond = 2

// book adds an excursion that reached peak. What paged counts as 1.5 H until it has paged three times in a few days:
// after that it is a habit.
func (r *record) book(peak, bar float32, paged bool) {
	if paged {
		r.paged++
		if r.paged < 2.5 {
			peak = min(peak, 1.5*bar)
		}
	}
	r.n = min(r.n+1, mostKnown)
	r.total++
	r.tailQ = 0
	w, e := 1/r.n, max(peak-excursionFloor, 0)
	r.mean += w * (e - r.mean)
	r.square += w * (e*e - r.square)
	switch {
	case peak > r.first:
		r.first, r.second = peak, r.first
	case peak > r.second:
		r.second = peak
	}
}

// forget lets the largest two fade by 3 % a day and the pages by a tenth a day; share is the part of a day that passed.
func (r *record) forget(share float64) {
	part := float32(share)
	r.first -= r.first * .03 * part
	r.second -= r.second * .03 * part
	r.paged -= r.paged * .1 * part
}

// bar is the greater of the quantile of the excursions and 1.3 times the second largest. 0 before the first excursion.
func (r *record) bar() float64 {
	if r.n < 1 {
		return 0
	}
	if r.tailQ == 0 {
		r.tailQ = float32(r.quantile())
	}
	b := 1.3 * r.second
	if r.tailQ > 0 {
		// A quantile far beyond what was seen twice is the fit's, not the series': one great excursion makes it enormous.
		b = max(b, min(excursionFloor+r.tailQ, mostOfSecond*r.second))
	}
	return float64(b)
}

// quantile is that at e^-tail of a generalised Pareto distribution with the moments of the excursions (Hosking and Wallis
// 1987: xi = (1 - mean^2/var)/2, sigma = mean (mean^2/var + 1)/2). 0 while too few are known.
func (r *record) quantile() float64 {
	mean := float64(r.mean)
	variance := float64(r.square) - mean*mean
	if r.n < 5 || variance <= 1e-6 || mean <= 0 {
		return 0
	}
	ratio := mean * mean / variance
	xi := clamp((1-ratio)/2, -.5, .5)
	sigma := mean * (ratio + 1) / 2
	if math.Abs(xi) > 1e-3 {
		return sigma / xi * (math.Exp(xi*tail) - 1)
	}
	return tail * sigma
}
