package template

import (
	"sync"

	"github.com/tocsin-io/tocsin/detector"
)

// Aliases knows what every id stands for. It is safe for concurrent use.
type Aliases struct {
	mu       sync.RWMutex
	to       map[detector.ShapeID]detector.ShapeID
	texts    map[detector.ShapeID]string
	names    map[detector.ShapeID]string
	merger   *Merger
	patterns []*pattern // those with names
}

// NewAliases returns an empty set.
func NewAliases() *Aliases {
	return &Aliases{
		to:     map[detector.ShapeID]detector.ShapeID{},
		texts:  map[detector.ShapeID]string{},
		names:  map[detector.ShapeID]string{},
		merger: NewMerger(),
	}
}

// Learn merges further shapes, of this replica or of others, and returns the aliases that follow, to be stored. Shapes
// that it has already change nothing.
func (a *Aliases) Learn(known []Known) []Alias {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := append([]Alias(nil), a.merger.Add(known)...)
	a.add(out)
	for i := range known {
		a.refresh(known[i].ID)
		if known[i].Pinned {
			a.namePinned(&known[i])
		}
	}
	return out
}

// Add takes aliases that were found elsewhere or before. An alias that is known changes nothing; one that would make a
// circle is left out.
func (a *Aliases) Add(aliases []Alias) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.add(aliases)
}

func (a *Aliases) add(aliases []Alias) {
	for _, x := range aliases {
		from, to := a.resolve(x.From), a.resolve(x.To)
		if from == to {
			continue
		}
		if from < to {
			from, to = to, from
		}
		a.to[from] = to
		delete(a.texts, from)
		if a.names[to] == "" && a.names[from] != "" {
			a.names[to] = a.names[from]
		}
	}
}

func (a *Aliases) refresh(id detector.ShapeID) {
	to := a.resolve(id)
	if text, ok := a.merger.Text(id); ok {
		a.texts[to] = text
	}
}

// Resolve is the canonical id of the template that id belongs to, however old it is; an unknown id is its own.
func (a *Aliases) Resolve(id detector.ShapeID) detector.ShapeID {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.resolve(id)
}

func (a *Aliases) resolve(id detector.ShapeID) detector.ShapeID {
	for {
		to, ok := a.to[id]
		if !ok {
			return id
		}
		id = to
	}
}

// Text is the masked text of id's template; empty where it is unknown.
func (a *Aliases) Text(id detector.ShapeID) string {
	if id == detector.OverflowShape {
		return OverflowText
	}
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.texts[a.resolve(id)]
}

// matcher is the scratch space of match.
type matcher struct {
	form    form
	hole    hole
	scratch []unit
	values  []value
}

// match finds the template that a line would be merged into, where that template is known to vary in a word. Only then
// may the shape be left out: a template of one form must keep each shape that tells how it varies.
func (a *Aliases) match(s *matcher, l *line, service string, level detector.Level) (detector.ShapeID, string, bool) {
	s.form.of(l)
	salt := salted(service, level)
	a.mu.RLock()
	defer a.mu.RUnlock()
	to := int32(-1)
	s.form.holes(&s.hole, func(o *hole) {
		var key uint64
		_, key, s.scratch = s.form.keys(salt, o, s.scratch)
		if g := a.merger.groups[key]; g != nil && g.active {
			to = g.nodes[0]
		}
	})
	if to < 0 {
		if s.values = s.form.values(s.values); len(s.values) > 0 {
			to = a.merger.frames[s.form.frameKey(salt, s.values)].covers(s.values)
		}
	}
	if to < 0 {
		return 0, "", false
	}
	id := a.resolve(a.merger.classes[a.merger.peek(to)].min)
	return id, a.texts[id], true
}
