package wording

import (
	"math"
	"time"
)

// Per is the time to which a rate is referred.
type Per struct {
	Name string // second, minute, hour, day
	Size time.Duration
}

// The times to which a rate may be referred.
var (
	PerSecond = Per{"second", time.Second}
	PerMinute = Per{"minute", time.Minute}
	PerHour   = Per{"hour", time.Hour}
	PerDay    = Per{"day", day}
)

// Words is "a second", "an hour" and so on.
func (p Per) Words() string {
	if p.Size == time.Hour {
		return "an hour"
	}
	return "a " + p.Name
}

// Of converts a number counted over window into a number per p; 0 where window is not positive.
func (p Per) Of(n float64, window time.Duration) float64 {
	if window <= 0 {
		return 0
	}
	return n * float64(p.Size) / float64(window)
}

// Coarsen gives the first of p and the longer times in which the largest of the values, counted over window, is at
// least one: a rate of 0.02 a minute is said as 1.2 an hour.
func (p Per) Coarsen(window time.Duration, values ...float64) Per {
	most := 0.0
	for _, v := range values {
		most = math.Max(most, v)
	}
	for _, longer := range []Per{PerSecond, PerMinute, PerHour, PerDay} {
		if longer.Size >= p.Size && (longer.Of(most, window) >= 0.995 || longer.Size == day) {
			return longer
		}
	}
	return p
}

// Rate prints a number counted over window as a rate, in the shortest time in which it is at least one: "4,010 a
// second", "12 an hour".
func Rate(n float64, window time.Duration) string {
	p := PerSecond.Coarsen(window, n)
	return Figure(p.Of(n, window)) + " " + p.Words()
}

const maxUnit = 20

// Amount prints a value in its unit: a number of lines, bytes as kB to PB, a share of 0 to 1 as percent, and any other
// unit behind the number.
func Amount(v float64, unit string) string {
	switch unit {
	case "", "lines", "count":
		return Number(v)
	case "bytes":
		return Bytes(v)
	case "share":
		return Percent(v)
	}
	return Number(v) + " " + Middle(Clean(unit), maxUnit)
}
