package template

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Learner gives events their shape and keeps the shapes that it has met, within the bounds of Options. One worker has
// one: it is not safe for concurrent use.
type Learner struct {
	options  Options
	patterns []*pattern
	aliases  *Aliases
	shaper   Shaper
	groups   map[groupKey]*shapes
	recent   [recentGroups]*shapes // direct-mapped, in front of groups
	total    int
	fresh    []Known
	buf      []byte
	gaps     []int
	pinned   *pattern // what the last event matched
	matcher  matcher
}

// recentGroups is a power of two.
const recentGroups = 64

type groupKey struct {
	service, environment string
	level                detector.Level
}

// NewLearner returns a Learner that knows nothing yet. aliases, which may be nil, is shared among the workers: a shape
// that belongs to a template which varies in one of its words gets that template and takes no room.
func NewLearner(o Options, aliases *Aliases) (*Learner, error) {
	l := &Learner{options: o.withDefaults(), aliases: aliases, groups: map[groupKey]*shapes{}}
	for _, p := range o.Patterns {
		c, err := compile(p)
		if err != nil {
			return nil, err
		}
		l.patterns = append(l.patterns, c)
	}
	return l, nil
}

// Load adds shapes that were learned before, as after a restart. They are not returned by TakeNew.
func (l *Learner) Load(known []Known) {
	for i := range known {
		k := &known[i]
		key := groupKey{k.Service, k.Environment, k.Level}
		if g := l.group(key); g != nil && k.ID != detector.OverflowShape && g.own < l.options.MaxShapes {
			l.keep(g, k.ID, k.Text, k.First)
		}
	}
}

// Learn sets Shape and Template of ev and reports whether this Learner met the shape for the first time. Where no room
// is left the event belongs to detector.OverflowShape, and is never new.
func (l *Learner) Learn(ev *detector.Event) bool {
	g := l.groupOf(ev)
	return l.learn(g, ev, l.shape(ev), true)
}

// LearnShaped is Learn for an event whose Shape is the one that a Shaper gave its message: where it is known, the message
// is not looked at. Patterns are not asked, and Slots has nothing to tell of it.
func (l *Learner) LearnShaped(ev *detector.Event) bool {
	l.pinned = nil
	return l.learn(l.groupOf(ev), ev, ev.Shape, false)
}

// groupOf is the group of an event; nil where there is no room.
func (l *Learner) groupOf(ev *detector.Event) *shapes {
	key := groupKey{ev.Service, ev.Environment, ev.Level}
	return l.group(key)
}

// learn is Learn for an event of a shape; lexed tells that the shaper has its message.
func (l *Learner) learn(g *shapes, ev *detector.Event, id detector.ShapeID, lexed bool) bool {
	if g == nil {
		ev.Shape, ev.Template = detector.OverflowShape, OverflowText
		return false
	}
	if s := g.met[id]; s != nil {
		if s.seen(ev.Received) {
			l.again(g, s, ev.Received)
		}
		ev.Shape, ev.Template = s.id, s.text
		return false
	}
	if !lexed {
		l.shaper.line.lex(ev.Message)
	}
	return l.meet(g, ev, id)
}

// shape is the id of the event's message by the first pattern that matches, else by its masked tokens.
func (l *Learner) shape(ev *detector.Event) detector.ShapeID {
	l.pinned = nil
	for _, p := range l.patterns {
		if p.Service != "" && p.Service != ev.Service {
			continue
		}
		var ok bool
		if l.gaps, ok = p.match(ev.Message, l.gaps); ok {
			l.pinned = p
			l.shaper.line.reset(ev.Message)
			return p.id(ev.Message, l.gaps)
		}
	}
	return l.shaper.Shape(ev.Message)
}

// text is the masked text of the last event.
func (l *Learner) text() string {
	if l.pinned != nil {
		return l.pinned.text(l.shaper.line.msg, l.gaps)
	}
	l.buf = l.shaper.AppendText(l.buf[:0])
	return string(l.buf)
}

// meet is Learn for a shape that is not among those kept.
func (l *Learner) meet(g *shapes, ev *detector.Event, id detector.ShapeID) bool {
	if l.pinned == nil && l.aliases != nil {
		if to, text, ok := l.aliases.match(&l.matcher, &l.shaper.line, ev.Service, ev.Level); ok {
			l.borrowed(g, g.borrow(id, to, text), ev.Received)
			ev.Shape, ev.Template = to, text
			return false
		}
	}
	if !l.room(g, id, ev.Received) {
		if !g.overflowed {
			g.overflowed = true
			l.remember(g, Known{ID: detector.OverflowShape, Text: OverflowText, First: ev.Received, Pinned: true})
		}
		ev.Shape, ev.Template = detector.OverflowShape, OverflowText
		return false
	}
	text := l.text()
	l.keep(g, id, text, ev.Received)
	g.budget--
	l.remember(g, Known{ID: id, Text: text, First: ev.Received, Pinned: l.pinned != nil})
	ev.Shape, ev.Template = id, text
	return true
}

func (l *Learner) remember(g *shapes, k Known) {
	k.Service, k.Environment, k.Level = g.key.service, g.key.environment, g.key.level
	l.fresh = append(l.fresh, k)
}

func (l *Learner) keep(g *shapes, id detector.ShapeID, text string, at time.Time) {
	if old := g.met[id]; old == nil || old.id != id {
		g.own++
		l.total++
	}
	s := &shape{id: id, text: text, last: at.Unix()}
	l.putOff(s)
	g.met[id] = s
}

// again tells of a shape that is met still.
func (l *Learner) again(g *shapes, s *shape, at time.Time) {
	l.putOff(s)
	l.remember(g, Known{ID: s.id, Text: s.text, First: at, Pinned: l.pinned != nil})
}

// borrowed takes the template that a shape was borrowed from for met: many such shapes may come, each once.
func (l *Learner) borrowed(g *shapes, s *shape, at time.Time) {
	s.last = at.Unix()
	l.putOff(s)
	if of := g.met[s.id]; of != nil && of.id == s.id && of.seen(at) {
		l.again(g, of, at)
	}
}

// TakeNew returns the shapes that were met for the first time since the last call, and those that Options.Again asks
// for. The slice is the caller's.
func (l *Learner) TakeNew() []Known {
	out := l.fresh
	l.fresh = nil
	return out
}

// Slots appends the variables of the event that was learned last.
func (l *Learner) Slots(dst []Slot) []Slot {
	if l.pinned != nil {
		return l.pinned.slots(l.shaper.line.msg, l.gaps, dst)
	}
	return l.shaper.Slots(dst)
}

func (l *Learner) group(key groupKey) *shapes {
	place := &l.recent[(detector.Spread(key.service)^uint64(key.level))%recentGroups]
	if g := *place; g != nil && g.key == key {
		return g
	}
	g := l.groups[key]
	if g == nil && len(l.groups) < l.options.MaxGroups {
		g = newShapes(key, l.options.MaxShapes)
		l.groups[key] = g
	}
	*place = g
	return g
}
