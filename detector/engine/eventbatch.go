package engine

import "github.com/tocsin-io/tocsin/detector"

// eventBatch holds events of a log with their bytes, in room that is used again.
type eventBatch struct {
	events []batchEvent
	text   []byte           // what the events' bytes are parts of
	fields []detector.Field // what their Fields are parts of
	size   int              // bytes of text from which it is full
	err    error            // why nothing comes after it
}

type batchEvent struct {
	detector.Event
	last bool // of its record
}

// bytesAnEvent is the least text for which an event's room in the batch is worth it.
const bytesAnEvent = 64

func (b *eventBatch) full() bool {
	return len(b.text) >= b.size || len(b.events) >= b.size/bytesAnEvent
}

// empty makes room. What one batch of long lines needed is not kept for ever.
func (b *eventBatch) empty() {
	if cap(b.text) > 4*b.size {
		b.text = nil
	}
	clear(b.events) // lets go of secrets and strings
	clear(b.fields)
	b.events, b.text, b.fields, b.err = b.events[:0], b.text[:0], b.fields[:0], nil
}

// add copies an event. Growing the room leaves earlier events where they are.
func (b *eventBatch) add(ev *detector.Event) {
	b.events = append(b.events, batchEvent{Event: *ev})
	b.keep(&b.events[len(b.events)-1].Event)
}

// keep copies the bytes and fields of an event into the batch.
func (b *eventBatch) keep(ev *detector.Event) {
	ev.Message = b.bytes(ev.Message)
	ev.TraceID, ev.SpanID = b.bytes(ev.TraceID), b.bytes(ev.SpanID)
	from := len(b.fields)
	b.fields = append(b.fields, ev.Fields...)
	ev.Fields = b.fields[from:len(b.fields):len(b.fields)]
	for i := range ev.Fields {
		v := &ev.Fields[i].Value
		v.Text = b.bytes(v.Text)
	}
}

func (b *eventBatch) bytes(text []byte) []byte {
	if text == nil {
		return nil
	}
	from := len(b.text)
	b.text = append(b.text, text...)
	return b.text[from:len(b.text):len(b.text)]
}
