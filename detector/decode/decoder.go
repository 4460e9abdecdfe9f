package decode

import (
	"bytes"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Decoder makes events of the records of one partition, in order. It is not safe for concurrent use.
type Decoder struct {
	opt       Options
	names     *interner
	pods      map[uint64]*pod
	kubeKey   *name
	constants map[string]*name

	ev         detector.Event
	draft      draft
	outer      draft // of the wrapper, while the wrapped line is decoded
	arena      []byte
	clean      []byte // a line without its colours
	joined     []byte // the parts of a divided line
	generation uint32
	line       lineInfo

	joinedRecords []detector.Pending

	rec           *detector.Record
	base          uint64      // identity of the record's source
	resource      []attribute // of the OTLP resource whose records are decoded
	resourceArena []byte

	segments int   // events of the record so far
	recSlot  *slot // that took the record's last one
	emit     func(*detector.Event)
	pin      string // the format of the record's topic
	waiting  waiting
}

// lineInfo says how a decoded line relates to its neighbours.
type lineInfo struct {
	headed   bool // began with a header: a line without one continues it
	plain    bool // has none itself: it may continue another
	own      bool // has a header, and yet may be a line of a trace (syslog)
	single   bool // is complete: nothing continues it
	quoted   bool // a quote is open: a row of csvlog goes on
	stated   bool // a header inside the message states the level
	headOnly bool // the message is on the next line (java.util.logging, .NET)
	indent   int  // width of the header, by which journalctl indents the rest
	source   uint64
	text     []byte // the line as it was, for what continues
	whole    []byte // the same, also where a header was taken from text
	exact    bool   // the wrapper's time is when the line was written
	joined   bool   // from several parts
	coloured bool   // its header was; the lines below may end the colours
	physical int
	size     int
}

// New makes a Decoder.
func New(opt Options) *Decoder {
	d := &Decoder{opt: opt.withDefaults(), names: newInterner(), pods: map[uint64]*pod{}, constants: map[string]*name{}}
	d.kubeKey = d.names.get([]byte("kubernetes"))
	d.waiting.init()
	return d
}

// Decode calls emit for each event that rec completes: events of earlier records that waited for their continuation,
// and those of rec itself, but for the last, which may wait. An event and all its bytes are valid only during emit,
// which must not call the Decoder.
func (d *Decoder) Decode(rec *detector.Record, emit func(*detector.Event)) {
	d.names.trim()
	d.rec, d.emit, d.segments, d.recSlot = rec, emit, 0, nil
	d.base = hash(0, rec.Key)
	if !rec.Time.IsZero() && d.waiting.head != nil {
		d.expire(rec.Time.Add(-d.opt.JoinTimeout))
	}
	d.value(rec.Value)
	d.rec, d.emit, d.recSlot = nil, nil, nil
}

// value splits the value of a record into lines, unless it is one document.
func (d *Decoder) value(b []byte) {
	d.pin = ""
	if len(d.opt.Pins) > 0 {
		d.pin = d.opt.Pins[d.rec.Topic]
	}
	pin := d.pin
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	switch {
	case pin == "text":
		d.begin(b)
		d.draft.message = pick{d.kubeKey, 0, value{detector.KindString, b}}
		d.ev.Format, d.line.single = "text", true
		d.finish()
		return
	case pin == "otlp" || (pin == "" && len(b) > 0 && b[0] == 0x0a && otlpProto(b)):
		if d.decodeOTLP(b) {
			return
		}
	}
	if cut := bytes.IndexByte(b, '\n'); cut < 0 || cut == len(b)-1 {
		d.one(b, len(b))
		return
	}
	if i := skipSpace(b, 0); i < len(b) && b[i] == '{' { // JSON printed over many lines
		if end, _ := scanValue(b, i, 0); end > 0 && skipSpace(b, end) == len(b) {
			d.one(b, len(b))
			return
		}
	}
	for len(b) > 0 {
		line := b
		if cut := bytes.IndexByte(b, '\n'); cut >= 0 {
			line, b = b[:cut+1], b[cut+1:]
		} else {
			b = nil
		}
		d.one(line, len(line))
	}
}

// one decodes a line of size bytes.
func (d *Decoder) one(b []byte, size int) {
	if n := len(b); n > 0 && b[n-1] == '\n' {
		b = b[:n-1]
	}
	if n := len(b); n > 0 && b[n-1] == '\r' {
		b = b[:n-1]
	}
	if len(b) > 1 && b[0] == 0x1e && b[1] == '{' { // a sequence of JSON texts, RFC 7464
		b = b[1:]
	}
	d.begin(b)
	d.line.size = size
	i := skipSpace(b, 0)
	switch {
	case i < len(b) && b[i] == '{':
		if d.structured(b[i:]) {
			return
		}
		d.begin(b)
		d.line.size = size
		if d.salvage(b[i:]) && d.structure(b[i:]) {
			return
		}
		d.begin(b)
		d.line.size = size
	case d.cri(b), d.composed(b):
		return
	}
	d.unwrapped(b)
	d.finish()
}

// begin makes the scratch event ready for a line.
func (d *Decoder) begin(b []byte) {
	ev := &d.ev
	fields := ev.Fields[:0]
	*ev = detector.Event{} // in place: with fields in it, it would be made elsewhere and copied
	ev.Fields, ev.Received, ev.Lines, ev.Bytes = fields, d.rec.Time, 1, len(b)
	ev.Position.Topic, ev.Position.Partition, ev.Position.Offset = d.rec.Topic, d.rec.Partition, d.rec.Offset
	d.draft.reset()
	d.arena = d.arena[:0]
	d.generation++
	d.line = lineInfo{text: b, whole: b, physical: 1, size: len(b), source: d.base}
}

// reference is the time that completes stamps without year or day.
func (d *Decoder) reference() time.Time {
	if !d.rec.Time.IsZero() {
		return d.rec.Time
	}
	return d.opt.Now()
}
