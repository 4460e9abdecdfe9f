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

func short(d time.Duration) string { return detector.Duration(d).String() }
