package app

import (
	"github.com/tocsin-io/tocsin/cmd/internal/config"
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
