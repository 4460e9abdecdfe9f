package engine

import "github.com/tocsin-io/tocsin/detector"

// withheld is told of a line that could not be redacted.
const withheld = "line withheld: removing its secrets failed, which is a fault of tocsin; the record stands at its offset"

// redact removes the secrets of an event. A fault there must not end the process: the record would be read again after each
// start, and its partition would stand still for ever. Nothing of such a line is told but its time, level and service; it is
// counted, so that it is seen.
func (p *Pipeline) redact(ev *detector.Event) {
	defer func() {
		if recover() != nil {
			withhold(ev)
			p.stats.Withheld.Add(1)
		}
	}()
	p.redactor.Event(ev)
}

func withhold(ev *detector.Event) {
	ev.Message = append([]byte(nil), withheld...)
	ev.Fields, ev.TraceID, ev.SpanID, ev.Host, ev.Secrets = nil, nil, nil, "", nil
}
