package decode

// assemble collects the parts of a line that a container runtime divided; ok is false while parts are missing. What
// would grow beyond MaxEvent is handed on in pieces.
func (d *Decoder) assemble(text []byte, more bool) (whole []byte, ok bool) {
	w := &d.waiting
	s := w.slots[d.line.source^partsOf]
	if s == nil || s.done {
		if !more {
			return text, true
		}
		d.startParts(text)
		return nil, false
	}
	if s.size+len(text) > d.opt.MaxEvent || len(s.records) >= maxJoined || d.stale(s) {
		d.end(s)
		if !more {
			return text, true
		}
		d.startParts(text)
		return nil, false
	}
	if d.recSlot != nil && d.recSlot != s && !d.recSlot.done {
		d.end(d.recSlot)
	}
	if more {
		s.message = append(s.message, text...)
		s.size += len(text)
		w.size += len(text)
		s.ev.Lines++
		s.ev.Bytes += d.line.size
		s.touched = d.rec.Time
		s.records = append(s.records, d.here())
		d.segments++
		d.recSlot = s
		return nil, false
	}
	// The last part: the parts leave the slot, and the event starts where they started.
	d.joined = append(append(d.joined[:0], s.message...), text...)
	d.joinedRecords = append(d.joinedRecords[:0], s.records...)
	d.line.physical += s.ev.Lines
	d.line.size += s.ev.Bytes
	d.ev.Position = s.ev.Position
	d.line.joined = true
	d.recSlot = nil
	d.release(s)
	return d.joined, true
}

// partsOf tells the slot of a source's unfinished line from that of its unfinished event.
const partsOf = 0x5bd1e995_9e3779b9

// startParts lets the first part wait, as the event that it will be if no other part comes.
func (d *Decoder) startParts(text []byte) {
	if d.recSlot != nil && !d.recSlot.done {
		d.end(d.recSlot)
	}
	source := d.line.source
	f := d.outer
	keep := d.draft
	d.draft = f
	d.draft.message = pick{d.kubeKey, 0, value{0, text}}
	d.line.source ^= partsOf
	d.settle()
	s := d.fill()
	d.draft = keep
	d.line.source = source
	s.cut = true
	d.waiting.slots[s.source] = s
	d.recSlot = s
	d.segments++
	d.bound()
}
