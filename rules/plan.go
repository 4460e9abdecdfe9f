package rules

import (
	"slices"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/rules/lang"
	"github.com/tocsin-io/tocsin/rules/textset"
)

// index is what a matcher looks up instead of asking every rule. It is made once for a Set.
type index struct {
	byService map[string][]int32 // units whose lines must be of that service
	general   []int32            // all others
	texts     *textset.Set
	units     [][]int32       // by text: the units that it guards
	fields    map[string]bool // whether a text may stand in the field of this key
	shapeIDs  bool            // some unit names template_id
	lines     []*lang.Program // by unit: what is left of its condition for each line
	rules     []int32         // by unit; what is asked for with a line stands together
}

func newIndex(units []unit) *index {
	x := &index{byService: map[string][]int32{}, fields: map[string]bool{}}
	var texts []string
	ids := map[string]int{}
	for i := range units {
		u := &units[i]
		x.lines, x.rules = append(x.lines, u.parts.Line), append(x.rules, u.rule)
		x.shapeIDs = x.shapeIDs || u.shapeIDs
		if len(u.parts.Services) == 0 {
			x.general = append(x.general, int32(i))
		}
		for _, s := range u.parts.Services {
			x.byService[s] = append(x.byService[s], int32(i))
		}
		if !u.guarded {
			continue
		}
		for _, path := range u.guard.Fields {
			x.asks(path)
		}
		for _, t := range u.guard.Any {
			id, ok := ids[t]
			if !ok {
				id = len(texts)
				ids[t], texts = id, append(texts, t)
				x.units = append(x.units, nil)
			}
			x.units[id] = append(x.units[id], int32(i))
		}
	}
	x.texts = textset.New(texts)
	return x
}

// asks notes the keys under which what stands at a path may be found: a.b.c, and in objects those of a.b and of a.
func (x *index) asks(path string) {
	for end := len(path); end > 0; end = strings.LastIndexByte(path[:end], '.') {
		x.fields[path[:end]] = true
	}
}

// plan is what is left to do for lines of which some things are known. Nothing but the lines that went by it changes once it
// is made. What each of them asks for stands together here, as each rule's own place would be another miss of the caches.
type plan struct {
	lines uint64 // since the last settle

	sure    []sure         // these match
	tally   detector.Tally // counts those that match and have the same hits for each line; nil: none
	tallied []int32        // their rules
	numbers []tallied      // those of them that measure
	open    []open         // these are evaluated
	guarded bitset         // these are evaluated if one of their texts stands in the line
	texts   bool           // guarded is not empty
	fields  bool           // the texts of some may stand in fields
	shaped  []int32        // these depend on the template
	number  uint32
}

// tallied is a unit of which a tally counts the lines: hit is which of the tally's.
type tallied struct {
	hit   int
	field *lang.Program
	rule  int32
}

// open is a unit whose own part is evaluated for each line.
type open struct {
	own  *lang.Program
	unit int32
	rule int32
}

// sure is a unit that matches.
type sure struct {
	unit int32
	part part
}

// part says whether a line of the whole is of the part: always yes but for shares.
type part uint8

const (
	partYes  part = iota
	partNo        // it is only of the whole
	partLine      // the line's own part of when decides
	partWhen      // when decides
)

type bitset []uint64

func (b bitset) has(i int32) bool { return int(i>>6) < len(b) && b[i>>6]&(1<<(i&63)) != 0 }

func (b *bitset) set(i int32, size int) {
	if *b == nil {
		*b = make(bitset, (size+63)/64)
	}
	(*b)[i>>6] |= 1 << (i & 63)
}

// place files a unit of which everything but the line's own part is decided.
func (m *Matcher) place(p *plan, i int32, u *unit) {
	x, size := m.index, len(m.set.units)
	switch {
	case u.parts.Line == nil:
		p.sure = append(p.sure, sure{i, m.part(i, u)})
	case u.guarded && x.texts != nil:
		p.guarded.set(i, size)
		p.texts = true
		p.fields = p.fields || len(u.guard.Fields) > 0
	default:
		p.open = append(p.open, open{x.lines[i], i, u.rule})
	}
}

// part decides what of the share of a unit is not up to the single line.
func (m *Matcher) part(i int32, u *unit) part {
	for _, p := range []*lang.Program{u.share.Static, u.share.Shape} {
		if p != nil && !m.decide(i, p) {
			return partNo
		}
	}
	if u.share.Line != nil {
		return partLine
	}
	return partYes
}

// lineKind is what the plan of the first step goes by.
type lineKind struct {
	service, environment, format, topic string
	level                               detector.Level
	structured                          bool
}

// shapeKey is what the plan of the second step goes by.
type shapeKey struct {
	plan  uint32
	shape detector.ShapeID
}

// firstPlan decides what service, environment, level, format, structured and topic decide.
func (m *Matcher) firstPlan(ev *detector.Event) *plan {
	p := &plan{number: m.plans}
	m.plans++
	for _, list := range [][]int32{m.index.general, m.index.byService[ev.Service]} {
		for _, i := range list {
			u := &m.set.units[i]
			if u.parts.Static != nil && !m.decide(i, u.parts.Static) {
				continue
			}
			if u.parts.Shape != nil || u.share.Shape != nil {
				p.shaped = append(p.shaped, i)
				continue
			}
			m.place(p, i, u)
		}
	}
	m.together(p)
	return p
}

// shapePlan decides what the template decides of the units that the first step left to it.
func (m *Matcher) shapePlan(first *plan) *plan {
	p := &plan{}
	for _, i := range first.shaped {
		u := &m.set.units[i]
		if u.parts.Shape == nil || m.decide(i, u.parts.Shape) {
			m.place(p, i, u)
		}
	}
	m.together(p)
	if len(p.sure)+len(p.open) == 0 && p.tally == nil && !p.texts {
		return m.nothing
	}
	return p
}

// together hands those that match to a tally as far as their hits are the same for each line.
func (m *Matcher) together(p *plan) {
	if m.tally == nil {
		return
	}
	var hits []detector.Hit
	p.sure = slices.DeleteFunc(p.sure, func(s sure) bool {
		u := &m.set.units[s.unit]
		texts := u.kind == measureDistinct || u.kind == measureNew
		if u.grouped || texts || u.step > 0 || s.part > partNo {
			return false
		}
		hit := u.hit()
		if u.kind == measureShare {
			hit.Whole = true
			hits = append(hits, hit)
			hit.Whole = false
		}
		if s.part == partYes {
			if hit.HasNumber = u.field != nil; hit.HasNumber {
				p.numbers = append(p.numbers, tallied{len(hits), u.field, u.rule})
			}
			hits = append(hits, hit)
			p.tallied = append(p.tallied, u.rule)
		}
		return true
	})
	if len(hits) > 0 {
		p.tally = m.tally(hits)
	}
}
