package engine

import (
	"fmt"

	"github.com/tocsin-io/tocsin/detector/decode"
	"github.com/tocsin-io/tocsin/detector/template"
)

// stages makes the stages of one partition. Its learner shares what the process knows of templates.
func (w *worker) stages() error {
	learner, err := template.NewLearner(w.e.o.Templates, w.e.Templates.aliases)
	if err != nil {
		return fmt.Errorf("templates: %w", err)
	}
	d := decode.New(w.e.o.Decode)
	w.decoder, w.learner = d, learner
	w.sink = counterSink{w.counter, w.e.clock, &durations{counter: w.counter, learner: learner}, newFieldValues(w.counter)}
	var m Matcher
	if r := w.e.rules.Load(); r != nil {
		w.rules = *r
		m = w.rules.Matcher(w.sink.Tally)
	}
	var feed Feed
	if w.e.observer != nil {
		feed = w.e.observer
	}
	w.pipe = NewPipeline(d, w.e.o.Redactor(), w.e.o.Corrector(), learner, m, w.sink, &w.e.Stats, feed)
	return nil
}
