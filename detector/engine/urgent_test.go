package engine

import (
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// TestASecretDoesNotWaitForThePast has four hours to judge when a secret is logged: it is told before what the hours hold,
// and is the same incident when its bucket is judged at last.
func TestASecretDoesNotWaitForThePast(t *testing.T) {
	r := newRig(t, rate.NewMemory(), newMemoryLedger())
	r.own()
	counts := traffic(1)
	until := counts[len(counts)-1].at
	fresh := detector.Series{Class: detector.ClassSecret, Service: "svc-9", Name: "password", Key: "dsn"}
	r.until(until, append([]count{{partition: 2, at: until.Add(-rate.Fine), series: fresh, lines: 2}}, counts...))
	r.tick = 10 * time.Millisecond
	step(t, r)
	r.tick = 0
	told := 0
	for i, ch := range r.ledger.changes {
		if ch.Incident.Service == "svc-9" && ch.Event == detector.ChangeOpened {
			if i > 0 {
				t.Errorf("%s of %s was told before", r.ledger.changes[0].Incident.Kind, r.ledger.changes[0].Incident.Service)
			}
			told++
		}
	}
	if told != 1 || len(r.ledger.changes) < 3 {
		t.Fatalf("%d changes, told %d times", len(r.ledger.changes), told)
	}
	r.until(until.Add(time.Minute), nil)
	step(t, r)
	for _, in := range r.v.shards[rate.ShardOf(fresh)].Open() {
		if in.Service == "svc-9" && in.Lines != 2 {
			t.Errorf("%d lines", in.Lines)
		}
	}
	if n := len(r.ledger.last); n < 4 {
		t.Errorf("%d incidents", n)
	}
}
