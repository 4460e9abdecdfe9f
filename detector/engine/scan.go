package engine

import (
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/template"
)

// ScanOptions is what a Scan needs beside its Replay.
type ScanOptions struct {
	Corrector ScanCorrector
	Matcher   Matcher // nil without rules
}

// ScanCorrector is a Corrector that is told of the lines of a file before it is asked about them.
type ScanCorrector interface {
	Corrector
	// Coming tells of an event that Correct will be asked about, after those that were told before.
	Coming(ev *detector.Event)
}

// Scan counts the events of a log, as an Ahead gives them, into a Replay. Lines without a time take that of the line
// before.
type Scan struct {
	Stats Stats

	replay *Replay
	coming ScanCorrector
	counting
	progress Progress
}

// NewScan wires the stages to r.
func NewScan(r *Replay, o ScanOptions) (*Scan, error) {
	learner, err := template.NewLearner(template.Options{}, r.Templates.aliases)
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	s := &Scan{replay: r, coming: o.Corrector, counting: counting{clock: o.Corrector, learner: learner, matcher: o.Matcher, sink: newReplaySink(r)}}
	s.stats, s.feed, s.hit = &s.Stats, s, s.count
	return s, nil
}

// Coming tells of an event that Event will be given, after those that were told before. It is needed where clocks are to be
// measured though records have no time, and may be left out.
func (s *Scan) Coming(ev *detector.Event) { s.coming.Coming(ev) }

// Event counts the next event, of which Time, Shape and Template are set. The caller advances the Replay.
func (s *Scan) Event(ev *detector.Event) {
	s.take(ev)
	if shapes := s.learner.TakeNew(); len(shapes) > 0 {
		s.replay.Learned(shapes)
	}
}

// Line takes note of how far the log is.
func (s *Scan) Line(at time.Time, _ *detector.Event) { s.progress.Line(at) }

// Newest is how far the log is: the latest event time so far that is believed; zero while no line had a time. A line
// whose time is over an hour ahead is believed once those after it agree.
func (s *Scan) Newest() time.Time { return s.progress.At() }
