package template

// SlotKind tells what a variable looks like.
type SlotKind uint8

// The kinds of variables.
const (
	SlotOther    SlotKind = iota // a word that varies
	SlotNumber                   // Value, without unit
	SlotDuration                 // Value in seconds
	SlotSize                     // Value in bytes
	SlotPercent                  // Value in percent
	SlotHex
	SlotUUID
	SlotAddress // IP or MAC address, host and port
	SlotPath
	SlotURL
	SlotTime // date or time of day
)

// Slot is a variable of a line.
type Slot struct {
	Index      int // of its <*> in the shape's text, from 0
	Kind       SlotKind
	Numeric    bool    // Value is set: number, duration, size or percent
	Value      float64 // in the base unit of its kind
	Start, End int     // where it stands in the message, unit included
}

// Slots appends the variables of the last line. What they are worth is read only here.
func (s *Shaper) Slots(dst []Slot) []Slot {
	l := &s.line
	index := 0
	for k := range l.elems[:l.n] {
		e := &l.elems[k]
		if e.kind != elemVar {
			continue
		}
		slot := Slot{Index: index, Start: int(e.start), End: int(e.end)}
		index++
		next := 0
		if k+1 < l.n && l.elems[k+1].kind == elemWord {
			next = int(l.elems[k+1].end)
		}
		slot.read(l.msg, next)
		dst = append(dst, slot)
	}
	return dst
}

func (p *pattern) slots(msg []byte, gaps []int, dst []Slot) []Slot {
	index := 0
	for k, split := range p.splits {
		if split {
			continue
		}
		slot := Slot{Index: index, Start: gaps[2*k], End: gaps[2*k+1]}
		index++
		slot.read(msg, 0)
		dst = append(dst, slot)
	}
	return dst
}
