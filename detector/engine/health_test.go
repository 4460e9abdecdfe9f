package engine

import (
	"errors"
	"testing"
	"time"
)

// A part that is away for some partitions stays away, and since then, while it answers for others.
func TestAwayForSomePartitions(t *testing.T) {
	now := day
	h := newHealth(func() time.Time { return now })
	h.faultOf("kafka", "logs/1", errors.New("no leader"))
	now = now.Add(time.Minute)
	h.faultOf("kafka", "logs/2", errors.New("refused"))
	h.recovered("kafka")
	h.recoveredOf("kafka", "logs/0")
	for i, want := range []struct {
		recovers string
		since    time.Time
		err      string
	}{{"", day, "no leader"}, {"logs/1", now, "refused"}} {
		if want.recovers != "" {
			h.recoveredOf("kafka", want.recovers)
		}
		away := h.Away()
		if len(away) != 1 || away[0].Part != "kafka" || !away[0].Since.Equal(want.since) || away[0].Error != want.err {
			t.Errorf("step %d: away %+v, want kafka since %s with %q", i, away, want.since, want.err)
		}
	}
	h.recoveredOf("kafka", "logs/2")
	if away := h.Away(); len(away) != 0 {
		t.Errorf("away %+v although all answer", away)
	}
}
