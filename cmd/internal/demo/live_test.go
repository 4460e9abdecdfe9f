package demo

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"
)

type kept struct {
	records []Record
	stop    func()
}

func (k *kept) Produce(_ context.Context, records []Record) error {
	k.records = append(k.records, records...)
	k.stop()
	return nil
}

// The past ends on a bucket and the company logs some seconds later: what is between them is no gap in every chart.
func TestNoGapBetweenThePastAndNow(t *testing.T) {
	now := time.Date(2026, 11, 23, 2, 0, 9, 0, time.UTC)
	from := now.Add(-9 * time.Second)
	ctx, cancel := context.WithCancel(context.Background())
	ticks := make(chan time.Time, 1)
	ticks <- now
	k := &kept{stop: cancel}
	live := Live{
		Services: Company(), Producer: k, Rand: rand.New(rand.NewPCG(1, 2)), Now: func() time.Time { return now }, From: from, Ticks: ticks, Rounds: Rounds,
	}
	if err := live.Run(ctx); err != nil {
		t.Fatal(err)
	}
	seconds := make(map[int]int)
	for _, r := range k.records {
		if r.Time.Before(from) || r.Time.After(now) {
			t.Fatalf("a record of %s, from %s to %s", r.Time, from, now)
		}
		seconds[int(r.Time.Sub(from)/time.Second)]++
	}
	for s := range 9 {
		if seconds[s] < 20 {
			t.Errorf("%d records in second %d", seconds[s], s)
		}
	}
}
