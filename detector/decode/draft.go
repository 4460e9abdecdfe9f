package decode

import (
	"slices"

	"github.com/tocsin-io/tocsin/detector"
)

// pick is the best value so far for a role.
type pick struct {
	key  *name
	rank uint8
	value
}

type value struct {
	kind detector.ValueKind
	text []byte
}

// draft is what is known of the event that is being decoded.
type draft struct {
	message, template          pick
	service, environment, host pick
	trace, span                pick
	level                      detector.Level
	levelKey                   *name
	levelRaw                   []byte
	levelRank                  uint8
	when                       stamp
	whenKey                    *name
	whenValue                  value
	hasWhen                    bool
	whenRank                   uint8
	status                     int
	nested                     []nested
	otlp                       []byte // resourceLogs
	batch                      []byte // an array of records
	batchKey                   *name

	wrapped bool // a shipper's mark was seen
	logKey  bool // the message stood under log
	gelf    bool
	clef    bool
	pid     bool
	// klog's JSON has a verbosity and no level
	verbosity bool
	cut       cut
	stream    byte   // first letter after std: o, e
	source    uint64 // which container or file
	bunyan    pick
}

type nested struct {
	key  *name
	text []byte
}

// cut says how a container runtime divided a line.
type cut uint8

const (
	uncut   cut = iota
	cutMore     // more parts follow
	cutLast     // the last part of some
)

func (f *draft) reset() {
	keep := f.nested[:0]
	*f = draft{}
	f.nested = keep
}

// field appends a field, but for a key that stands there already. It is filled in where it stands: a copy of what was
// just written in pieces waits for them.
func (d *Decoder) field(key *name, kind detector.ValueKind, text []byte) {
	if key.seen == d.generation {
		return
	}
	key.seen = d.generation
	n := len(d.ev.Fields)
	if n == cap(d.ev.Fields) {
		d.ev.Fields = slices.Grow(d.ev.Fields, 1)
	}
	d.ev.Fields = d.ev.Fields[:n+1]
	f := &d.ev.Fields[n]
	f.Key, f.Value.Kind, f.Value.Text = key.s, kind, text
}

// prefer keeps the better of two values for a role; the other is a field.
func (d *Decoder) prefer(p *pick, key *name, rank uint8, kind detector.ValueKind, text []byte) {
	if p.key != nil {
		if rank >= p.rank {
			d.field(key, kind, text)
			return
		}
		d.field(p.key, p.kind, p.text)
	}
	p.key, p.rank, p.kind, p.text = key, rank, kind, text
}
