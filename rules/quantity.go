package rules

import (
	"math"
	"strconv"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Quantity is a number as a summary shows it: whole numbers as they are, others with three digits, unknown ones as
// "unknown".
type Quantity float64

// String prints the number for people.
func (q Quantity) String() string {
	v := float64(q)
	switch {
	case math.IsNaN(v):
		return "unknown"
	case v == math.Trunc(v) && math.Abs(v) < 1e15:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case math.Abs(v) >= 1000 && math.Abs(v) < 1e15:
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

// Known reports whether there is a number: {{if .Expected.Known}}, usually {{.Expected}}{{end}}.
func (q Quantity) Known() bool { return !math.IsNaN(float64(q)) }

// Portion is a part of a whole, 0 to 1, as a summary shows it: in per cent.
type Portion float64

// String prints the part for people: "32.5 %".
func (p Portion) String() string {
	if !p.Known() {
		return Quantity(p).String()
	}
	return Quantity(100*p).String() + " %"
}

// Known is that of Quantity.
func (p Portion) Known() bool { return Quantity(p).Known() }

func short(d time.Duration) string { return detector.Duration(d).String() }
