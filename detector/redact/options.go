package redact

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Options adds to what is redacted by default. The zero value is the default.
type Options struct {
	Keys           []string  // further names of keys whose values are secret: see CheckKey
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

// Check reports what is wrong with the expression of a pattern: it is none, or it matches the empty text or whatever
// there is, so that nothing of a line would be left.
func (p Pattern) Check() error {
	_, err := p.compile()
	return err
}

func (p Pattern) compile() (pattern, error) {
	re, err := regexp.Compile(p.Match)
	if err != nil {
		return pattern{}, err
	}
	own := pattern{p.Kind, re}
	switch {
	case re.MatchString(""):
		return pattern{}, fmt.Errorf("%q matches the empty text: it says nothing about what to remove", p.Match)
	case own.takesAll():
		return pattern{}, fmt.Errorf("%q matches whatever there is: nothing of a line would be left", p.Match)
	}
	return own, nil
}

// ordinary are lines that have nothing in common but that they are lines.
var ordinary = []string{"GET /index.html 200 in 41 ms", "Verbindung zu db-3 verloren; neuer Versuch", "x", "7"}

// takesAll reports whether no letter and no digit of any line would be left.
func (p pattern) takesAll() bool {
	for _, line := range ordinary {
		left := []byte(line)
		for _, s := range (&Redactor{own: []pattern{p}}).patterns(left, nil) {
			clear(left[s.from:s.to])
		}
		for i := range left {
			if is(left, i, charAlnum) {
				return false
			}
		}
	}
	return true
}

// CheckKey reports what is wrong with a name of Options.Keys: one of a single letter would stand in every word.
func CheckKey(name string) error {
	if len(strings.TrimSpace(name)) < 2 {
		return fmt.Errorf("%q is no name of a key: it has fewer than 2 letters", name)
	}
	return nil
}

// Compiled is what Options come to. Any number of redactors share it; it does not change.
type Compiled struct {
	tables         *tables
	own            []pattern
	fingerprintKey []byte
}

// Compile checks the options.
func Compile(o Options) (*Compiled, error) {
	c := &Compiled{fingerprintKey: o.FingerprintKey}
	for _, key := range o.Keys {
		if err := CheckKey(key); err != nil {
			return nil, fmt.Errorf("redact: keys: %w", err)
		}
	}
	for i, p := range o.Patterns {
		own, err := p.compile()
		if err == nil && p.Kind == "" {
			err = errors.New("it has no kind: name what it finds")
		}
		if err != nil {
			return nil, fmt.Errorf("redact: pattern %d (%s): %w", i, p.Kind, err)
		}
		c.own = append(c.own, own)
	}
	c.tables = newTables(o)
	return c, nil
}

// Redactor makes a redactor for the events of one partition.
func (c *Compiled) Redactor() *Redactor {
	return &Redactor{
		tables: c.tables, own: c.own, keys: newKeyState(), columns: columns{names: make(map[string]name)},
		prints: newFingerprints(c.fingerprintKey), names: make(map[string]string), scan: scan{t: c.tables},
	}
}
