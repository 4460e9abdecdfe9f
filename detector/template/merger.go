package template

import (
	"slices"

	"github.com/tocsin-io/tocsin/detector"
)

// Merger finds which shapes are one template. What it finds is a function of the set of shapes that were added, not
// of their order or of how they came in batches: each rule only ever joins classes, and further shapes never take a
// reason away. Not safe for concurrent use.
type Merger struct {
	parents []int32  // union-find over forms
	classes []*class // of the roots; nil for the others
	forms   map[uint64]int32
	lones   map[uint64]lone
	groups  map[uint64]*group
	frames  map[uint64]*frame
	ids     map[detector.ShapeID]int32

	line    line
	folder  line
	form    form
	scratch []unit
	values  []value
	aliases []Alias
}

// NewMerger returns an empty Merger.
func NewMerger() *Merger {
	return &Merger{
		forms: map[uint64]int32{}, lones: map[uint64]lone{}, groups: map[uint64]*group{},
		frames: map[uint64]*frame{},
		ids:    map[detector.ShapeID]int32{},
	}
}

// Merge is what a Merger finds in a set of shapes: an alias for each one that is not its template's canonical shape,
// in order of From.
func Merge(known []Known) []Alias {
	m := NewMerger()
	m.Add(known)
	var all []Alias
	for id := range m.ids {
		if to := m.Canonical(id); to != id {
			all = append(all, Alias{From: id, To: to})
		}
	}
	slices.SortFunc(all, func(a, b Alias) int {
		if a.From < b.From {
			return -1
		}
		return 1
	})
	return all
}

// Add takes further shapes and returns the aliases that they bring. Shapes that it has already change nothing.
func (m *Merger) Add(known []Known) []Alias {
	m.aliases = m.aliases[:0]
	for i := range known {
		m.add(&known[i])
	}
	return m.aliases
}

// Canonical is the smallest id of the template that id belongs to; id itself if it was never added.
func (m *Merger) Canonical(id detector.ShapeID) detector.ShapeID {
	n, ok := m.ids[id]
	if !ok {
		return id
	}
	return m.classes[m.root(n)].min
}

// Text is the text of the template that id belongs to, with <*> where its shapes differ.
func (m *Merger) Text(id detector.ShapeID) (string, bool) {
	n, ok := m.ids[id]
	if !ok {
		return "", false
	}
	return m.classes[m.root(n)].text(), true
}

func (m *Merger) add(k *Known) {
	m.line.lex([]byte(k.Text))
	m.form.of(&m.line)
	salt := salted(k.Service, k.Level)
	if k.Pinned {
		salt = uint64(k.ID)
	}
	h, _, out := m.form.keys(salt, nil, m.scratch)
	m.scratch = out
	n, old := m.forms[h]
	if !old {
		n = m.node()
		m.forms[h] = n
	}
	m.member(n, k)
	if !old && !k.Pinned {
		m.spread(salt, h, n, m.form.units)
	}
}

// spread puts the form of node n into the groups of its holes. Those that have now enough evidence become forms
// themselves, which spread in turn; each has fewer words, so that comes to an end.
func (m *Merger) spread(salt, h uint64, n int32, units []unit) {
	m.bare(salt, n, units)
	f := form{units: slices.Clone(units)}
	if g := m.groups[h]; g != nil {
		g.place = true
		m.activate(salt, h, g, &f)
	} else if l, ok := m.lones[h]; ok {
		l |= lonePlace
		m.lones[h] = l
		if l.enough() {
			m.activate(salt, h, m.widen(h, l), &f)
		}
	}
	for _, v := range m.gather(&f, salt, h) {
		m.offer(salt, v, n, &f)
	}
	if fr := m.frames[h]; fr != nil {
		before := fr.varies
		fr.placed(1<<len(fr.columns) - 1)
		if fr.varies != before {
			m.settle(salt, fr, true, &f, n)
		}
	}
	m.enframe(salt, n, &f)
}

// bare joins node n, whose form is units, with its form without bracket groups that tell nothing.
func (m *Merger) bare(salt uint64, n int32, units []unit) {
	f := form{units: bare(units)}
	if f.units == nil {
		return
	}
	h, _, _ := f.keys(salt, nil, nil)
	to, old := m.forms[h]
	if !old {
		to = m.node()
		m.forms[h] = to
	}
	m.union(to, n)
	if !old {
		m.spread(salt, h, to, f.units)
	}
}

// offer brings the evidence v of node n, whose form is f, to its group.
func (m *Merger) offer(salt uint64, v evidence, n int32, f *form) {
	g := m.groups[v.group]
	if g != nil && g.active {
		m.union(g.nodes[0], n)
		return
	}
	if g == nil {
		l, ok := m.lones[v.group]
		if !ok {
			l = newLone(v, n)
			if _, place := m.forms[v.group]; place {
				l |= lonePlace
			}
			m.lones[v.group] = l
			if l.enough() {
				m.activate(salt, v.form, m.widen(v.group, l), f)
			}
			return
		}
		g = m.widen(v.group, l)
	}
	g.put(newLone(v, n))
	m.activate(salt, v.form, g, f)
}

// widen makes a group of a lone form.
func (m *Merger) widen(key uint64, l lone) *group {
	delete(m.lones, key)
	g := &group{place: l.place()}
	g.put(l)
	m.groups[key] = g
	return g
}

// activate makes a form of a group with enough evidence; f is one of its forms, or the form itself.
func (m *Merger) activate(salt, h uint64, g *group, f *form) {
	if g.active || g.sum() < enough {
		return
	}
	g.active = true
	to, old := m.forms[h]
	if !old {
		to = m.node()
		m.forms[h] = to
	}
	for _, other := range g.nodes {
		m.union(other, to)
	}
	g.nodes, g.values = []int32{to}, nil
	wide := f.wide(salt, h)
	if wide == nil {
		wide = f.units // f is the form itself
	}
	m.classes[m.root(to)].widest(render(wide), len(wide))
	if !old {
		m.spread(salt, h, to, wide)
	}
}

// salted keeps the forms of services and levels apart: what varies in one says nothing of another, and a word that goes
// with the level (done, failed) is no variable.
func salted(service string, level detector.Level) uint64 {
	return mix(hashWord([]byte(service), 0, len(service))^uint64(level), k2)
}
