package rules

import (
	"runtime"
	"slices"
	"sync/atomic"
)

// Stats is what happened to one rule in this process since its Set was loaded.
type Stats struct {
	Rule        string
	Evaluations uint64 // of expressions over lines; most lines need none
	Matched     uint64 // lines that count into one of its series
	Missing     uint64 // matched lines that had nothing to measure
	Errors      uint64 // evaluations that were stopped: too costly, a division by zero
	Rested      uint64 // lines not looked at, because the lines before cost too much
	Overflow    uint64 // lines that found no room for their series
	Series      int    // group keys that are known
	Judged      uint64 // evaluations of `if`
	Faults      uint64 // evaluations of `if` that were stopped
	LastError   string
}

// judgeStats counts what evaluators did with a rule.
type judgeStats struct {
	judged, faults atomic.Uint64
	last           atomic.Pointer[string]
}

// join makes what the matcher counts part of the Set's Stats. The Set holds the counts and not the matcher, so a matcher
// that nobody closed is collected, and its counts are folded then.
func (s *Set) join(m *Matcher) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counting = append(s.counting, m.counts)
	runtime.AddCleanup(m, s.leave, m.counts)
}

// Close gives the matcher up; what it counted stays in the Set's Stats. It may be called twice, by the goroutine that matches.
func (m *Matcher) Close() { m.set.leave(m.counts) }

func (s *Set) leave(c *counts) {
	c.settle()
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.Index(s.counting, c)
	if i < 0 {
		return
	}
	s.counting = slices.Delete(s.counting, i, i+1)
	for r := range s.past {
		c.rules[r].into(&s.past[r])
	}
}

// Stats returns what happened to each rule, in order of name. It may be called at any time, and knows of lines what
// their matchers settled.
func (s *Set) Stats() []Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := slices.Clone(s.past)
	for i, r := range s.rules {
		st := &out[i]
		st.Rule = r.Name
		for _, c := range s.counting {
			c.rules[i].into(st)
		}
		j := &s.judged[i]
		st.Judged, st.Faults = j.judged.Load(), j.faults.Load()
		if last := j.last.Load(); last != nil && st.LastError == "" {
			st.LastError = *last
		}
		st.Series, st.Overflow = s.keys[i].overflowed()
	}
	return out
}

// indexed returns the index of the set's units, made at the first call.
func (s *Set) indexed() *index {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.index == nil {
		s.index = newIndex(s.units)
	}
	return s.index
}
