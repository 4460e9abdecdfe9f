package template

import (
	"cmp"
	"slices"
)

// group is the forms that are equal but for a hole.
type group struct {
	values []value // what stood in it, each hash once
	nodes  []int32
	place  bool // a form has a variable there, and nothing but the hole changed
	active bool
}

// value is the evidence that one form brings to one group.
type value struct {
	group  uint64 // key of the group
	form   uint64 // hash of the form that is left
	hash   uint64
	points int
}

// put adds the evidence of form n. Of values that are equal the one with the most points counts.
func (g *group) put(v value, n int32) {
	g.nodes = append(g.nodes, n)
	if v.points == 0 {
		return
	}
	for k := range g.values {
		if g.values[k].hash == v.hash {
			g.values[k].points = max(g.values[k].points, v.points)
			return
		}
	}
	g.values = append(g.values, v)
}

func (g *group) sum() int {
	n := 0
	for _, v := range g.values {
		n += v.points
	}
	if g.place && n > 0 {
		n += pointsPlace
	}
	return n
}

// evidence is what f brings to each group of its holes. Where two holes lead to one group, the better one counts.
func (m *Merger) evidence(f *form, salt, h uint64) []value {
	var out []value
	f.holes(&hole{}, func(o *hole) {
		var v value
		v.form, v.group, m.scratch = f.keys(salt, o, m.scratch)
		if v.form != h {
			v.hash, v.points = o.value, o.points
			out = append(out, v)
		}
	})
	slices.SortFunc(out, func(a, b value) int {
		return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(b.points, a.points), cmp.Compare(a.hash, b.hash))
	})
	return slices.CompactFunc(out, func(a, b value) bool { return a.group == b.group })
}

// wide is the form with this hash that a hole leaves.
func (f *form) wide(salt, hash uint64) []unit {
	var out, scratch []unit
	f.holes(&hole{}, func(o *hole) {
		var k uint64
		if k, _, scratch = f.keys(salt, o, scratch); k == hash && out == nil {
			out = slices.Clone(scratch)
		}
	})
	return out
}
