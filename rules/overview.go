package rules

import (
	"cmp"
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

// Overview is every rule of the set, in order of name, with the state of its series on these evaluators. Which series are listed is
// settled by their states alone; those are described one at a time, so that no Step beside it waits for more than one.
func (s *Set) Overview(evaluators ...*Evaluator) []RuleStatus {
	stats := s.Stats()
	series := make([][]standing, len(s.rules))
	for _, e := range evaluators {
		e.standings(func(rule string) *[]standing {
			if i, ok := s.byName[rule]; ok { // its rules may be others, around a reload
				return &series[i]
			}
			return nil
		})
	}
	out := make([]RuleStatus, len(s.rules))
	for i, r := range s.rules {
		out[i] = RuleStatus{Rule: r, Stats: stats[i]}
		slices.SortFunc(series[i], func(a, b standing) int { return byState(a.state, a.key, b.state, b.key) })
		listed := series[i][:min(len(series[i]), maxListed)]
		out[i].Hidden = len(series[i]) - len(listed)
		for _, st := range listed {
			if of, ok := st.on.status(r.Name, st.key); ok {
				out[i].Series = append(out[i].Series, of)
			}
		}
		slices.SortFunc(out[i].Series, func(a, b SeriesStatus) int { return byState(a.State, a.Key, b.State, b.Key) }) // some moved meanwhile
	}
	return out
}

// standing is a series of a rule, and the state that it is in.
type standing struct {
	on    *Evaluator
	key   string
	state State
}

// byState orders series: firing, pending, inactive, and then by key.
func byState(state State, key string, other State, otherKey string) int {
	rank := [...]State{StateFiring, StatePending, StateInactive}
	return cmp.Or(cmp.Compare(slices.Index(rank[:], state), slices.Index(rank[:], other)), strings.Compare(key, otherKey))
}

// standings appends the series of this shard to what of says for their rule.
func (e *Evaluator) standings(of func(rule string) *[]standing) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, rd := range e.rules {
		to := of(rd.rule.Name)
		if to == nil {
			continue
		}
		*to = slices.Grow(*to, len(rd.order))
		for _, s := range rd.order {
			*to = append(*to, standing{e, s.key, s.machine.state})
		}
	}
}

// Status is the state of every series of this shard. It may be called beside Step.
func (e *Evaluator) Status() []SeriesStatus {
	var out []SeriesStatus
	for _, r := range e.set.rules {
		var all []standing
		e.standings(func(rule string) *[]standing {
			if rule == r.Name {
				return &all
			}
			return nil
		})
		for _, st := range all {
			if of, ok := e.status(r.Name, st.key); ok {
				out = append(out, of)
			}
		}
	}
	return out
}

// status describes one series of this shard; false where it is gone. It may be called beside Step.
func (e *Evaluator) status(rule, key string) (SeriesStatus, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	rd := e.rules[e.set.byName[rule]]
	s := rd.series[key]
	if s == nil {
		return SeriesStatus{}, false
	}
	st := SeriesStatus{
		Rule: rule, Key: s.key, By: s.groups, State: s.machine.state, Reason: e.standing(rd, s),
		Since: s.machine.since, Value: float64(quantity(s.value)), Expected: math.NaN(), Turns: slices.Clone(s.turns),
	}
	if expected, _, _, ok := e.usual(rd, s, e.end(e.next-1)); ok {
		st.Expected = expected
	}
	if s.last >= s.first {
		st.LastLine = e.end(s.last)
	}
	slices.Reverse(st.Turns)
	if s.machine.state != StateInactive {
		st.Now = e.lastOf(rd, s)
	}
	return st, true
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
