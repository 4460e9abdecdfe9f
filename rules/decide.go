package rules

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/rules/lang"
)

// stepRule decides about every series of a rule at the end of a bucket, and appends the signals of those that fire.
func (e *Evaluator) stepRule(out []detector.Signal, rd *ruled, index int64) []detector.Signal {
	r := rd.rule
	at := e.end(index)
	forget := int64(r.Forget / e.width)
	keep := index - rd.reach() + 1
	live := rd.order[:0]
	for _, s := range rd.order {
		if !s.expected && index-s.last >= forget {
			delete(rd.series, s.key)
			continue
		}
		live = append(live, s)
		s.newest = index
		s.trim(keep)
		t := s.between(r, index-rd.window+1, index)
		s.value = r.measure.value(&t)
		v := e.verdict(rd, s, index, &t)
		from, reason := s.machine.state, func() string { return e.reason(rd, s, &t) }
		s.machine.step(at, v, r.For, r.Keep, reason)
		s.turned(from, at, v, reason)
		if s.machine.state == StateFiring {
			out = append(out, e.signal(rd, s, index, &t))
		}
		e.learn(rd, s, index, at)
	}
	clear(rd.order[len(live):])
	rd.order = live
	return out
}

func (e *Evaluator) end(index int64) time.Time {
	return time.Unix(0, (index+1)*int64(e.width)).UTC()
}

// verdict evaluates `if` for a series over a window that ends with the bucket.
func (e *Evaluator) verdict(rd *ruled, s *series, index int64, t *total) verdict {
	r := rd.rule
	if r.condition.growth&lang.Down != 0 && !e.whole(rd, s, index) {
		return undecided
	}
	e.variables(rd, s, index, t)
	ok, err := r.condition.program.Test(&e.frame)
	e.set.judge(rd.number, err)
	if ok && err == nil {
		return holds
	}
	return holdsNot
}

// whole reports whether the window is complete: no data is missing in it, and the series was watched all the while. A
// condition that less of the value can make true must not be decided before.
func (e *Evaluator) whole(rd *ruled, s *series, index int64) bool {
	first := index - rd.window + 1
	return e.gap < first && rd.whole(first) && s.first <= first
}

// variables sets what `if` may name.
func (e *Evaluator) variables(rd *ruled, s *series, index int64, t *total) {
	r, at := rd.rule, e.end(index)
	v := append(e.frame.Vars[:0], make([]lang.Value, varLabels)...)
	v[varValue] = r.measure.value(t)
	v[varCount] = lang.NumberValue(float64(t.lines))
	if r.condition.uses[varPrevious] && rd.whole(index-2*rd.window+1) {
		before := s.between(r, index-2*rd.window+1, index-rd.window)
		v[varPrevious] = r.measure.value(&before)
	}
	if r.condition.uses[varDayAgo] {
		v[varDayAgo] = e.ago(rd, s, at, 24*time.Hour)
	}
	if r.condition.uses[varWeekAgo] {
		v[varWeekAgo] = e.ago(rd, s, at, 7*24*time.Hour)
	}
	if expected, low, high, ok := e.usual(rd, s, at); ok {
		v[varExpected], v[varLow], v[varHigh] = lang.NumberValue(expected), lang.NumberValue(low), lang.NumberValue(high)
	}
	v[varSince] = lang.NumberValue(float64(index-s.last) * e.width.Seconds())
	e.frame.Vars = append(v, s.labels...)
}

// usual is what is expected of a series, and its band; false while that is not known. Out of nothing nothing was expected: the
// first errors of a host are more than usual, for a day.
func (e *Evaluator) usual(rd *ruled, s *series, at time.Time) (expected, low, high float64, ok bool) {
	counted := rd.rule.measure.counted()
	if e.learned(rd, s) {
		expected, low, high = s.baseline.band(at, counted, !s.negative)
		return expected, low, high, true
	}
	if !e.outOfNothing(rd, s) {
		return 0, 0, 0, false
	}
	var none baseline
	expected, low, high = none.band(at, counted, !s.negative)
	return expected, low, high, true
}

// learned reports whether the baseline of a series says what is usual.
func (e *Evaluator) learned(rd *ruled, s *series) bool {
	least := baselineLeast
	if e.outOfNothing(rd, s) {
		least = baselineAnew
	}
	return s.baseline.known(time.Duration(rd.every)*e.width, least)
}

// outOfNothing reports whether the rule was watched for a window, without missing data, before the series had its first
// line, and that window's value was 0. Groups in the series of those without room had lines before. After data was missing
// it is told no more.
func (e *Evaluator) outOfNothing(rd *ruled, s *series) bool {
	watched := s.first - rd.window
	return rd.rule.measure.zero() && !s.expected && !s.overflow() && max(rd.watch, rd.anew) <= watched && e.gap < watched
}

// ago is the value of the same window some time before. Before the series had its first line, and while the rule was
// watched already, it was that of no lines.
func (e *Evaluator) ago(rd *ruled, s *series, at time.Time, back time.Duration) lang.Value {
	then := at.Add(-back)
	if v, ok := s.history.at(then); ok {
		return lang.NumberValue(v)
	}
	index := then.UnixNano()/int64(e.width) - 1
	if rd.rule.measure.zero() && index < s.first && index-rd.window+1 >= rd.watch {
		return lang.NumberValue(0)
	}
	return lang.Value{}
}

// learn takes the value into the baseline and the history, after it was judged against them.
func (e *Evaluator) learn(rd *ruled, s *series, index int64, at time.Time) {
	n, ok := s.value.Number()
	if !ok || e.gap > index-rd.window || !rd.whole(index-rd.window+1) {
		return
	}
	if s.history != nil {
		s.history.store(at, n)
	}
	if index%rd.every == 0 {
		s.baseline.learn(n, at, time.Duration(rd.every)*e.width, rd.rule.measure.counted(), e.learned(rd, s))
	}
}

// judge counts an evaluation of `if`.
func (s *Set) judge(rule int, err error) {
	j := &s.judged[rule]
	j.judged.Add(1)
	if err != nil {
		j.faults.Add(1)
		text := err.Error()
		j.last.Store(&text)
	}
}
