package redact

import (
	"fmt"
	"regexp"
)

// Options adds to what is redacted by default. The zero value is the default.
type Options struct {
	Keys           []string  // further names of keys whose values are secret
	Allow          []string  // keys whose values are none, whatever they look like
	Patterns       []Pattern // patterns of one's own
	FingerprintKey []byte    // keys the fingerprints; without it there are none
}

// Pattern is a pattern of one's own.
type Pattern struct {
	Kind  string // what it finds, e.g. customer-number
	Match string // a regular expression (RE2); its first group, if it has one, is what is removed
}

type pattern struct {
	kind  string
	match *regexp.Regexp
}

func compile(patterns []Pattern) ([]pattern, error) {
	var out []pattern
	for i, p := range patterns {
		re, err := regexp.Compile(p.Match)
		if err != nil {
			return nil, fmt.Errorf("redact: pattern %d (%s): %w", i, p.Kind, err)
		}
		if p.Kind == "" {
			return nil, fmt.Errorf("redact: pattern %d has no kind: name what it finds", i)
		}
		out = append(out, pattern{p.Kind, re})
	}
	return out, nil
}
