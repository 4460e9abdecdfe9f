package world

import (
	"math"
	"math/rand/v2"
	"time"
)

const minutesADay = 1440

// curve is the traffic of one service, a factor a minute with mean about 1.
func curve(r *rand.Rand, f Family, begin time.Time, days int, holiday int) []float64 {
	shape := designedDay(r)
	sd, tau := between(r, .02, .1), between(r, 20, 90)
	daySD := .05
	if f == Real {
		shape = realDay(r)
		sd, tau = between(r, .04, .16), between(r, 10, 120)
		daySD = .12
	}
	weekend := between(r, .4, 1.1)
	out := make([]float64, days*minutesADay)
	wander := 0.0
	keep := math.Exp(-1 / tau)
	for day := range days {
		level := math.Exp(r.NormFloat64() * daySD)
		if wd := begin.AddDate(0, 0, day).Weekday(); wd == time.Saturday || wd == time.Sunday {
			level *= weekend
		}
		if day == holiday {
			level *= .5
		}
		for m := range minutesADay {
			wander = keep*wander + math.Sqrt(1-keep*keep)*sd*r.NormFloat64()
			out[day*minutesADay+m] = level * shape[m] * math.Exp(wander)
		}
	}
	smoothDays(out)
	return out
}

// smoothDays lets the level of one day pass into that of the next over an hour.
func smoothDays(out []float64) {
	for at := minutesADay; at < len(out); at += minutesADay {
		a, b := out[at-31], out[min(at+30, len(out)-1)]
		for i := -30; i < 30; i++ {
			w := float64(i+30) / 60
			out[at+i] = a + (b-a)*w
		}
	}
}

// designedDay is a smooth day of two harmonics.
func designedDay(r *rand.Rand) []float64 {
	a, b, p, q := between(r, .1, .7), between(r, 0, .2), r.Float64(), r.Float64()
	out := make([]float64, minutesADay)
	for m := range out {
		x := float64(m) / minutesADay
		out[m] = 1 + a*math.Cos(2*math.Pi*(x-p)) + b*math.Cos(4*math.Pi*(x-q))
	}
	return out
}

// realDay imitates what web and cloud series show: an uneven night, a steep morning, a lunch dip, an evening edge.
func realDay(r *rand.Rand) []float64 {
	night, evening := logBetween(r, .12, .9), logBetween(r, .4, 1.2)
	begin, end := between(r, 6, 10), between(r, 16, 22)
	steep := between(r, .3, 2.5)
	lunch, at := between(r, 0, .25), between(r, 11.5, 14)
	rough := make([]float64, 24)
	for i := range rough {
		rough[i] = math.Exp(r.NormFloat64() * .12)
	}
	shift := r.IntN(minutesADay)
	out := make([]float64, minutesADay)
	sum := 0.0
	for m := range out {
		h := float64((m+shift)%minutesADay) / 60
		up := 1 / (1 + math.Exp(-(h-begin)/steep*4))
		down := 1 / (1 + math.Exp(-(h-end)/steep*4))
		v := night + (1-night)*up + (evening-1)*down + (night-evening)*math.Max(0, h-22.5)/1.5*down
		v -= lunch * math.Exp(-(h-at)*(h-at)/.5)
		i, w := int(h)%24, h-math.Floor(h)
		v *= rough[i]*(1-w) + rough[(i+1)%24]*w
		out[m] = max(v, .05)
		sum += out[m]
	}
	for m := range out {
		out[m] *= minutesADay / sum
	}
	return out
}
