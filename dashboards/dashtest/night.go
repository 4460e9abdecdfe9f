package dashtest

import (
	"math"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
)

// At is a time of day, in UTC, on Monday 23 November 2026. CET is an hour later.
func At(clock string) time.Time { return on(23, clock) }

func on(day int, clock string) time.Time {
	t, err := time.Parse("15:04:05", clock)
	if err != nil {
		panic(err) // a mistake in this package
	}
	return time.Date(2026, 11, day, t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// The templates of the night.
const (
	Refused  = "POST <*> to payments failed: connection refused to <*>, try <*> of 5"
	Clients  = "sorry, too many clients already (SQLSTATE <*>)"
	Giving   = "giving up on order <*> after 5 tries: payments is unavailable"
	Bad503   = "POST /checkout 503 in <*> ms, order <*>"
	Breaker  = "circuit breaker payments: closed -> open"
	Query    = "query <*> took <*> ms"
	Captured = "captured <*> for order <*> in <*> ms"
	Connects = "reconnecting host=<*> port=<*> db_user=<*> db_password=<redacted:password> pool=<*>"
)

// ID is the id of the nth template of the night.
func ID(n int) detector.ShapeID { return detector.ShapeID(0x4e19c0d2a0000000 + uint64(n)*0x1111) }

func f(v float64) *float64 { return &v }

// chartOf samples a curve into an incident's chart.
func chartOf(start, end time.Time, step time.Duration, unit string, low, high float64, rate func(time.Time) float64) *detector.Chart {
	c := &detector.Chart{Start: start, Bucket: detector.Duration(step), Unit: unit}
	for t := start; t.Before(end); t = t.Add(step) {
		c.Observed = append(c.Observed, f(math.Max(0, math.Round(rate(t)*10)/10)))
		c.Expected, c.Low, c.High = append(c.Expected, (low+high)/2), append(c.Low, low), append(c.High, high)
	}
	return c
}

// rise is 0 before from, 1 from full on, and between them on its way; it falls again after to.
func rise(t, from, full, to time.Time) float64 {
	switch {
	case t.Before(from):
		return 0
	case t.Before(full):
		return float64(t.Sub(from)) / float64(full.Sub(from))
	case !to.IsZero() && t.After(to):
		return math.Exp(-float64(t.Sub(to)) / float64(70*time.Second))
	}
	return 1
}

// Night is the world at 03:05:20 CET: four incidents open, one that nobody has taken.
func Night() *World {
	w := &World{Time: At("02:05:20")}
	w.Conn = dashboards.Connection{Broker: "localhost:9092", Topic: "logs", Embedded: true}
	w.All = append(openIncidents(), pastIncidents()...)
	w.Known = nightTemplates()
	w.Names, w.From = nightServices(), nightFrom()
	w.Values = map[detector.ShapeID]func(int, int, time.Time) string{ID(0): refusedValue}
	w.Lines = nightLines()
	w.Durations = map[detector.ShapeID][]dashboards.Durations{ID(5): {
		{Slot: 2, Values: 80211, P50: 118 * time.Millisecond, P95: 214 * time.Millisecond, P99: 1340 * time.Millisecond},
		{Field: "lock_wait_ms", Values: 611, P50: 3 * time.Millisecond, P95: 40 * time.Millisecond, P99: 90 * time.Millisecond},
	}}
	w.Rules = nightRules()
	w.Receivers, w.Messages = nightMessages()
	w.State = nightHealth()
	w.Versions = []detector.Deploy{
		{Service: "inventory", Version: "5.2.0", At: on(22, "22:12:30")},
		{Service: "payments", Version: "2.41.0", At: At("01:50:22")},
	}
	w.Latest = checkoutLines()
	return w
}

// Empty is the world before the first line.
func Empty() *World {
	w := &World{Time: At("02:05:20"), Conn: dashboards.Connection{Broker: "localhost:9092", Topic: "logs", Embedded: true}}
	h := nightHealth()
	h.FirstLine, h.CountedTo, h.LinesTotal, h.LinesPerSecond, h.LagLines, h.Lag = time.Time{}, time.Time{}, 0, 0, 0, 0
	h.OwnErrors, h.SkewedHosts, h.Unstructured, h.Stages = nil, nil, nil, nil
	for i := range h.Partitions {
		h.Partitions[i] = dashboards.Partition{Topic: "logs", ID: i, Owner: "tocsin-0"}
	}
	h.At = w.Time.Add(-2 * time.Second)
	w.State = h
	w.Receivers = []dashboards.Receiver{{Name: "inbox", Kind: "inbox"}}
	return w
}

// Away is the night while Redis does not answer and a receiver fails.
func Away() *World {
	w := Night()
	w.State.Stores[1] = dashboards.Store{
		Name: "Redis", Away: true, Since: At("02:01:12"), Error: "dial tcp 10.42.0.9:6379: i/o timeout", QueuedFor: 402118,
		Effect: "Reading waits, nothing is lost: lines are kept in Kafka. Incidents below are as of 03:01:12; pages already written are still sent. It goes on by itself.",
	}
	w.State.CountedTo, w.State.Lag, w.State.LagLines, w.State.LinesPerSecond = At("02:01:10"), 4*time.Minute+10*time.Second, 402118, 0
	w.Receivers[1].FailsFrom, w.Receivers[1].LastError, w.Receivers[1].Failed = At("01:44:00"), "channel_not_found", 2
	return w
}
