package template

import (
	"strings"
	"unicode/utf8"

	"github.com/tocsin-io/tocsin/detector"
)

// maxName is the longest name that a template can have, in bytes.
const maxName = 100

// NameFault says what is wrong with a name for people; empty: nothing.
func NameFault(name string) string {
	switch {
	case name == "":
		return "is missing"
	case len(name) > maxName:
		return "is longer than 100 bytes"
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return "has bytes in it that are no text"
	}
	return ""
}

// NamePatterns gives the templates that patterns pin the patterns' names, those that it has and those that it learns.
// Where a pattern splits, what stands there is part of the name. It is to be called before the first Learn.
func (a *Aliases) NamePatterns(patterns []Pattern) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, p := range patterns {
		if p.Name == "" {
			continue
		}
		c, err := compile(p)
		if err != nil {
			return err
		}
		a.patterns = append(a.patterns, c)
	}
	return nil
}

// namePinned names the template of a pinned shape. A text that stands for a longer one than is kept has no name, as its
// id cannot be told from it.
func (a *Aliases) namePinned(k *Known) {
	for _, p := range a.patterns {
		if p.Service != "" && p.Service != k.Service {
			continue
		}
		gaps, ok := p.match([]byte(k.Text), nil)
		if ok && p.id([]byte(k.Text), gaps) == k.ID {
			a.names[k.ID] = p.called(k.Text, gaps)
			return
		}
	}
}

// called is the pattern's name with what stands in the gaps that split.
func (p *pattern) called(text string, gaps []int) string {
	name := p.Name
	for k, split := range p.splits {
		if split {
			name += " " + text[gaps[2*k]:gaps[2*k+1]]
		}
	}
	return name
}

// SetName gives id's template a name for people; an empty one takes it away. Where named templates are merged, the name
// of the one with the smallest id stays.
func (a *Aliases) SetName(id detector.ShapeID, name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.names[a.resolve(id)] = name
}

// Name is what people call id's template; empty where nobody named it.
func (a *Aliases) Name(id detector.ShapeID) string {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.names[a.resolve(id)]
}
