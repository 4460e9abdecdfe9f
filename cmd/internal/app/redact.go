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
		o.Patterns = append(o.Patterns, redact.Pattern{Kind: p.Kind, Match: p.Match})
	}
	return o
}

// notes redacts what people write: a note may hold a line that was pasted.
type notes struct {
	mu sync.Mutex
	r  *redact.Redactor
}

func newNotes(o redact.Options) (*notes, error) {
	r, err := redact.New(o)
	if err != nil {
		return nil, err
	}
	return &notes{r: r}, nil
}

// clean is the text without its secrets.
func (n *notes) clean(text string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	ev := detector.Event{Message: []byte(text)}
	n.r.Event(&ev)
	return string(ev.Message)
}
