package engine

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/clock"
	"github.com/tocsin-io/tocsin/detector/decode"
	"github.com/tocsin-io/tocsin/detector/template"
)

// Redactor removes the secrets of an event, in place, and names them in it.
type Redactor interface {
	Event(ev *detector.Event)
}

// Corrector tells which time an event counts for: its own while that is plausible, corrected where the host's clock is
// off. It is zero where neither event nor record has a time, and when they were read is not known.
type Corrector interface {
	// Read tells when the events that follow were read, and how far the log was before them.
	Read(now, log time.Time)
	Correct(ev *detector.Event) (at time.Time, skewed bool)
	// Skews lists the hosts whose clocks are off.
	Skews() []clock.Skew
}

// Matcher finds the rule series that an event counts into. A hit is valid only during emit.
type Matcher interface {
	Match(ev *detector.Event, emit func(*detector.Hit))
	// Settle makes known outside of the goroutine that matches what was counted of the rules.
	Settle()
	// Close gives the matcher up.
	Close()
}

// Sink counts events at their times. Nothing of the event may be kept but copies.
type Sink interface {
	Line(at time.Time, ev *detector.Event)
	// Secret counts a secret under its own series: service, kind and key are one incident.
	Secret(at time.Time, ev *detector.Event, s *detector.Secret)
	// Skew counts a line of a host whose clock is off by so much: ahead, or behind where it is negative.
	Skew(at time.Time, ev *detector.Event, off time.Duration)
	// Hit counts a hit of a rule. A line that belongs only to the whole of a share adds no line to the series.
	Hit(at time.Time, ev *detector.Event, h *detector.Hit)
}

// Pipeline takes records through decoding, redaction, shaping, matching and counting, in the order of one partition.
// Not safe for concurrent use.
type Pipeline struct {
	counting
	decoder  *decode.Decoder
	redactor Redactor
	emit     func(*detector.Event)
	skips    map[int64]int // by offset: events of a record that were counted before a restart
}

// Feed is told of lines as they are counted. It must not block and must copy what it keeps.
type Feed interface {
	Line(at time.Time, ev *detector.Event)
}

// NewPipeline wires the stages. feed and matcher may be nil.
func NewPipeline(d *decode.Decoder, r Redactor, c Corrector, l *template.Learner, m Matcher, to Sink, s *Stats, f Feed) *Pipeline {
	p := &Pipeline{decoder: d, redactor: r, counting: counting{clock: c, learner: l, matcher: m, sink: to, stats: s, feed: f}}
	p.emit, p.hit = p.take, p.count
	return p
}

// Read tells when the records that follow were read, which is the latest that they count as of, and how far the log was
// before them.
func (p *Pipeline) Read(now, log time.Time) {
	p.now = now
	p.clock.Read(now, log)
}

// Record takes the next record. Its time is one that clock.RecordTime gave.
func (p *Pipeline) Record(rec *detector.Record) { p.decoder.Decode(rec, p.emit) }

// Skip tells that the first events of a record that is read again were counted before a restart.
func (p *Pipeline) Skip(pending []detector.Pending) {
	for _, r := range pending {
		if r.Skip > 0 {
			if p.skips == nil {
				p.skips = make(map[int64]int)
			}
			p.skips[r.Offset] = r.Skip
		}
	}
}

// counted reports whether an event was counted before a restart.
func (p *Pipeline) counted(offset int64) bool {
	n := p.skips[offset]
	if n == 0 {
		return false
	}
	if n == 1 {
		delete(p.skips, offset)
	} else {
		p.skips[offset] = n - 1
	}
	return true
}

// Idle ends events that have waited for a continuation since before now, in record time; zero ends all.
func (p *Pipeline) Idle(now time.Time) { p.decoder.Flush(now, p.emit) }

// take redacts one event and counts it.
func (p *Pipeline) take(ev *detector.Event) {
	if len(p.skips) > 0 && p.counted(ev.Position.Offset) {
		return
	}
	p.redact(ev)
	p.counting.take(ev)
}
