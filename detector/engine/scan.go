package engine

import (
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/decode"
	"github.com/tocsin-io/tocsin/detector/template"
)

// ScanOptions is what a Scan needs beside its Replay.
type ScanOptions struct {
	Decode    decode.Options
	Templates template.Options
	Redactor  Redactor
	Corrector Corrector
	Matcher   Matcher // nil without rules
}

// Scan takes files of logs through the stages into a Replay. Lines without a time take that of the line before.
type Scan struct {
	Stats Stats

	replay  *Replay
	pipe    *Pipeline
	learner *template.Learner
	at      Progress
}

// NewScan wires the stages to r.
func NewScan(r *Replay, o ScanOptions) (*Scan, error) {
	learner, err := template.NewLearner(o.Templates, r.Templates.aliases)
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	s := &Scan{replay: r, learner: learner}
	s.pipe = NewPipeline(decode.New(o.Decode), o.Redactor, o.Corrector, learner, o.Matcher, replaySink{r, newFieldValues(r.fields)}, &s.Stats, s)
	return s, nil
}

// Record takes the next record. The caller advances the Replay.
func (s *Scan) Record(rec *detector.Record) {
	s.pipe.Record(rec)
	if shapes := s.learner.TakeNew(); len(shapes) > 0 {
		s.replay.Learned(shapes)
	}
}

// Line takes note of how far the log is.
func (s *Scan) Line(at time.Time, _ *detector.Event) { s.at.Line(at) }

// Newest is how far the log is: the latest event time so far that is believed; zero while no line had a time. A line
// whose time is over an hour ahead is believed once those after it agree.
func (s *Scan) Newest() time.Time { return s.at.At() }

// Finish ends what waits for a continuation.
func (s *Scan) Finish() {
	s.pipe.Idle(time.Time{})
	s.replay.Learned(s.learner.TakeNew())
}
