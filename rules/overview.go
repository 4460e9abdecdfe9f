package rules

import (
	"math"
	"slices"
	"strings"
	"time"
)

// RuleStatus is a rule as it runs, for people to see.
type RuleStatus struct {
	Rule   *Rule
	Stats  Stats
	Series []SeriesStatus // firing ones first, then pending ones, then by key
	Hidden int            // inactive series beyond those that are listed
}

// SeriesStatus is one series of a rule.
type SeriesStatus struct {
	Rule     string
	Key      string
	By       []Group
	State    State
	Reason   string    // why it is in that state, and what its condition waits to know
	Since    time.Time // when the state was entered; zero where it never changed
	Value    float64   // NaN where there is none
	Expected float64   // NaN while it is not known
	LastLine time.Time // end of the last bucket with a line; zero where there was none
	Now      *Turn     // the last evaluation of a series that fires or is pending, which may be no turn; nil of others
	Turns    []Turn    // evaluations that moved it, newest first, at most five since this evaluator began
}

// maxListed bounds the series of one rule in an overview. Those that fire or are pending come first.
const maxListed = 200

// Overview is every rule of the set, in order of name, with the state of its series on these evaluators.
func (s *Set) Overview(evaluators ...*Evaluator) []RuleStatus {
	stats := s.Stats()
	out := make([]RuleStatus, len(s.rules))
	for i, r := range s.rules {
		out[i] = RuleStatus{Rule: r, Stats: stats[i]}
	}
	for _, e := range evaluators {
		for _, st := range e.Status() {
			if i, ok := s.byName[st.Rule]; ok {
				out[i].Series = append(out[i].Series, st)
			}
		}
	}
	for i := range out {
		slices.SortFunc(out[i].Series, compareStatus)
		if n := len(out[i].Series); n > maxListed {
			out[i].Hidden = n - maxListed
			out[i].Series = out[i].Series[:maxListed]
		}
	}
	return out
}

func compareStatus(a, b SeriesStatus) int {
	rank := map[State]int{StateFiring: 0, StatePending: 1, StateInactive: 2}
	if d := rank[a.State] - rank[b.State]; d != 0 {
		return d
	}
	return strings.Compare(a.Key, b.Key)
}

// Status is the state of every series of this shard. It may be called beside Step.
func (e *Evaluator) Status() []SeriesStatus {
	e.mu.Lock()
	defer e.mu.Unlock()
	var out []SeriesStatus
	for _, rd := range e.rules {
		for _, s := range rd.order {
			st := SeriesStatus{
				Rule: rd.rule.Name, Key: s.key, By: s.groups, State: s.machine.state, Reason: e.standing(rd, s),
				Since: s.machine.since, Value: float64(quantity(s.value)), Expected: math.NaN(),
			}
			if expected, _, _, ok := e.usual(rd, s, e.end(e.next-1)); ok {
				st.Expected = expected
			}
			if s.last >= s.first {
				st.LastLine = e.end(s.last)
			}
			st.Turns = slices.Clone(s.turns)
			slices.Reverse(st.Turns)
			if s.machine.state != StateInactive {
				st.Now = e.lastOf(rd, s)
			}
			out = append(out, st)
		}
	}
	return out
}

// lastOf is the last evaluation of a series.
func (e *Evaluator) lastOf(rd *ruled, s *series) *Turn {
	index := e.next - 1
	t := s.between(rd.rule, index-rd.window+1, index)
	e.variables(rd, s, index, &t)
	ok, err := rd.rule.condition.program.Test(&e.frame)
	return &Turn{
		At: e.end(index), Value: float64(quantity(s.value)), Holds: ok && err == nil,
		From: s.machine.state, To: s.machine.state, Reason: e.reason(rd, s, &t),
	}
}

// standing is the reason of the state. Of a series that does not fire it names what has no value yet: else one far above
// the number in the condition looks like a rule that does not work.
func (e *Evaluator) standing(rd *ruled, s *series) string {
	reason := s.machine.reason
	if s.machine.state != StateInactive {
		return reason
	}
	names := e.unknown(rd, s)
	if len(names) == 0 {
		return reason
	}
	text := strings.Join(names, " and ")
	if len(names) == 1 {
		text += " has no value yet: what is compared with it does not hold"
	} else {
		text += " have no value yet: what is compared with them does not hold"
	}
	if reason != "" {
		return reason + "; " + text
	}
	return text
}

// unknown are the names in the condition that wait for a past to have a value.
func (e *Evaluator) unknown(rd *ruled, s *series) []string {
	index := e.next - 1
	t := s.between(rd.rule, index-rd.window+1, index)
	e.variables(rd, s, index, &t)
	var names []string
	for _, v := range []int{varPrevious, varDayAgo, varWeekAgo, varExpected, varLow, varHigh} {
		if _, ok := e.frame.Vars[v].Number(); !ok && rd.rule.condition.uses[v] {
			names = append(names, conditionNames[v])
		}
	}
	return names
}
