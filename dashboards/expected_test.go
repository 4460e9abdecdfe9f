package dashboards

import (
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// TestAPageTellsOneBand: beside what was expected in the window stands the band that the chart draws, and not that of the
// signal, where both are of the same lines.
func TestAPageTellsOneBand(t *testing.T) {
	start := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
	chart := func(expected, low, high float64) *detector.Chart {
		c := &detector.Chart{Start: start, Bucket: detector.Duration(10 * time.Second), Unit: "lines"}
		for range 60 {
			v := 70.0
			c.Observed = append(c.Observed, &v)
			c.Expected, c.Low, c.High = append(c.Expected, expected), append(c.Low, low), append(c.High, high)
		}
		return c
	}
	for name, c := range map[string]struct {
		window    time.Duration
		opened    time.Duration // after the chart's start
		expected  float64
		chart     *detector.Chart
		low, high float64
	}{
		"a bucket":                         {10 * time.Second, 306 * time.Second, 68, chart(68, 34, 102), 34, 102},
		"a window of four":                 {40 * time.Second, 300 * time.Second, 272, chart(68, 34, 102), 204, 340},
		"no less than nothing":             {40 * time.Second, 300 * time.Second, 4, chart(1, 0, 9), 0, 20},
		"the chart is of a part":           {40 * time.Second, 300 * time.Second, 3, chart(68, 34, 102), 0, 716},
		"the window begins before":         {10 * time.Minute, 300 * time.Second, 4080, chart(68, 34, 102), 0, 716},
		"it opened after the chart's end":  {10 * time.Second, time.Hour, 68, chart(68, 34, 102), 0, 716},
		"the chart has no band":            {10 * time.Second, 300 * time.Second, 68, &detector.Chart{Start: start, Bucket: detector.Duration(10 * time.Second), Unit: "lines"}, 0, 716},
		"there is no chart":                {10 * time.Second, 300 * time.Second, 68, nil, 0, 716},
		"no window, as nothing was judged": {0, 300 * time.Second, 68, chart(68, 34, 102), 0, 716},
	} {
		low, high := expectedBand(&detector.Incident{
			Unit: "lines", Window: detector.Duration(c.window), OpenedAt: start.Add(c.opened), Expected: c.expected, High: 716, Chart: c.chart,
		})
		if low != c.low || high != c.high {
			t.Errorf("%s: %g to %g, want %g to %g", name, low, high, c.low, c.high)
		}
	}
}
