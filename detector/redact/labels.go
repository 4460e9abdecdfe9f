package redact

import "github.com/tocsin-io/tocsin/detector"

// Labels are the names that a line gives: of its service, environment and host, the keys of its fields, and the key that
// a secret stood under. They name series, stand in dictionaries and on pages, so a secret in one of them is removed as
// well. They are few and come again, so what was found is remembered.

const (
	// leastLabel is the shortest name that is looked into: whatever is told to be a secret by its shape alone is longer.
	leastLabel = 12
	// maxLabels bounds what is remembered; beyond it everything is looked into anew.
	maxLabels = 16 << 10
)

// label is a name without its secrets, and what they were.
type label struct {
	text    string
	secrets []detector.Secret
}

// labels removes the secrets from the names of an event.
func (r *Redactor) labels(ev *detector.Event) {
	if len(ev.Service) >= leastLabel {
		r.name(ev, "service", &ev.Service)
	}
	if len(ev.Environment) >= leastLabel {
		r.name(ev, "environment", &ev.Environment)
	}
	if len(ev.Host) >= leastLabel {
		r.name(ev, "host", &ev.Host)
	}
	for i := range ev.Fields {
		if len(ev.Fields[i].Key) >= leastLabel {
			r.name(ev, "", &ev.Fields[i].Key)
		}
	}
	for i := range ev.Secrets {
		if key := ev.Secrets[i].Key; len(key) >= leastLabel {
			ev.Secrets[i].Key = r.label(key).text
		}
	}
}

// name replaces a name and tells of what was found in it, under the key it has in the event.
func (r *Redactor) name(ev *detector.Event, key string, text *string) {
	l := r.label(*text)
	if len(l.secrets) == 0 {
		return
	}
	*text = l.text
	for _, s := range l.secrets {
		if key != "" {
			s.Key = key
		}
		ev.Secrets = append(ev.Secrets, s)
	}
}

func (r *Redactor) label(text string) label {
	if l, ok := r.known[text]; ok {
		return l
	}
	var ev detector.Event
	l := label{text: text}
	if clean := r.text(&ev, "", []byte(text)); len(ev.Secrets) > 0 {
		l = label{text: string(clean), secrets: ev.Secrets}
	}
	if r.known == nil || len(r.known) >= maxLabels {
		r.known = make(map[string]label)
	}
	r.known[text] = l
	return l
}
