package template

import (
	"slices"

	"github.com/tocsin-io/tocsin/detector"
)

// Merger finds which shapes are one template. What it finds is a function of the set of shapes that were added, not
// of their order or of how they came in batches: each rule only ever joins classes, and further shapes never take a
// reason away. Not safe for concurrent use.
type Merger struct {
	nodes  []int32 // union-find over forms: the parent of each
	forms  map[uint64]int32
	groups map[uint64]*group
	ids    map[detector.ShapeID]int32
	class  map[int32]*class // by root

	line    line
	form    form
	scratch []unit
	aliases []Alias
}

// class is a template in the making.
type class struct {
	min   detector.ShapeID
	folds []fold
}

// NewMerger returns an empty Merger.
func NewMerger() *Merger {
	return &Merger{
		forms: map[uint64]int32{}, groups: map[uint64]*group{}, ids: map[detector.ShapeID]int32{},
		class: map[int32]*class{},
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
	return m.class[m.root(n)].min
}

// Text is the text of the template that id belongs to, with <*> where its shapes differ.
func (m *Merger) Text(id detector.ShapeID) (string, bool) {
	n, ok := m.ids[id]
	if !ok {
		return "", false
	}
	return m.class[m.root(n)].text(), true
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

func (m *Merger) node() int32 {
	n := int32(len(m.nodes))
	m.nodes = append(m.nodes, n)
	m.class[n] = &class{}
	return n
}

// member makes the shape k one of node n's.
func (m *Merger) member(n int32, k *Known) {
	if at, ok := m.ids[k.ID]; ok {
		m.union(at, n)
		return
	}
	m.ids[k.ID] = n
	c := m.class[m.root(n)]
	c.fold(&m.line, k.Text)
	switch {
	case c.min == 0:
		c.min = k.ID
	case k.ID < c.min:
		m.aliases = append(m.aliases, Alias{From: c.min, To: k.ID})
		c.min = k.ID
	default:
		m.aliases = append(m.aliases, Alias{From: k.ID, To: c.min})
	}
}

func (m *Merger) root(n int32) int32 {
	for m.nodes[n] != n {
		m.nodes[n] = m.nodes[m.nodes[n]]
		n = m.nodes[n]
	}
	return n
}

func (m *Merger) union(a, b int32) {
	a, b = m.root(a), m.root(b)
	if a == b {
		return
	}
	if a > b {
		a, b = b, a
	}
	m.nodes[b] = a
	x, y := m.class[a], m.class[b]
	delete(m.class, b)
	switch {
	case y.min == 0:
	case x.min == 0:
		x.min = y.min
	case x.min < y.min:
		m.aliases = append(m.aliases, Alias{From: y.min, To: x.min})
	default:
		m.aliases = append(m.aliases, Alias{From: x.min, To: y.min})
		x.min = y.min
	}
	x.join(y)
}

// spread puts the form of node n into the groups of its holes. Those that have now enough evidence become forms
// themselves, which spread in turn; each has fewer words, so that comes to an end.
func (m *Merger) spread(salt, h uint64, n int32, units []unit) {
	f := form{units: slices.Clone(units)}
	if g := m.groups[h]; g != nil {
		g.place = true
		m.activate(salt, h, g, &f)
	}
	for _, v := range m.evidence(&f, salt, h) {
		g := m.groups[v.group]
		if g == nil {
			g = &group{}
			m.groups[v.group] = g
			_, g.place = m.forms[v.group]
		}
		if g.active {
			m.union(g.nodes[0], n)
			continue
		}
		g.put(v, n)
		m.activate(salt, v.form, g, &f)
	}
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
	if !old {
		m.spread(salt, h, to, f.wide(salt, h))
	}
}

// salted keeps the forms of services and levels apart: what varies in one says nothing of another, and a word that goes
// with the level (done, failed) is no variable.
func salted(service string, level detector.Level) uint64 {
	return mix(hashWord([]byte(service), 0, len(service))^uint64(level), k2)
}
