package app

import (
	"sync"

	"github.com/tocsin-io/tocsin/cmd/internal/config"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/redact"
)

// redactOptions makes the redactor's options of a configuration; key keys the fingerprints.
func redactOptions(c config.Redact, key []byte) redact.Options {
	o := redact.Options{Keys: c.Keys, Allow: c.Allow, FingerprintKey: key}
	for _, p := range c.Patterns {
		o.Patterns = append(o.Patterns, p.Pattern())
	}
	return o
}

// notes redacts what people write: a note may hold a line that was pasted.
type notes struct {
	mu sync.Mutex
	r  *redact.Redactor
}

// clean is the text without its secrets.
func (n *notes) clean(text string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	ev := detector.Event{Message: []byte(text)}
	n.r.Event(&ev)
	return string(ev.Message)
}
