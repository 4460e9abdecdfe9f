package engine

import (
	"fmt"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

// What a bucket of so many active series may cost to read, put in order and judge: a tenth of one core's time.
const (
	activeSeries = 100_000
	mostBucket   = rate.Fine / 10
)

func TestCostOfManyActiveSeries(t *testing.T) {
	testkit.OneGoroutine(t)
	r := newRig(t, rate.NewMemory(), newMemoryLedger())
	r.own()
	var series []detector.Series
	for i := range activeSeries {
		series = append(series, detector.Series{
			Service: fmt.Sprint("svc-", i%400), Environment: "prod", Level: detector.LevelInfo, Shape: detector.ShapeID(1000 + i),
		})
	}
	least := time.Hour
	for n := range 8 {
		at := day.Add(time.Duration(n) * rate.Fine)
		for i, s := range series {
			r.counters[i%3].Hit(s, at, uint64(2+(i+n)%3), 300)
		}
		r.until(at.Add(rate.Fine), nil)
		begin := testkit.CPU(t) // not the time of day: other processes share the machine
		step(t, r)
		if n > 2 { // the first ones meet every series
			least = min(least, testkit.CPU(t)-begin)
		}
	}
	t.Logf("%s a bucket of %d series", least, activeSeries)
	if least > mostBucket {
		t.Errorf("a bucket of %d series takes %s, the bound is %s", activeSeries, least, mostBucket)
	}
}
