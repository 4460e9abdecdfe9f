package rules

import (
	"math"
	"time"

	"github.com/tocsin-io/tocsin/rules/lang"
)

// The variables of `if`, by slot; the labels of the rule follow.
const (
	varValue = iota
	varCount
	varPrevious
	varDayAgo
	varWeekAgo
	varExpected
	varLow
	varHigh
	varSince
	varLabels // first of the labels
)

var conditionNames = []string{"value", "count", "previous", "day_ago", "week_ago", "expected", "low", "high", "since"}

// condition is a compiled `if` with what must be known of it to decide well.
type condition struct {
	program *lang.Program
	labels  []string // names, from slot varLabels on
	growth  lang.Direction
	limits  []lang.Limit
	uses    [varLabels]bool
	// early: more lines can only make it true and nothing else that it looks at changes within a bucket.
	early bool
}

// conditionSchema is what `if` may name: the numbers and every label.
func conditionSchema(labels []string, lists map[string]*lang.ListValue) *lang.Schema {
	names := append(append([]string{}, conditionNames...), labels...)
	kinds := make([]lang.Kind, len(names))
	for i := range kinds {
		kinds[i] = lang.Number
		if i >= varLabels {
			kinds[i] = lang.Text
		}
	}
	return lang.VariableSchema("if", names, kinds, lists)
}

func newCondition(text string, labels []string, lists map[string]*lang.ListValue) (condition, *lang.Error) {
	p, err := lang.Compile(text, conditionSchema(labels, lists), lang.Bool)
	if err != nil {
		return condition{}, err
	}
	c := condition{program: p, labels: labels, growth: p.Direction("value", "count"), limits: p.Limits("value")}
	for i, name := range conditionNames {
		c.uses[i] = p.Uses(name)
	}
	c.early = c.growth == lang.Up && !c.uses[varSince]
	return c, nil
}

// back is how far back the condition looks for single values.
func (c *condition) back() time.Duration {
	switch {
	case c.uses[varWeekAgo]:
		return 7 * 24 * time.Hour
	case c.uses[varDayAgo]:
		return 24 * time.Hour
	}
	return 0
}

// limit is the number that the value was held against: of those that it passes the nearest, else of all that it had to pass; of two
// sides of an "or" the one that does not hold is none. NaN where there is none.
func (c *condition) limit(f *lang.Frame, value lang.Value) float64 {
	passed, all := math.NaN(), math.NaN()
	x, known := value.Number()
	for _, l := range c.limits {
		v, err := l.Other.Value(f)
		n, ok := v.Number()
		if err != nil || !ok {
			continue
		}
		all = nearest(l.Operator, all, n)
		if known && passes(l.Operator, x, n) {
			passed = nearest(l.Operator, passed, n)
		}
	}
	if math.IsNaN(passed) {
		return all
	}
	return passed
}

// passes tells whether x compares with n as the operator says.
func passes(operator string, x, n float64) bool {
	switch operator {
	case ">":
		return x > n
	case ">=":
		return x >= n
	case "<":
		return x < n
	case "<=":
		return x <= n
	}
	return (x == n) == (operator == "==")
}

// nearest is the one of two limits that is harder to pass; best may be NaN, which is none.
func nearest(operator string, best, n float64) float64 {
	switch {
	case math.IsNaN(best):
		return n
	case operator == ">" || operator == ">=":
		return max(best, n)
	case operator == "<" || operator == "<=":
		return min(best, n)
	}
	return best
}
