package template

import "github.com/tocsin-io/tocsin/detector"

// Find is the template to which Learn would give an event, as far as shapes are merged now. Nothing is kept of the event, so it serves
// to look for lines of a template in a log that was counted before.
func (l *Learner) Find(ev *detector.Event) detector.ShapeID {
	id := l.shape(ev)
	if l.aliases == nil {
		return id
	}
	if to := l.aliases.Resolve(id); to != id || l.pinned != nil {
		return to
	}
	if to, _, ok := l.aliases.match(&l.matcher, &l.shaper.line, ev.Service, ev.Level); ok {
		return l.aliases.Resolve(to)
	}
	return id
}
