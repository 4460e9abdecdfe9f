package engine

import (
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// tryingRules note which rules their judges are shown before a bucket is complete.
type tryingRules struct {
	early bool
	shown map[string]uint64 // lines of a rule, at the last look
}

func (*tryingRules) Matcher(func([]detector.Hit) detector.Tally) Matcher { return nil }

func (r *tryingRules) Early(string) bool { return r.early }

func (*tryingRules) Adjust(s *detector.Signal) (detector.Severity, bool) { return s.Severity, false }

func (r *tryingRules) Judge(int) detector.Judge { return tryingJudge{r} }

type tryingJudge struct{ *tryingRules }

func (tryingJudge) Step(*detector.Bucket) []detector.Signal { return nil }

func (j tryingJudge) Peek(b *detector.Bucket) []detector.Signal {
	for i := range b.Rows {
		if s := &b.Rows[i].Series; s.Class == detector.ClassRule {
			j.shown[s.Name] = b.Rows[i].Lines
		}
	}
	return nil
}

func (tryingJudge) AppendState(b []byte) ([]byte, error) { return b, nil }

func (tryingJudge) Restore([]byte) error { return nil }

// Series of rules that wait for complete buckets are left out of those that fill, until a reload says otherwise.
func TestRulesThatWaitAreNotTried(t *testing.T) {
	r := newRig(t, rate.NewMemory(), newMemoryLedger())
	r.own()
	late := &tryingRules{shown: make(map[string]uint64)}
	early := &tryingRules{early: true, shown: make(map[string]uint64)}
	r.e.SetRules(late)
	r.until(day.Add(time.Minute), traffic(1))
	step(t, r)
	rule := detector.Series{Class: detector.ClassRule, Name: "r"}
	for _, tried := range []struct {
		rules *tryingRules
		want  uint64
	}{{late, 0}, {early, 2}, {late, 0}, {early, 4}} {
		r.e.SetRules(tried.rules)
		clear(tried.rules.shown)
		r.counters[1].Hit(rule, r.now.Add(time.Second), 1, 100)
		r.until(r.now.Add(time.Second), nil)
		step(t, r)
		if got := tried.rules.shown["r"]; got != tried.want {
			t.Errorf("early is %v: judges were shown %d lines of the bucket that fills, want %d", tried.rules.early, got, tried.want)
		}
	}
}
