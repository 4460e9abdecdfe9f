package rules

import (
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/rules/lang"
)

// MatcherOptions is what a Matcher needs to know of its surroundings.
type MatcherOptions struct {
	// Resolve gives the canonical id of a template, for rules that name template_id. Nil: every id is its own.
	Resolve func(detector.ShapeID) detector.ShapeID
	// Tally makes what counts the lines of which these are hits, so that none of these is emitted by itself. Nil: each is
	// emitted with each line.
	Tally func(hits []detector.Hit) detector.Tally
}

// Matcher says into which series of rules a line counts. It belongs to one partition: not safe for concurrent use.
type Matcher struct {
	set   *Set
	index *index
	frame lang.Frame
	tally func([]detector.Hit) detector.Tally

	kinds  cache[lineKind, *plan]
	recent [recentKinds]recentKind // direct-mapped, in front of kinds
	shapes cache[shapeKey, *plan]
	lately [recentShapes]recentShape // the same, in front of shapes
	plans  uint32                    // how many first ones were made

	nothing *plan // that of the many templates of which nothing is left to do

	columns columns
	line    uint32   // number of the line under way
	seen    []uint32 // by unit: the last line for which its text was found
	trips   []trip   // by unit
	tripped int      // of these, how many are not zero
	counts  *counts
	keys    []keyCache // by rule

	// Of the line under way.
	current, refined *plan

	event *detector.Event
	emit  func(*detector.Hit)
	found func(int32)
	hit   detector.Hit
	key   []byte
	text  []byte
	ends  [maxBy]int
}

// The sizes of a matcher's caches: entries of the young generation.
const (
	kindEntries  = 4096
	shapeEntries = 32768
	keyEntries   = 4096
)

// Both are powers of two.
const (
	recentKinds  = 256
	recentShapes = 4096
)

type recentKind struct {
	kind lineKind
	plan *plan
}

type recentShape struct {
	key  shapeKey
	plan *plan
}

// NewMatcher returns a matcher for one partition. Close it when the partition is given up.
func (s *Set) NewMatcher(o MatcherOptions) *Matcher {
	m := &Matcher{
		set: s, index: s.indexed(), kinds: newCache[lineKind, *plan](kindEntries), shapes: newCache[shapeKey, *plan](shapeEntries),
		seen: make([]uint32, len(s.units)), trips: make([]trip, len(s.units)), counts: newCounts(len(s.rules)),
		keys: make([]keyCache, len(s.rules)),
	}
	for i := range m.keys {
		m.keys[i].cache = newCache[string, string](keyEntries)
	}
	m.frame.Resolve, m.tally = o.Resolve, o.Tally
	m.found, m.nothing = m.textFound, new(plan)
	s.join(m)
	return m
}

// Forget drops what was decided for templates. Call it when aliases of templates changed.
func (m *Matcher) Forget() {
	m.kinds = newCache[lineKind, *plan](kindEntries)
	clear(m.recent[:])
	m.shapes = newCache[shapeKey, *plan](shapeEntries)
	clear(m.lately[:])
}

// Settle makes the lines that were matched so far part of the Set's Stats, which lag behind until then. Close settles too.
func (m *Matcher) Settle() { m.counts.settle() }

// Match calls emit for each series into which the event counts, but for those that a tally counts. The hit and its text are valid only during the call.
// A line that matches no rule costs no allocation once its service, level and template are known.
func (m *Matcher) Match(ev *detector.Event, emit func(*detector.Hit)) {
	m.event, m.emit, m.frame.Event = ev, emit, ev
	if m.line++; m.line == 0 { // it wrapped: no mark of an old line may look like one of this
		clear(m.seen)
		m.line = 1
	}
	first := m.kind(ev)
	second := m.shape(first, ev)
	m.take(first)
	if second == m.nothing {
		second = nil
	}
	if second != nil {
		m.take(second)
	}
	m.texts(first, second, ev)
	m.event, m.emit, m.frame.Event = nil, nil, nil
}

func (m *Matcher) kind(ev *detector.Event) *plan {
	k := lineKind{ev.Service, ev.Environment, ev.Format, ev.Position.Topic, ev.Level, ev.Structured}
	place := &m.recent[(detector.Spread(ev.Service)^uint64(ev.Level))%recentKinds]
	if place.plan != nil && place.kind == k {
		return place.plan
	}
	p, ok := m.kinds.get(k)
	if !ok {
		p = m.firstPlan(ev)
		m.kinds.put(k, p)
	}
	place.kind, place.plan = k, p
	return p
}

func (m *Matcher) shape(first *plan, ev *detector.Event) *plan {
	if len(first.shaped) == 0 {
		return nil
	}
	if ev.Shape == 0 {
		return m.shapePlan(first)
	}
	k := shapeKey{first.number, ev.Shape}
	if m.index.shapeIDs && m.frame.Resolve != nil {
		// An alias that changed is another key, so what was decided before it is not asked for again.
		k.shape = m.frame.Resolve(ev.Shape)*31 + ev.Shape
	}
	place := &m.lately[(uint64(k.shape)^uint64(k.plan)*0x9e3779b1)%recentShapes]
	if place.plan != nil && place.key == k {
		return place.plan
	}
	p, ok := m.shapes.get(k)
	if !ok {
		p = m.shapePlan(first)
		m.shapes.put(k, p)
	}
	*place = recentShape{k, p}
	return p
}

func (m *Matcher) take(p *plan) {
	if p.lines == 0 {
		m.counts.goes(p)
	}
	p.lines++
	if p.tally != nil {
		p.tally.Line(m.event)
		for i := range p.numbers {
			n := &p.numbers[i]
			if v, ok := m.number(n.rule, n.field); ok {
				p.tally.Number(n.hit, v)
			}
		}
	}
	for _, s := range p.sure {
		m.matched(s.unit, s.part)
	}
	for i := range p.open {
		if o := &p.open[i]; m.open(o) {
			m.matched(o.unit, partWhen)
		}
	}
}

// texts looks for the texts of guarded units, and evaluates each unit of which one was found.
func (m *Matcher) texts(first, second *plan, ev *detector.Event) {
	fields := first.fields
	texts := first.texts
	if second != nil {
		fields, texts = fields || second.fields, texts || second.texts
	}
	if !texts {
		return
	}
	m.current, m.refined = first, second
	m.index.texts.Scan(ev.Message, m.found)
	if fields {
		for i := range ev.Fields {
			f := &ev.Fields[i]
			if m.columns.asked(i, f.Key, m.index.fields) && f.Value.Kind != detector.KindNull { // an expression sees numbers as text
				m.index.texts.Scan(f.Value.Text, m.found)
			}
		}
	}
}

// textFound takes the units of a text that was found, each once a line.
func (m *Matcher) textFound(text int32) {
	for _, i := range m.index.units[text] {
		if m.seen[i] == m.line || !m.current.guarded.has(i) && (m.refined == nil || !m.refined.guarded.has(i)) {
			continue
		}
		m.seen[i] = m.line
		m.evaluate(i)
	}
}

func (m *Matcher) evaluate(i int32) {
	if m.test(i, m.index.lines[i]) {
		m.matched(i, partWhen)
	}
}
