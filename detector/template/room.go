package template

import (
	"math"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// shape is a shape that was met.
type shape struct {
	id   detector.ShapeID // what it counts as: its own, or that of the template it was borrowed from
	text string
	last int64 // when it was met last, in Unix seconds
	next int64 // when it is to be told of again, the same
	more bool  // it was met more than once
}

// seen notes that the shape was met, and reports whether it is to be told of again.
func (s *shape) seen(at time.Time) bool {
	s.more = true
	t := at.Unix()
	if t <= s.last {
		return false
	}
	s.last = t
	return t >= s.next
}

// putOff sets when the shape is to be told of again: half of Again after it was met, or up to all of it, each at another
// time, so that many which were met together are not told of together.
func (l *Learner) putOff(s *shape) {
	half := int64(l.options.Again / time.Second / 2)
	if half == 0 {
		s.next = math.MaxInt64
		return
	}
	s.next = s.last + half + int64(uint64(s.id)%uint64(half))
}

// shapes are those of one service, environment and level.
type shapes struct {
	key        groupKey
	met        map[detector.ShapeID]*shape
	own        int // of met, those that count as themselves
	overflowed bool
	swept      int64    // when it was last searched for shapes to leave, in Unix seconds
	door       []uint32 // hashes of shapes that stood at the door once
	budget     int      // how many shapes more may be met for the first time
	refilled   int64    // up to when the budget is, in Unix seconds
}

const (
	maxBorrowed = 1024 // shapes of known templates that a group keeps at hand
	doorSize    = 1024 // a power of two
)

func newShapes(key groupKey, budget int) *shapes {
	return &shapes{key: key, met: map[detector.ShapeID]*shape{}, budget: budget}
}

// borrow keeps at hand that id is a shape of the template to.
func (g *shapes) borrow(id, to detector.ShapeID, text string) *shape {
	if len(g.met)-g.own >= maxBorrowed {
		for k, s := range g.met {
			if s.id != k {
				delete(g.met, k)
			}
		}
	}
	s := &shape{id: to, text: text}
	g.met[id] = s
	return s
}

// room reports whether one more shape may be kept. The last eighth of the room is for shapes that come a second time,
// so that a stream of lines that never repeat leaves place for a rare one that does.
func (l *Learner) room(g *shapes, id detector.ShapeID, at time.Time) bool {
	limit := l.options.MaxShapes
	if l.total >= l.options.MaxTotal {
		limit = min(limit, max(1, limit/16))
	}
	if g.own >= limit {
		l.sweep(g, at)
	}
	l.refill(g, at)
	switch reserve := limit / 8; {
	case g.own >= limit || g.budget == 0:
		return false
	case g.own < limit-reserve && g.budget > reserve:
		return true
	}
	return g.knocks(id)
}

// refill gives back a quarter of the budget in the time that makes a shape idle. What was met is remembered for good, by
// every replica and by what merges: so it is bounded over time, however many shapes leave and make room for others.
func (l *Learner) refill(g *shapes, at time.Time) {
	step := max(1, 4*int64(l.options.Idle/time.Second)/int64(l.options.MaxShapes))
	if now := at.Unix(); g.refilled == 0 {
		g.refilled = now
	} else if n := (now - g.refilled) / step; n > 0 {
		g.budget = int(min(int64(l.options.MaxShapes), int64(g.budget)+n))
		g.refilled += n * step
	}
}

// knocks reports whether the shape stood at the door before.
func (g *shapes) knocks(id detector.ShapeID) bool {
	if g.door == nil {
		g.door = make([]uint32, doorSize)
	}
	at, mark := uint64(id)&(doorSize-1), uint32(uint64(id)>>32)|1
	if g.door[at] == mark {
		g.door[at] = 0
		return true
	}
	g.door[at] = mark
	return false
}

// sweep lets shapes leave: those that belong to a merged template, which will be borrowed when they come again; those
// met once and not lately; those not met for long. A shape that left and comes again has the id it had before, so no
// count is lost. It searches again only after a while, so that a full group costs little.
func (l *Learner) sweep(g *shapes, at time.Time) {
	now, idle := at.Unix(), int64(l.options.Idle/time.Second)
	if g.swept != 0 && now-g.swept < max(1, idle/240) {
		return
	}
	g.swept = now
	for k, s := range g.met {
		if s.id != k {
			continue
		}
		age := now - s.last
		if age > idle || !s.more && age > idle/24 || l.aliases != nil && l.aliases.Resolve(k) != k {
			delete(g.met, k)
			g.own--
			l.total--
		}
	}
}
