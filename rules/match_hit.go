package rules

import (
	"errors"
	"fmt"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/rules/lang"
)

// trip remembers how often in a row an expression cost too much. After maxTrips it rests for the next restLines lines
// that it would have been asked about, so that it cannot make lines wait.
type trip struct {
	row  uint8
	rest uint16
}

// trip sets that of a unit, and how many are not zero.
func (m *Matcher) trip(i int32, to trip) {
	was := &m.trips[i]
	if *was != (trip{}) {
		m.tripped--
	}
	if to != (trip{}) {
		m.tripped++
	}
	*was = to
}

const (
	maxTrips  = 8
	restLines = 1000
)

// test evaluates a condition of a unit for a line. What stops it is counted under the rule, and counts as false.
func (m *Matcher) test(i int32, p *lang.Program) bool {
	if t := m.trips[i]; t.rest > 0 {
		m.trip(i, trip{t.row, t.rest - 1})
		m.counts.rules[m.index.rules[i]].stopped.Add(1)
		return false
	}
	return m.decide(i, p)
}

// open is test for a unit of a plan, which counts that it is asked. As long as nothing costs too much it looks at nothing
// but the plan.
func (m *Matcher) open(o *open) bool {
	if m.tripped > 0 {
		m.counts.asked[o.rule]-- // test counts it, where it asks
		return m.test(o.unit, o.own)
	}
	ok, err := m.guardedTest(o.own)
	if err != nil {
		m.stopped(o.unit, o.rule, err)
	}
	return ok && err == nil
}

// decide is test for what is kept: a plan holds the answer for all lines to come, so a rule that rests is asked all the same.
func (m *Matcher) decide(i int32, p *lang.Program) bool {
	rule := m.index.rules[i]
	m.counts.asked[rule]++
	ok, err := m.guardedTest(p)
	if err != nil {
		m.stopped(i, rule, err)
		return false
	}
	if m.tripped > 0 {
		m.trip(i, trip{0, m.trips[i].rest})
	}
	return ok
}

// stopped takes note of what stopped an expression of a unit.
func (m *Matcher) stopped(i, rule int32, err error) {
	m.fault(rule, err)
	if !errors.Is(err, lang.ErrBudget) {
		return
	}
	t := m.trips[i]
	if t.row++; t.row >= maxTrips {
		t = trip{rest: restLines}
	}
	m.trip(i, t)
}

func (m *Matcher) fault(rule int32, err error) { m.counts.rules[rule].fault(err) }

// guardedTest makes an error of a panic: no rule may stop the lines.
func (m *Matcher) guardedTest(p *lang.Program) (ok bool, err error) {
	defer func() {
		if r := recover(); r != nil {
			ok, err = false, fmt.Errorf("panics: %v", r)
		}
	}()
	return p.Test(&m.frame)
}

func (m *Matcher) guardedNumber(p *lang.Program) (n float64, ok bool, err error) {
	defer func() {
		if r := recover(); r != nil {
			n, ok, err = 0, false, fmt.Errorf("panics: %v", r)
		}
	}()
	return p.Number(&m.frame)
}

func (m *Matcher) guardedValue(p *lang.Program) (v lang.Value, err error) {
	defer func() {
		if r := recover(); r != nil {
			v, err = lang.Value{}, fmt.Errorf("panics: %v", r)
		}
	}()
	return p.Value(&m.frame)
}

// matched emits the hits of a unit whose condition holds.
func (m *Matcher) matched(i int32, p part) {
	u := &m.set.units[i]
	if u.kind == measureShare && (p == partLine && !m.test(i, u.share.Line) || p == partWhen && !m.test(i, m.set.rules[u.rule].when)) {
		p = partNo
	}
	m.hit = u.hit()
	if u.grouped {
		m.hit.Series.Key = m.groupKey(u.rule)
	}
	if u.kind == measureShare {
		m.hit.Whole = true
		m.emit(&m.hit)
		m.hit.Whole = false
	}
	if p == partNo {
		return
	}
	m.counts.matched[u.rule]++
	switch {
	case u.field != nil:
		m.measure(u)
	case u.step > 0:
		// The steps of a group are counted apart, each with the times of its first and last line.
		m.hit.Series.Shape = detector.ShapeID(u.step)
		m.hit.Number, m.hit.HasNumber = stepTime(m.event.Time), true
	}
	m.emit(&m.hit)
}

// measure puts the line's value into the hit. A line without it counts as a line and adds nothing to the summary.
func (m *Matcher) measure(u *unit) {
	if u.kind == measureDistinct || u.kind == measureNew {
		v, err := m.guardedValue(u.field)
		if err != nil {
			m.fault(u.rule, err)
		}
		if v.Kind == lang.Nil {
			m.hit.Summary = false
			m.counts.rules[u.rule].missing.Add(1)
			return
		}
		m.text = v.Append(m.text[:0])
		m.hit.Text = m.text
		return
	}
	if m.hit.Number, m.hit.HasNumber = m.number(u.rule, u.field); !m.hit.HasNumber {
		m.hit.Summary = false
	}
}

// number is what a rule measures of the line; false where the line does not have it.
func (m *Matcher) number(rule int32, p *lang.Program) (float64, bool) {
	n, ok, err := m.guardedNumber(p)
	if err != nil {
		m.fault(rule, err)
	}
	if !ok {
		m.counts.rules[rule].missing.Add(1)
	}
	return n, ok
}

// groupKey is the series of the rule into which the line counts. A missing field is an empty value.
func (m *Matcher) groupKey(rule int32) string {
	r := m.set.rules[rule]
	m.text = m.text[:0]
	for n := range r.groups {
		if v, err := m.guardedValue(r.groups[n].program); err == nil {
			m.text = v.Append(m.text)
		}
		m.ends[n] = len(m.text)
	}
	m.key = appendKey(m.key[:0], r.groups, m.text, &m.ends)
	keys, table := &m.keys[rule], m.set.keys[rule]
	if g := table.generation.Load(); g != keys.generation {
		*keys = keyCache{cache: newCache[string, string](keyEntries), generation: g}
	}
	if k, ok := keys.young[string(m.key)]; ok {
		return k
	}
	k := table.intern(m.key, m.event.Time)
	if k != OverflowKey {
		keys.put(k, k)
	}
	return k
}

// keyCache holds keys of one generation of a rule's table.
type keyCache struct {
	cache[string, string]
	generation uint32
}
