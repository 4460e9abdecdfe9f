package rules

import (
	"strings"

	"github.com/tocsin-io/tocsin/detector"
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
}

func newIndex(units []unit) *index {
	x := &index{byService: map[string][]int32{}, fields: map[string]bool{}}
	var texts []string
	ids := map[string]int{}
	for i := range units {
		u := &units[i]
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

// plan is what is left to do for lines of which some things are known. It does not change once it is made.
type plan struct {
	sure    []int32 // these match
	open    []int32 // these are evaluated
	guarded bitset  // these are evaluated if one of their texts stands in the line
	texts   bool    // guarded is not empty
	fields  bool    // the texts of some may stand in fields
	shaped  []int32 // these depend on the template
	number  uint32
}

type bitset []uint64

func (b bitset) has(i int32) bool { return int(i>>6) < len(b) && b[i>>6]&(1<<(i&63)) != 0 }

func (b *bitset) set(i int32, size int) {
	if *b == nil {
		*b = make(bitset, (size+63)/64)
	}
	(*b)[i>>6] |= 1 << (i & 63)
}

// place files a unit of which everything but the line's own part is decided.
func (p *plan) place(i int32, u *unit, x *index, size int) {
	switch {
	case u.parts.Line == nil:
		p.sure = append(p.sure, i)
	case u.guarded && x.texts != nil:
		p.guarded.set(i, size)
		p.texts = true
		p.fields = p.fields || len(u.guard.Fields) > 0
	default:
		p.open = append(p.open, i)
	}
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
	p := &plan{number: m.number}
	m.number++
	for _, list := range [][]int32{m.index.general, m.index.byService[ev.Service]} {
		for _, i := range list {
			u := &m.set.units[i]
			if u.parts.Static != nil && !m.test(i, u.parts.Static) {
				continue
			}
			if u.parts.Shape != nil {
				p.shaped = append(p.shaped, i)
				continue
			}
			p.place(i, u, m.index, len(m.set.units))
		}
	}
	return p
}

// shapePlan decides what the template decides of the units that the first step left to it.
func (m *Matcher) shapePlan(first *plan) *plan {
	p := &plan{}
	for _, i := range first.shaped {
		u := &m.set.units[i]
		if m.test(i, u.parts.Shape) {
			p.place(i, u, m.index, len(m.set.units))
		}
	}
	return p
}
