package engine

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector/rate"
)

// Buckets may gain lines after they were judged: where the backend lost counts and the clock went back, or where a
// partition was passed over and is counted at last. What falls or rises in them is not judged again, but a secret needs no
// past and is told: such buckets are looked at once more for what nothing is known of.

// missed is the span of buckets that are to be looked at once more; zero where there are none.
type missed struct {
	from, to time.Time
	reached  time.Time // what was complete at the last look
	looked   time.Time // when that was
	gap      time.Time // buckets from here on were judged without a partition that is still passed over; zero: none
}

// How many buckets are looked at in one step, and how far back: after a partition was passed over, and after the backend lost
// all counts of one, which the log brings again.
const (
	missedAtOnce = 64
	missedReach  = 24 * time.Hour
	missedClock  = time.Hour
	missedAgain  = 5 * time.Second // between looks while none of them is complete again
)

// note looks whether counts stand before judged, which is how far some shard was judged.
func (m *missed) note(p reach, judged time.Time) {
	switch {
	case p.emptied:
		m.add(judged.Add(-missedClock), judged)
	case !p.back.IsZero() && p.back.Before(judged):
		m.add(p.back, judged)
	}
	if p.complete.IsZero() {
		return
	}
	if m.reached.IsZero() && p.complete.Before(judged) { // so it was handed over
		m.add(p.complete, judged)
	}
	switch {
	case p.whole.Before(p.complete):
		if m.gap.IsZero() || p.whole.Before(m.gap) {
			m.gap = laterOf(p.whole, p.complete.Add(-missedReach))
		}
	case !m.gap.IsZero():
		m.add(m.gap, judged)
		m.gap = time.Time{}
	}
	m.reached = p.complete
}

func (m *missed) add(from, to time.Time) {
	if to.IsZero() {
		return
	}
	from = rate.FloorFine(laterOf(from, to.Add(-missedReach)))
	if m.to.IsZero() || from.Before(m.from) {
		m.from = from
	}
	m.to = laterOf(m.to, to)
}

// next is how many buckets from m.from on are to be looked at now. While they are counted anew they are looked at now and
// then: what is found there is told before all of it is complete.
func (m *missed) next(now time.Time) int {
	if m.to.IsZero() || !m.reached.After(m.from) && !m.looked.IsZero() && !passed(now, m.looked, missedAgain) {
		return 0
	}
	return min(missedAtOnce, int(m.to.Sub(m.from)/rate.Fine))
}

// done moves on behind n buckets that were looked at now, but not behind what is complete.
func (m *missed) done(now time.Time, n int) {
	m.looked = now
	to := m.from.Add(time.Duration(n) * rate.Fine)
	if m.reached.Before(to) {
		to = laterOf(m.from, m.reached)
	}
	if m.from = to; !m.from.Before(m.to) {
		m.from, m.to = time.Time{}, time.Time{}
	}
}

// again tells of secrets and losses in buckets that were judged before these were counted.
func (v *evaluator) again(ctx context.Context) error {
	now := v.e.clock()
	n := v.missed.next(now)
	if n <= 0 {
		return nil
	}
	if err := v.urgentIn(ctx, v.missed.from, n); err != nil {
		return err
	}
	v.missed.done(now, n)
	return nil
}

// judged is how far the shard that is furthest was judged; zero before any was.
func (v *evaluator) judged() time.Time {
	var out time.Time
	for shard := range v.owned.All {
		out = laterOf(out, v.shards[shard].Next())
	}
	return out
}

func laterOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
