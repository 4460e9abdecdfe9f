package decode

import (
	"bytes"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// finish makes the event of the draft and hands it on, or lets it wait for its continuation.
func (d *Decoder) finish() {
	d.settle()
	d.route()
}

// settle fills the scratch event from the draft.
func (d *Decoder) settle() {
	f, ev := &d.draft, &d.ev
	ev.Message = f.message.text
	ev.Level = f.level
	if f.hasWhen {
		ev.Time = plausible(f.when.resolve(d.reference()))
	}
	ev.Service = d.names.text(bytes.TrimPrefix(f.service.text, []byte{'/'})) // Docker's names begin with a slash
	if ev.Service == "" {
		ev.Service = d.opt.Service
	}
	ev.Environment = d.names.text(f.environment.text)
	if ev.Environment == "" {
		ev.Environment = d.opt.Environment
	}
	ev.Host = d.names.text(f.host.text)
	ev.TraceID, ev.SpanID = f.trace.text, f.span.text
	ev.Lines, ev.Bytes = d.line.physical, d.line.size
	if ev.Format == "" {
		ev.Format = "text"
	}
}

// plausible refuses times that no log can have; other doubts are left to the clock stage.
func plausible(t time.Time) time.Time {
	if at := t.Unix(); at < startOf1971 || at >= startOf2262 {
		return time.Time{}
	}
	return t
}

// Unix seconds.
const (
	startOf1971 = 31_536_000
	startOf2262 = 9_214_646_400
)

// route hands on the event, joins it to the one that waits for it, or lets it wait.
func (d *Decoder) route() {
	w := &d.waiting
	var s *slot
	if w.head != nil {
		s = w.slots[d.line.source]
		if s == nil && d.line.plain && d.line.source == d.base {
			s = w.last(d.base) // a line without header belongs to whoever wrote last
		}
	}
	if s != nil && !s.done {
		if s.info.quoted && !d.full(s) {
			d.extendRow(s)
			return
		}
		if d.line.plain && s.info.plain && !s.closed && d.document(s) {
			return
		}
		if d.line.plain && d.continues(s) {
			d.extend(s)
			return
		}
		if d.line.own && d.trails(s) {
			d.extend(s)
			return
		}
		if s.info.headOnly && d.headBody(s) {
			return
		}
		if s.blanks > 0 && panics(d.line.text) { // Rust writes a blank line before a panic
			s.ev.Lines--
			d.ev.Lines++
		}
	}
	d.leave(s)
	if d.line.single {
		d.direct()
		return
	}
	d.hold()
}

// leave ends what waits for this source, and what of the same record waits for another: only the last event of a
// record may wait, so that a restart knows which to skip.
func (d *Decoder) leave(s *slot) {
	if s != nil && !s.done {
		d.end(s)
	}
	if d.recSlot != nil && d.recSlot != s && !d.recSlot.done {
		d.end(d.recSlot)
	}
	d.recSlot = nil
}

// direct hands on the scratch event itself.
func (d *Decoder) direct() {
	d.segments++
	if d.opt.Ordered && d.waiting.head != nil {
		s := d.fill()
		s.done = true
		d.drain()
		return
	}
	d.emit(&d.ev)
}

// hold copies the scratch event to where it can wait.
func (d *Decoder) hold() {
	s := d.fill()
	if s.ev.Level == detector.LevelNone {
		s.ev.Level = s.stack.level
	}
	if d.line.joined {
		s.records = append(append(s.records[:0], d.joinedRecords...), d.here())
	}
	w := &d.waiting
	w.slots[s.source] = s
	w.lastOf[d.base] = s
	d.recSlot = s
	d.segments++
	d.bound()
}

// continues tells whether the plain line belongs to the event that waits in s.
func (d *Decoder) continues(s *slot) bool {
	if d.full(s) {
		return false
	}
	return s.stack.next(d.line.text, s)
}

// full tells whether nothing more may join the event of s: it is too large, or its time is over.
func (d *Decoder) full(s *slot) bool {
	return s.size+len(d.line.text) > d.opt.MaxEvent || len(s.records) >= maxJoined || d.stale(s)
}

// stale tells whether s waited for longer than the JoinTimeout, by the time of the record at hand.
func (d *Decoder) stale(s *slot) bool {
	return !d.rec.Time.IsZero() && !s.touched.IsZero() && d.rec.Time.Sub(s.touched) > d.opt.JoinTimeout
}

// trails tells whether a line with a header of its own is a line of the trace that waits in s.
func (d *Decoder) trails(s *slot) bool {
	text := d.line.text
	if len(text) == 0 || !s.info.own || d.full(s) {
		return false
	}
	if (text[0] == '\t' || hasPrefix(text, "  ")) && len(s.message) > 0 {
		s.stack.frame(text)
		return true
	}
	return s.stack.belongs(text)
}

// here names the record, and the event of it that is being decoded.
func (d *Decoder) here() detector.Pending {
	return detector.Pending{Offset: d.rec.Offset, Skip: d.segments}
}
