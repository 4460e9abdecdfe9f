package template

import (
	"math/bits"
	"slices"
)

// frame is the forms that are equal but for what stands in their places for values. Where such forms differ in several
// places at once no hole shows it; so here each place, a column, is judged for itself: it varies when the different
// things that stood in it have enough evidence together, whatever stood in the others.
type frame struct {
	columns []column
	varies  uint32 // the columns that do, a bit each
	whole   int32  // node of the form with a variable in every column; -1 as long as no form needs it
	members []member
	cells   []cell         // of the members
	nodes   map[cell]int32 // of the members, by what stands in the columns that do not vary; nil as long as none varies
}

// column is what stood in a place.
type column struct {
	seen   []cell // each hash once, where it has points; nil once the column varies
	points int
	place  bool // a form has a variable there
}

// cell is the hash of a value, with its points in the low bits.
type cell uint64

const (
	cellPoints = 1<<5 - 1
	maxColumns = 32
)

func newCell(v value) cell { return cell(v.hash&^cellPoints) | cell(v.points) }

func (c cell) points() int  { return int(c & cellPoints) }
func (c cell) hash() uint64 { return uint64(c &^ cellPoints) }

// member is a form of a frame. Its cells are those of the columns in has, from at on.
type member struct {
	node int32
	at   int32
	has  uint32 // the columns where it has no variable
}

// see notes that c stood in column k.
func (fr *frame) see(k int, c cell) {
	col := &fr.columns[k]
	if fr.varies>>k&1 != 0 || c.points() == 0 {
		return
	}
	i := slices.IndexFunc(col.seen, func(old cell) bool { return old.hash() == c.hash() })
	switch {
	case i < 0:
		col.seen = append(col.seen, c)
		col.points += c.points()
	case col.seen[i].points() < c.points():
		col.points += c.points() - col.seen[i].points()
		col.seen[i] = c
	}
	fr.judge(k)
}

// placed notes that a form has a variable in these columns.
func (fr *frame) placed(columns uint32) {
	for k := range fr.columns {
		if columns>>k&1 != 0 && !fr.columns[k].place {
			fr.columns[k].place = true
			fr.judge(k)
		}
	}
}

func (fr *frame) judge(k int) {
	col := &fr.columns[k]
	n := col.points
	if col.place && n > 0 {
		n += pointsColumn
	}
	if n >= enough {
		fr.varies |= 1 << k
		col.seen = nil
	}
}

// key is what tells e from the other members, and whether anything does.
func (fr *frame) key(e member) (cell, bool) {
	h, left := cell(k1), false
	at := e.at
	for has := e.has; has != 0; has &= has - 1 {
		k := bits.TrailingZeros32(has)
		c := fr.cells[at]
		at++
		if fr.varies>>k&1 == 0 && c.points() > 0 { // true and null follow the others
			left = true
			h = cell(mix(uint64(h)^c.hash()^uint64(k), k0))
		}
	}
	return h, left
}

// covers is the node of the frame's whole, where a form with these values belongs to it; else -1.
func (fr *frame) covers(values []value) int32 {
	if fr == nil {
		return -1
	}
	for k, v := range values {
		if v.points > 0 && fr.varies>>k&1 == 0 {
			return -1
		}
	}
	return fr.whole
}

// enframe puts the form f of node n into its frame.
func (m *Merger) enframe(salt uint64, n int32, f *form) {
	m.values = f.values(m.values)
	if len(m.values) == 0 {
		return
	}
	key := f.frameKey(salt, m.values)
	fr := m.frames[key]
	if fr == nil {
		fr = &frame{columns: make([]column, len(m.values)), whole: -1}
		m.frames[key] = fr
		if _, ok := m.forms[key]; ok {
			fr.placed(1<<len(m.values) - 1)
		}
	}
	e := member{node: n, at: int32(len(fr.cells))}
	before := fr.varies
	place := uint32(0)
	for k, v := range m.values {
		if v.hash == 0 {
			place |= 1 << k
			continue
		}
		e.has |= 1 << k
		fr.cells = append(fr.cells, newCell(v))
		fr.see(k, newCell(v))
	}
	fr.placed(place)
	fr.members = append(fr.members, e)
	m.settle(salt, fr, fr.varies != before, f, -1)
}

// settle joins the members that differ only in columns which vary: all of them anew, or the last one. f is one of them,
// or their whole, of which whole is the node, else -1.
func (m *Merger) settle(salt uint64, fr *frame, anew bool, f *form, whole int32) {
	if fr.varies == 0 {
		return
	}
	from := len(fr.members) - 1
	if anew {
		from, fr.nodes = 0, map[cell]int32{}
	}
	kept, cells := fr.members[:from], fr.cells[:0]
	if from < len(fr.members) {
		cells = fr.cells[:fr.members[from].at]
	}
	var fresh []unit
	for _, e := range fr.members[from:] {
		h, left := fr.key(e)
		if !left {
			switch {
			case fr.whole >= 0:
			case whole >= 0: // what f has in columns of its own says nothing of the frame's
				m.classes[m.root(whole)].widest(render(f.units), len(f.units))
				fr.whole = whole
			default:
				fresh = m.makeWhole(salt, fr, f)
			}
			m.union(fr.whole, e.node)
			continue
		}
		if n, ok := fr.nodes[h]; ok {
			m.union(n, e.node)
			continue
		}
		fr.nodes[h] = e.node
		n := int32(bits.OnesCount32(e.has))
		at := int32(len(cells))
		cells = append(cells, fr.cells[e.at:e.at+n]...)
		kept = append(kept, member{e.node, at, e.has})
	}
	fr.members, fr.cells = kept, cells
	if fresh != nil {
		_, h, _ := (&form{units: fresh}).keys(salt, nil, nil)
		m.spread(salt, h, fr.whole, fresh)
	}
}

// makeWhole gives the frame of f its form with a variable in every column; its units if it is new.
func (m *Merger) makeWhole(salt uint64, fr *frame, f *form) []unit {
	var o hole
	for _, v := range f.values(nil) {
		if v.hash != 0 {
			o.ranges = append(o.ranges, [2]int{v.from, v.to})
		}
	}
	h, _, units := f.keys(salt, &o, nil)
	n, old := m.forms[h]
	if !old {
		n = m.node()
		m.forms[h] = n
	}
	m.classes[m.root(n)].widest(render(units), len(units))
	fr.whole = n
	if old {
		return nil
	}
	return units
}
