package decode

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// maxJoined bounds the lines that one event may be joined of.
const maxJoined = 4096

// slot keeps an event that waits, in memory of its own.
type slot struct {
	prev, next *slot // in the order in which the events began
	source     uint64
	base       uint64
	ev         detector.Event
	info       lineInfo
	stack      stack
	bytes      []byte // fields and ids
	message    []byte
	blanks     int  // blank lines after it, of which nobody knows yet whose they are
	size       int  // bytes of the message
	cut        bool // holds parts of a line, not an event
	done       bool // complete, and waits only for its turn
	closed     bool // looked like a document that a line closed, and was none
	touched    time.Time
	records    []detector.Pending
}

// waiting is the events that wait: by source, and in order.
type waiting struct {
	head, tail *slot
	count      int
	size       int
	slots      map[uint64]*slot
	lastOf     map[uint64]*slot // by record source: the slot that took the last line
	free       []*slot
}

func (w *waiting) init() {
	w.slots, w.lastOf = map[uint64]*slot{}, map[uint64]*slot{}
}

func (w *waiting) last(base uint64) *slot {
	s := w.lastOf[base]
	if s == nil || s.done {
		return nil
	}
	return s
}

// take gives an empty slot at the end of the order.
func (w *waiting) take() *slot {
	var s *slot
	if n := len(w.free); n > 0 {
		s, w.free = w.free[n-1], w.free[:n-1]
	} else {
		s = &slot{}
	}
	s.prev = w.tail
	if w.tail != nil {
		w.tail.next = s
	} else {
		w.head = s
	}
	w.tail = s
	w.count++
	return s
}

// drop unlinks a slot and keeps its memory for the next, unless that is large.
func (w *waiting) drop(s *slot) {
	if s.prev != nil {
		s.prev.next = s.next
	} else {
		w.head = s.next
	}
	if s.next != nil {
		s.next.prev = s.prev
	} else {
		w.tail = s.prev
	}
	w.forget(s)
	w.count--
	w.size -= s.size
	if len(w.free) < 256 && cap(s.message) <= 64<<10 && cap(s.bytes) <= 64<<10 {
		*s = slot{ev: detector.Event{Fields: s.ev.Fields[:0]}, bytes: s.bytes[:0], message: s.message[:0], records: s.records[:0]}
		w.free = append(w.free, s)
	}
}

// forget makes a slot unreachable for further lines.
func (w *waiting) forget(s *slot) {
	if w.slots[s.source] == s {
		delete(w.slots, s.source)
	}
	if w.lastOf[s.base] == s {
		delete(w.lastOf, s.base)
	}
}

// fill copies the scratch event into a new slot.
func (d *Decoder) fill() *slot {
	s := d.waiting.take()
	s.source, s.base, s.info = d.line.source, d.base, d.line
	s.info.text, s.info.whole = nil, nil
	s.touched = d.rec.Time
	fields := s.ev.Fields[:0]
	s.ev = d.ev
	s.message = append(s.message[:0], d.ev.Message...)
	need := len(d.ev.TraceID) + len(d.ev.SpanID)
	for i := range d.ev.Fields {
		need += len(d.ev.Fields[i].Value.Text)
	}
	if cap(s.bytes) < need {
		s.bytes = make([]byte, 0, need+need/2)
	}
	s.bytes = s.bytes[:0]
	keep := func(b []byte) []byte {
		if b == nil {
			return nil
		}
		at := len(s.bytes)
		s.bytes = append(s.bytes, b...)
		return s.bytes[at:len(s.bytes):len(s.bytes)]
	}
	for i := range d.ev.Fields {
		f := d.ev.Fields[i]
		f.Value.Text = keep(f.Value.Text)
		fields = append(fields, f)
	}
	s.ev.Fields = fields
	s.ev.TraceID, s.ev.SpanID = keep(d.ev.TraceID), keep(d.ev.SpanID)
	s.size = len(s.message)
	d.waiting.size += s.size
	s.records = append(s.records[:0], d.here())
	s.stack = stack{}
	s.stack.begin(d.line.text, s)
	return s
}

// extend joins the scratch line to the event that waits.
func (d *Decoder) extend(s *slot) {
	if s != d.recSlot {
		d.leaveOther(s)
		if d.line.joined {
			s.records = append(s.records, d.joinedRecords...)
		}
		s.records = append(s.records, d.here())
		d.segments++
	}
	s.ev.Lines += d.line.physical
	s.ev.Bytes += d.line.size
	s.touched = d.rec.Time
	text := d.line.text
	if len(text) == 0 {
		s.blanks++
		return
	}
	if s.info.coloured {
		text = uncoloured(text)
	}
	if s.ev.Level == detector.LevelNone {
		s.ev.Level = s.stack.level
	}
	before := len(s.message)
	for ; s.blanks > 0; s.blanks-- {
		s.message = append(s.message, '\n')
	}
	if s.info.headOnly && len(s.message) == 0 {
		s.info.headOnly = false
		for len(text) > 0 && text[0] == ' ' {
			text = text[1:]
		}
	} else {
		s.message = append(s.message, '\n')
	}
	s.message = append(s.message, outdent(text, s.info.indent)...)
	s.size += len(s.message) - before
	d.waiting.size += len(s.message) - before
	d.waiting.lastOf[d.base] = s
	d.recSlot = s
	d.bound()
}

func (d *Decoder) leaveOther(s *slot) {
	if d.recSlot != nil && d.recSlot != s && !d.recSlot.done {
		d.end(d.recSlot)
	}
	d.recSlot = s
}

// outdent removes the blanks that a header's width put before a continued line.
func outdent(b []byte, width int) []byte {
	for i := 0; i < width; i++ {
		if i >= len(b) || b[i] != ' ' {
			return b
		}
	}
	return b[width:]
}
