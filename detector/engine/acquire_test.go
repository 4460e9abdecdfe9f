package engine

import (
	"errors"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// countedRules make judges that remember which rules they are of; restoring fails as often as refuse says.
type countedRules struct {
	refuse *int
}

func (countedRules) Matcher(func([]detector.Hit) detector.Tally) Matcher { return nil }

func (countedRules) Early(string) bool { return true }

func (countedRules) Adjust(s *detector.Signal) (detector.Severity, bool) { return s.Severity, false }

func (r countedRules) Judge(shard int) detector.Judge { return &countedJudge{rules: r, shard: shard} }

type countedJudge struct {
	rules countedRules
	shard int
}

func (*countedJudge) Step(*detector.Bucket) []detector.Signal { return nil }

func (*countedJudge) Peek(*detector.Bucket) []detector.Signal { return nil }

func (*countedJudge) AppendState(b []byte) ([]byte, error) { return append(b, 1), nil }

func (j *countedJudge) Restore([]byte) error {
	if j.shard == rate.Shards/2 && *j.rules.refuse > 0 {
		*j.rules.refuse--
		return errors.New("refused")
	}
	return nil
}

// New rules that one shard did not take are given to all again: none goes on with the old.
func TestRulesThatAShardRefusedAreSetAgain(t *testing.T) {
	r := newRig(t, rate.NewMemory(), newMemoryLedger())
	r.own()
	r.until(day.Add(time.Minute), nil)
	old, fresh := countedRules{new(int)}, countedRules{new(int)}
	r.e.SetRules(old)
	step(t, r)
	*fresh.refuse = 1
	r.e.SetRules(fresh)
	if err := r.v.step(t.Context()); err == nil {
		t.Fatal("a shard refused the rules, and the step says nothing")
	}
	step(t, r)
	for shard, s := range r.v.shards {
		if got := s.rules.(*countedJudge).rules; got != fresh {
			t.Errorf("shard %d has the old rules", shard)
		}
	}
}
