package engine

import (
	"slices"
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
// off. It is zero where neither event nor record has a time.
type Corrector interface {
	Correct(ev *detector.Event) (at time.Time, skewed bool)
	// Skews lists the hosts whose clocks are off.
	Skews() []clock.Skew
}

// Matcher finds the rule series that an event counts into. A hit is valid only during emit.
type Matcher interface {
	Match(ev *detector.Event, emit func(*detector.Hit))
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
	decoder  *decode.Decoder
	redactor Redactor
	clock    Corrector
	learner  *template.Learner
	matcher  Matcher // nil without rules
	sink     Sink
	stats    *Stats
	feed     Feed // nil without watchers
	emit     func(*detector.Event)
	hit      func(*detector.Hit)

	// Of the event under way, for hit.
	at    time.Time
	event *detector.Event

	skips  map[int64]int // by offset: events of a record that were counted before a restart
	newest time.Time     // latest event time so far
	last   time.Time     // time of the last event that had one
}

// Feed is told of lines as they are counted. It must not block and must copy what it keeps.
type Feed interface {
	Line(at time.Time, ev *detector.Event)
}

// NewPipeline wires the stages. feed and matcher may be nil.
func NewPipeline(d *decode.Decoder, r Redactor, c Corrector, l *template.Learner, m Matcher, to Sink, s *Stats, f Feed) *Pipeline {
	p := &Pipeline{decoder: d, redactor: r, clock: c, learner: l, matcher: m, sink: to, stats: s, feed: f}
	p.emit, p.hit = p.take, p.count
	return p
}

// Record takes the next record.
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

// Skews lists the hosts whose clocks are off.
func (p *Pipeline) Skews() []clock.Skew { return p.clock.Skews() }

// Newest is the latest event time that was counted.
func (p *Pipeline) Newest() time.Time { return p.newest }

// SetMatcher replaces the rules from the next event on.
func (p *Pipeline) SetMatcher(m Matcher) {
	if p.matcher != nil {
		p.matcher.Close()
	}
	p.matcher = m
}

// take redacts, shapes and counts one event.
func (p *Pipeline) take(ev *detector.Event) {
	if len(p.skips) > 0 && p.counted(ev.Position.Offset) {
		return
	}
	p.redactor.Event(ev)
	own := ev.Time
	at, skewed := p.clock.Correct(ev)
	if at.IsZero() {
		at = p.last
	}
	p.last = at
	if at.After(p.newest) {
		p.newest = at
	}
	ev.Time = at
	p.learner.Learn(ev)
	p.stats.event(ev, skewed)
	if at.IsZero() { // nothing so far had a time: it is known as a template, and counted nowhere
		return
	}
	p.sink.Line(at, ev)
	if skewed {
		p.sink.Skew(at, ev, own.Sub(at))
	}
	p.at, p.event = at, ev
	for i := range ev.Secrets {
		if s := &ev.Secrets[i]; !told(ev.Secrets[:i], s) {
			p.sink.Secret(at, ev, s)
		}
	}
	if p.matcher != nil {
		p.matcher.Match(ev, p.hit)
	}
	if p.feed != nil {
		p.feed.Line(at, ev)
	}
}

// told reports whether an earlier secret of the line counts into the same series: lines are counted, not secrets.
func told(before []detector.Secret, s *detector.Secret) bool {
	return slices.ContainsFunc(before, func(b detector.Secret) bool { return b.Kind == s.Kind && b.Key == s.Key })
}

func (p *Pipeline) count(h *detector.Hit) { p.sink.Hit(p.at, p.event, h) }
