package engine

import (
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector/rate"
)

func TestWhatIsComplete(t *testing.T) {
	now := day.Add(10 * time.Hour)
	part := func(id int) rate.Partition { return rate.Partition{Topic: "logs", ID: id} }
	counted := func(id int, mark, updated time.Duration) rate.Status {
		return rate.Status{Partition: part(id), Checkpoint: rate.Checkpoint{Watermark: now.Add(-mark), Updated: now.Add(-updated)}}
	}
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	for _, c := range []struct {
		name     string
		statuses []rate.Status
		missing  map[int]time.Duration // since when a partition is missed
		stands   map[int]time.Duration // since when a partition has its watermark, which is from then
		complete time.Time
		whole    time.Time
		waits    string
	}{
		{"all are counted", []rate.Status{counted(0, 10*time.Second, 0), counted(1, 20*time.Second, 0)}, nil, nil, ago(20 * time.Second), ago(20 * time.Second), ""},
		{"the past is read", []rate.Status{counted(0, 48*time.Hour, 0), counted(1, 47*time.Hour, 0)}, nil, nil, ago(48 * time.Hour), ago(48 * time.Hour), ""},
		{"one is new", []rate.Status{counted(0, 10*time.Second, 0)}, nil, nil, time.Time{}, time.Time{}, ""},
		{"one is missed", []rate.Status{counted(0, 10*time.Second, 0)}, map[int]time.Duration{1: time.Minute}, nil, time.Time{}, time.Time{}, "logs/1"},
		{"its owner is gone", []rate.Status{counted(0, 10*time.Second, 0), counted(1, 5*time.Minute, 5*time.Minute)}, nil, nil, ago(5 * time.Minute), ago(5 * time.Minute), "logs/1"},
		{"for an hour", []rate.Status{counted(0, 10*time.Second, 0), counted(1, time.Hour, time.Hour)}, nil, map[int]time.Duration{1: time.Hour}, ago(10 * time.Second), ago(time.Hour), "logs/1"},
		{"since before the first look", []rate.Status{counted(0, 10*time.Second, 0), counted(1, 9*time.Hour, 9*time.Hour)}, nil, nil, ago(9 * time.Hour), ago(9 * time.Hour), "logs/1"},
		{"missed for an hour", []rate.Status{counted(0, 10*time.Second, 0)}, map[int]time.Duration{1: time.Hour}, nil, ago(10 * time.Second), time.Time{}, "logs/1"},
		{"nobody counts anything", nil, map[int]time.Duration{0: 2 * time.Hour, 1: 2 * time.Hour}, nil, ago(time.Hour), time.Time{}, "logs/0 and 1 more"},
		{"its owner gets no further", []rate.Status{counted(0, 10*time.Second, 0), counted(1, time.Minute, 0)}, nil, map[int]time.Duration{1: time.Minute}, ago(time.Minute), ago(time.Minute), "no further"},
		{"for an hour", []rate.Status{counted(0, 10*time.Second, 0), counted(1, time.Hour, 0)}, nil, map[int]time.Duration{1: time.Hour}, ago(10 * time.Second), ago(time.Hour), "logs/1 is counted no further"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := standstill{}
			for id, d := range c.missing {
				s[part(id)] = stood{since: ago(d)}
			}
			for id, d := range c.stands {
				s[part(id)] = stood{mark: ago(d), updated: ago(d), since: ago(d), heard: ago(d)}
			}
			p := s.look(c.statuses, []rate.Partition{part(0), part(1)}, now)
			if !p.complete.Equal(c.complete) || !p.whole.Equal(c.whole) {
				t.Errorf("complete %s, whole %s, want %s and %s", p.complete, p.whole, c.complete, c.whole)
			}
			if (p.waits == "") != (c.waits == "") || !strings.Contains(p.waits, c.waits) {
				t.Errorf("waits for %q, want %q", p.waits, c.waits)
			}
		})
	}
}

// An owner's clock may be off by more than what is waited for: its partition goes on where its watermark does.
func TestAnOwnersClockIsNotAStandstill(t *testing.T) {
	part := rate.Partition{Topic: "logs"}
	now := day.Add(10 * time.Hour)
	for _, off := range []time.Duration{-2 * time.Hour, -time.Minute, time.Minute, 2 * time.Hour} {
		s := standstill{}
		for range 100 {
			cp := rate.Checkpoint{Watermark: now.Add(-10 * time.Second), Updated: now.Add(off)}
			if p := s.look([]rate.Status{{Partition: part, Checkpoint: cp}}, []rate.Partition{part}, now); !p.complete.Equal(cp.Watermark) || !p.whole.Equal(p.complete) {
				t.Fatalf("off by %s: complete %s, whole %s, want %s", off, p.complete, p.whole, cp.Watermark)
			}
			now = now.Add(rate.Fine)
		}
		stopped := rate.Checkpoint{Watermark: now.Add(-10 * time.Second), Updated: now.Add(off)}
		for waited := time.Duration(0); waited <= longWait; waited += rate.Fine {
			p := s.look([]rate.Status{{Partition: part, Checkpoint: stopped}}, []rate.Partition{part}, now.Add(waited))
			if passed := !p.whole.Equal(p.complete); passed != (waited >= longWait) || (p.waits != "") != (waited >= quietWait) {
				t.Fatalf("off by %s, stopped for %s: complete %s, whole %s, waits for %q", off, waited, p.complete, p.whole, p.waits)
			}
		}
	}
}

// A partition that nobody counts holds what falls, not what rises: after an hour its buckets are judged with a mark.
func TestAnHourWithoutAPartitionIsPassedWithAGap(t *testing.T) {
	r := newRig(t, rate.NewMemory(), newMemoryLedger())
	r.own()
	r.until(day.Add(2*time.Hour), traffic(1))
	step(t, r)
	lame := r.counters[2]
	r.counters = r.counters[:2]
	r.until(day.Add(3*time.Hour-rate.Fine), nil)
	step(t, r)
	if until, _ := r.e.Health().Judged(); !until.Equal(day.Add(2 * time.Hour)) {
		t.Errorf("judged until %s although a partition is not counted", until)
	}
	if away := r.e.Health().Away(); len(away) != 1 || away[0].Part != "counting" {
		t.Errorf("away: %v", away)
	}
	r.until(day.Add(3*time.Hour+time.Minute), nil)
	step(t, r)
	if until, _ := r.e.Health().Judged(); !until.Equal(day.Add(3*time.Hour + time.Minute)) {
		t.Errorf("judged until %s after an hour", until)
	}
	if n := len(r.ledger.last); n != 0 {
		t.Errorf("%d incidents although the silence may be the partition's: %v", n, outline(r.ledger))
	}
	r.counters = append(r.counters, lame)
	r.until(day.Add(3*time.Hour+2*time.Minute), nil)
	step(t, r)
	if away := r.e.Health().Away(); len(away) != 0 {
		t.Errorf("away although all are counted: %v", away)
	}
}
