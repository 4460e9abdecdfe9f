package rules

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tocsin-io/tocsin/detector/sketch"
	"github.com/tocsin-io/tocsin/rules/lang"
)

// measureKind is what the value of a rule is.
type measureKind uint8

const (
	measureCount measureKind = iota
	measureBytes
	measureShare
	measureDistinct
	measureSum
	measureMean
	measureMin
	measureMax
	measureQuantile
	measureNew
	measureSequence // 1 while the steps stand in the window, else 0; said by the key sequence
)

// measure is the value of a rule: a kind and, for most, what is measured of each line.
type measure struct {
	kind     measureKind
	quantile float64 // 0 to 1
	field    *lang.Program
}

var measureNames = map[string]measureKind{
	"count": measureCount, "bytes": measureBytes, "share": measureShare, "distinct": measureDistinct, "sum": measureSum,
	"mean": measureMean, "min": measureMin, "max": measureMax, "new": measureNew,
}

const measureUsage = "values are count, bytes, share, distinct(x), sum(x), mean(x), min(x), max(x), p50(x) to p99(x) and new(x)"

var (
	measureForm  = regexp.MustCompile(`^\s*([A-Za-z]\w*)\s*(?:\((.*)\))?\s*$`)
	quantileForm = regexp.MustCompile(`^p([1-9]\d?)$`)
)

// parseMeasure reads the text of value.
func parseMeasure(text string, lists map[string]*lang.ListValue) (measure, *lang.Error) {
	fault := func(offset int, mend, format string, args ...any) *lang.Error {
		return &lang.Error{Offset: offset, Message: fmt.Sprintf(format, args...), Mend: mend, Source: text}
	}
	m := measureForm.FindStringSubmatchIndex(text)
	if m == nil {
		return measure{}, fault(0, measureUsage, "%q is not a value", text)
	}
	name := text[m[2]:m[3]]
	out := measure{}
	kind, ok := measureNames[name]
	if q := quantileForm.FindStringSubmatch(name); q != nil {
		percent, _ := strconv.Atoi(q[1])
		kind, ok, out.quantile = measureQuantile, true, float64(percent)/100
	}
	if !ok {
		names := []string{"p50", "p90", "p95", "p99"}
		for n := range measureNames {
			names = append(names, n)
		}
		slices.Sort(names)
		mend := measureUsage
		if near := lang.Nearest(name, names); near != "" {
			mend = "did you mean " + near + "?"
		}
		return measure{}, fault(m[2], mend, "unknown value %s", name)
	}
	out.kind = kind
	plain := kind == measureCount || kind == measureBytes || kind == measureShare
	if m[4] < 0 {
		if plain {
			return out, nil
		}
		return measure{}, fault(m[2], fmt.Sprintf("write %s(fields.name)", name), "%s needs what to measure", name)
	}
	if plain {
		return measure{}, fault(m[4], "write "+name, "%s takes nothing in brackets", name)
	}
	want := lang.Number
	if kind == measureDistinct || kind == measureNew {
		want = lang.Any
	}
	field, err := lang.Compile(text[m[4]:m[5]], lang.LineSchema("value", lists), want)
	if err != nil {
		return measure{}, &lang.Error{Offset: err.Offset + len([]rune(text[:m[4]])), Message: err.Message, Mend: err.Mend, Source: text}
	}
	if _, constant := field.Constant(); constant {
		return measure{}, fault(m[4], fmt.Sprintf("write %s(fields.name)", name), "%s of a constant is always the same", name)
	}
	out.field = field
	return out, nil
}

// parts is what summaries of the rule's series keep.
func (m measure) parts() sketch.Parts {
	switch m.kind {
	case measureDistinct:
		return sketch.Distinct
	case measureQuantile:
		return sketch.Quantiles
	case measureNew:
		return sketch.Values
	}
	return 0
}

// summarised reports whether lines and bytes are not enough.
func (m measure) summarised() bool { return m.kind != measureCount && m.kind != measureBytes }

// zero reports whether the value of no lines at all is 0; else it is nil.
func (m measure) zero() bool {
	switch m.kind {
	case measureShare, measureMean, measureMin, measureMax, measureQuantile:
		return false
	}
	return true
}

// ranges is what the numbers of `if` can be, by name.
func (m measure) ranges() map[string]lang.Range {
	out := map[string]lang.Range{
		"count": {Low: 0, High: math.Inf(1), Why: "count is 0 or more"},
		"since": {Low: 0, High: math.Inf(1), Why: "since is 0 or more"},
	}
	var value lang.Range
	switch {
	case m.kind == measureShare:
		value = lang.Range{Low: 0, High: 1, Why: "a share is 0 to 1: write 0.05 for 5 %"}
	case m.kind == measureSequence:
		value = lang.Range{Low: 0, High: 1, Why: "the value of a sequence is 0 or 1"}
	case m.counted() || m.kind == measureBytes:
		value = lang.Range{Low: 0, High: math.Inf(1), Why: "the value is 0 or more"}
	default:
		return out
	}
	for _, name := range []string{"value", "previous", "day_ago", "week_ago"} {
		out[name] = value
	}
	return out
}

// counted reports whether the value is a number of things, so that it scatters at least as Poisson counts do.
func (m measure) counted() bool {
	return m.kind == measureCount || m.kind == measureDistinct || m.kind == measureNew
}

// grows reports whether more lines can but make the value larger. Of a sum and a greatest value only the numbers tell.
func (m measure) grows() bool {
	switch m.kind {
	case measureCount, measureBytes, measureDistinct, measureNew, measureSum, measureMax:
		return true
	}
	return false
}

var units = []struct{ suffix, unit string }{
	{"_ms", "ms"}, {"millis", "ms"}, {"_us", "us"}, {"_ns", "ns"}, {"_seconds", "s"}, {"_sec", "s"}, {"_secs", "s"}, {"_bytes", "bytes"},
}

// unit names what the value is counted in; empty where it cannot be told.
func (m measure) unit() string {
	switch m.kind {
	case measureCount:
		return "lines"
	case measureBytes:
		return "bytes"
	case measureDistinct, measureNew:
		return "values"
	case measureShare:
		return "share"
	case measureSequence:
		return "times"
	}
	name := strings.ToLower(m.field.Name())
	if name == "bytes" {
		return "bytes"
	}
	for _, u := range units {
		if strings.HasSuffix(name, u.suffix) {
			return u.unit
		}
	}
	return ""
}
