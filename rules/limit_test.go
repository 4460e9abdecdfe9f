package rules

import (
	"math"
	"testing"

	"github.com/tocsin-io/tocsin/rules/lang"
)

// TestLimitIsOneThatWasPassed: what is said of a rule with an "or" is of the side that holds.
func TestLimitIsOneThatWasPassed(t *testing.T) {
	for _, c := range []struct {
		text        string
		value, high float64 // a high of 0 is not known
		want        float64
	}{
		{"value >= 20 && (value > high || high == nil && value >= 100)", 25, 3, 20},
		{"value >= 20 && (value > high || high == nil && value >= 100)", 120, 0, 100},
		{"value >= 20 && (value > high || high == nil && value >= 100)", 60, 50, 50},
		{"value > 50 && value > 10", 51, 0, 50},
		{"value > 50", 7, 0, 50},
		{"value < 5 || value < 2", 3, 0, 5},
		{"count > 3", 7, 0, math.NaN()},
	} {
		cond, err := newCondition(c.text, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		var f lang.Frame
		f.Vars = make([]lang.Value, varLabels)
		f.Vars[varValue] = lang.NumberValue(c.value)
		if c.high > 0 {
			f.Vars[varHigh] = lang.NumberValue(c.high)
		}
		if got := cond.limit(&f, f.Vars[varValue]); got != c.want && !(math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("%s of %g, high %g: limit %g, want %g", c.text, c.value, c.high, got, c.want)
		}
	}
}
