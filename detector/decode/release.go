package decode

import (
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// end completes the event that waits in s. Blank lines that nothing followed are part of an event of many lines or
// with a header; after a line of its own they are events.
func (d *Decoder) end(s *slot) {
	s.done = true
	s.ev.Message = s.message
	d.waiting.forget(s)
	if d.opt.Ordered {
		d.drain()
		return
	}
	d.emit(&s.ev)
	d.release(s)
}

// drain hands on the complete events that no older one holds up.
func (d *Decoder) drain() {
	w := &d.waiting
	for w.head != nil && w.head.done {
		s := w.head
		s.ev.Message = s.message
		d.emit(&s.ev)
		d.release(s)
	}
}

// orderedWaiting bounds how many later events an unfinished one may hold up where they come in order.
const orderedWaiting = 512

// bound ends the oldest events while more wait than may.
func (d *Decoder) bound() {
	w := &d.waiting
	for w.head != nil && w.head != w.tail &&
		(w.count > d.opt.MaxSources || w.size > d.opt.MaxWaiting || (d.opt.Ordered && w.count > orderedWaiting)) {
		d.endHead()
	}
}

func (d *Decoder) endHead() {
	if s := d.waiting.head; s.done {
		d.drain()
	} else {
		d.end(s)
	}
}

// expire ends events that got no line since before limit, from the oldest on.
func (d *Decoder) expire(limit time.Time) {
	for s := d.waiting.head; s != nil && (s.done || s.touched.Before(limit)); s = d.waiting.head {
		d.endHead()
	}
}

// Flush ends the events that got no line in the JoinTimeout before now, in record time; all of them where now is zero.
func (d *Decoder) Flush(now time.Time, emit func(*detector.Event)) {
	d.emit = emit
	limit := now.Add(-d.opt.JoinTimeout)
	for s := d.waiting.head; s != nil; {
		next := s.next
		if !s.done && (now.IsZero() || s.touched.Before(limit)) {
			d.end(s)
			if d.opt.Ordered {
				next = d.waiting.head
				for next != nil && next.done {
					next = next.next
				}
				if next != nil && !now.IsZero() && !next.touched.Before(limit) {
					break
				}
			}
		}
		s = next
	}
	if d.opt.Ordered {
		d.drain()
	}
	d.emit = nil
}

// Pending lists the records of which an event is not finished, by offset. Whoever takes over reads exactly these
// again and skips the first Skip events of each.
func (d *Decoder) Pending() []detector.Pending {
	var all []detector.Pending
	for s := d.waiting.head; s != nil; s = s.next {
		all = append(all, s.records...)
	}
	slices.SortFunc(all, func(a, b detector.Pending) int {
		if a.Offset != b.Offset {
			return int(min(max(a.Offset-b.Offset, -1), 1))
		}
		return a.Skip - b.Skip
	})
	return slices.CompactFunc(all, func(a, b detector.Pending) bool { return a.Offset == b.Offset })
}

// release gives a slot back; nothing may point to it any more.
func (d *Decoder) release(s *slot) {
	if d.recSlot == s {
		d.recSlot = nil
	}
	d.waiting.drop(s)
}
