package template

import (
	"cmp"
	"slices"
)

// group is the forms that are equal but for a hole.
type group struct {
	values []lone // what stood in it, each hash once
	nodes  []int32
	place  bool // a form has a variable there, and nothing but the hole changed
	active bool
}

// lone is a group of one form, as most of them are: 32 bits of the value's hash, 26 of the form's node, five of points
// and one that says whether a form has a variable there.
type lone uint64

const (
	loneNode  = 26
	lonePlace = 1 << 63
	maxNodes  = 1 << loneNode
)

func newLone(v evidence, node int32) lone {
	return lone(uint32(v.hash)) | lone(node)<<32 | lone(v.points)<<(32+loneNode)
}

func (l lone) hash() uint32 { return uint32(l) }
func (l lone) node() int32  { return int32(l >> 32 & (maxNodes - 1)) }
func (l lone) points() int  { return int(l >> (32 + loneNode) & 31) }
func (l lone) place() bool  { return l&lonePlace != 0 }

// enough reports whether a lone form suffices: beside a variable in its place, the word of a name does.
func (l lone) enough() bool {
	return l.points() > 0 && l.place() && l.points()+pointsPlace >= enough
}

// evidence is what one form brings to one group.
type evidence struct {
	group  uint64 // key of the group
	form   uint64 // hash of the form that is left
	hash   uint64 // of what stood in the hole
	points int    // 0 to 31
}

// put adds what a form brings. Of values that are equal the one with the most points counts.
func (g *group) put(l lone) {
	g.nodes = append(g.nodes, l.node())
	if l.points() == 0 {
		return
	}
	for k, v := range g.values {
		if v.hash() == l.hash() {
			if v.points() < l.points() {
				g.values[k] = l
			}
			return
		}
	}
	g.values = append(g.values, l)
}

func (g *group) sum() int {
	n := 0
	for _, v := range g.values {
		n += v.points()
	}
	if g.place && n > 0 {
		n += pointsPlace
	}
	return n
}

// gather is the evidence of f, whose hash is h. Where two holes lead to one group, the better one counts.
func (m *Merger) gather(f *form, salt, h uint64) []evidence {
	var out []evidence
	f.holes(&hole{}, func(o *hole) {
		var v evidence
		v.form, v.group, m.scratch = f.keys(salt, o, m.scratch)
		if v.form != h {
			v.hash, v.points = o.value, o.points
			out = append(out, v)
		}
	})
	slices.SortFunc(out, func(a, b evidence) int {
		return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(b.points, a.points), cmp.Compare(a.hash, b.hash))
	})
	return slices.CompactFunc(out, func(a, b evidence) bool { return a.group == b.group })
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
