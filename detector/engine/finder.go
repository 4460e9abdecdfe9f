package engine

import (
	"fmt"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/template"
)

// Finder recognises the lines of one template. It is not safe for concurrent use.
type Finder struct {
	id      detector.ShapeID
	learner *template.Learner
}

// NewFinder returns a Finder for a template, or what it was merged into, as this process knows templates now.
func (e *Engine) NewFinder(id detector.ShapeID) (*Finder, error) {
	l, err := template.NewLearner(e.o.Templates, e.Templates.aliases)
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	return &Finder{e.Templates.Canonical(id), l}, nil
}

// Find reports whether a redacted event is a line of the template, and returns it as a sample.
func (f *Finder) Find(ev *detector.Event) (detector.Sample, bool) {
	if f.learner.Find(ev) != f.id {
		return detector.Sample{}, false
	}
	at := ev.Time
	if at.IsZero() {
		at = ev.Received
	}
	return sampleOf(at, ev), true
}
