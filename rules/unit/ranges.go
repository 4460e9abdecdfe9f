package unit

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
)

// interval is what an expectation allows. The zero interval allows anything.
type interval struct {
	given     bool
	never     bool
	exact     bool // one instant or number, not a range
	low, high float64
	text      string
}

// parseRange reads a, a..b, ..b, a.. or never.
func parseRange(s string, unit func(string) (float64, error)) (interval, error) {
	s = strings.TrimSpace(s)
	switch s {
	case "":
		return interval{}, nil
	case "never":
		return interval{given: true, never: true, text: s}, nil
	}
	i := interval{given: true, low: math.Inf(-1), high: math.Inf(1), text: s}
	from, to, ranged := strings.Cut(s, "..")
	var err error
	if from = strings.TrimSpace(from); from != "" {
		if i.low, err = unit(from); err != nil {
			return i, err
		}
	}
	if !ranged {
		i.exact, i.high = true, i.low
		return i, nil
	}
	if to = strings.TrimSpace(to); to != "" {
		if i.high, err = unit(to); err != nil {
			return i, err
		}
	}
	if i.low > i.high {
		return i, fmt.Errorf("the range %s is empty", s)
	}
	return i, nil
}

func seconds(s string) (float64, error) {
	d, err := detector.ParseDuration(s)
	return d.Seconds(), err
}

func number(s string) (float64, error) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not a number", s)
	}
	return v, nil
}

// hasTime reports whether an instant, in seconds, is allowed. A single one stands for the bucket that it lies in, of
// which it may be the end.
func (i interval) hasTime(at, bucket float64) bool {
	if i.exact {
		return at >= i.low && at < i.low+bucket
	}
	return at >= i.low && at <= i.high
}

// hasNumber allows a part in a thousand for a single number: distinct values and quantiles are estimates.
func (i interval) hasNumber(v float64) bool {
	if i.exact {
		return math.Abs(v-i.low) <= math.Abs(i.low)/1000+1e-9
	}
	return v >= i.low && v <= i.high
}
