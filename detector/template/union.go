package template

import "github.com/tocsin-io/tocsin/detector"

// class is a template in the making: the shapes whose forms are joined.
type class struct {
	min   detector.ShapeID
	first string // the text of its only shape
	folds []fold // where it has several
	wide  string // the shortest of the forms that its groups left
	units int    // of wide
}

// widest keeps the text of the shortest form, of those of one length the least.
func (c *class) widest(text string, units int) {
	if text != "" && (c.wide == "" || units < c.units || units == c.units && text < c.wide) {
		c.wide, c.units = text, units
	}
}

func (m *Merger) node() int32 {
	n := int32(len(m.parents))
	m.parents = append(m.parents, n)
	m.classes = append(m.classes, &class{})
	return n
}

// member makes the shape k one of node n's.
func (m *Merger) member(n int32, k *Known) {
	if at, ok := m.ids[k.ID]; ok {
		m.union(at, n)
		return
	}
	m.ids[k.ID] = n
	c := m.classes[m.root(n)]
	c.add(m, k.Text)
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
	for m.parents[n] != n {
		m.parents[n] = m.parents[m.parents[n]]
		n = m.parents[n]
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
	m.parents[b] = a
	x, y := m.classes[a], m.classes[b]
	m.classes[b] = nil
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
	x.join(m, y)
	x.widest(y.wide, y.units)
}

// peek is root without making the way shorter, for readers that share the Merger.
func (m *Merger) peek(n int32) int32 {
	for m.parents[n] != n {
		n = m.parents[n]
	}
	return n
}
