package rules

import (
	"math"
	"strings"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/rules/lang"
)

// EvalOptions is what an Evaluator needs to know of its surroundings.
type EvalOptions struct {
	Shard int
	// ShardOf tells which shard judges a series; rate.ShardOf in the service. Series that are expected from the start
	// are made by the evaluator that owns them. Nil: this evaluator owns all.
	ShardOf func(detector.Series) int
}

// Evaluator judges the rule series of one shard: it slides each rule's window over complete buckets, evaluates `if`
// and keeps the state of each series. It is a detector.Judge. Step, Peek, AppendState and Restore belong to one
// goroutine; Status may be called beside them.
type Evaluator struct {
	set *Set
	o   EvalOptions

	mu    sync.Mutex // for Status
	rules []*ruled
	width time.Duration // of the buckets; 0 before the first
	next  int64         // number of the next bucket
	gap   int64         // number of the last bucket with a gap, or noGap
	begun bool
	frame lang.Frame
}

// maxCells is how many cells a window has. In longer windows buckets share cells, and lines stay in the window for up to
// a maxCells-th of it longer: what a series costs does not grow with its window.
const maxCells = 360

// noGap is before every bucket.
const noGap = math.MinInt64 / 2

var _ detector.Judge = (*Evaluator)(nil)

// ruled is a rule with its series.
type ruled struct {
	rule    *Rule
	number  int   // in the Set
	watch   int64 // number of the first bucket that it saw
	watched bool
	covered int64              // number of the first bucket of which the cells hold all, where a reload made that a later one than watch
	anew    int64              // number of the first bucket after a reload with another window: what was usual before is not known
	greeted bool               // the series that are expected were made
	series  map[string]*series // nil before the first
	order   []*series          // as they came
	window  int64              // in buckets
	grain   int64              // buckets that share a cell
	every   int64              // buckets between values that the baseline learns
	refused uint64             // series without room
}

// NewEvaluator returns an evaluator that has seen nothing.
func (s *Set) NewEvaluator(o EvalOptions) *Evaluator {
	e := &Evaluator{set: s, o: o, gap: noGap}
	e.rules = e.anew(time.Second) // the width is set by the first bucket
	return e
}

// Step takes a complete bucket and returns the signals that hold at its end.
func (e *Evaluator) Step(b *detector.Bucket) []detector.Signal {
	e.mu.Lock()
	defer e.mu.Unlock()
	index, ok := e.advance(b)
	if !ok {
		return nil
	}
	for i := range b.Rows {
		e.row(index, &b.Rows[i])
	}
	var out []detector.Signal
	for _, rd := range e.rules {
		out = e.stepRule(out, rd, index)
	}
	return out
}

// advance moves to the bucket; false where it was taken already.
func (e *Evaluator) advance(b *detector.Bucket) (int64, bool) {
	if e.width != b.Width {
		e.resize(b.Width)
	}
	index := b.Start.UnixNano() / int64(b.Width)
	if e.begun && index < e.next {
		return 0, false
	}
	if b.Gap {
		e.gap = index
	} else if e.begun && index > e.next {
		e.gap = index - 1 // buckets that never came
	}
	e.begun, e.next = true, index+1
	for _, rd := range e.rules {
		if !rd.watched {
			rd.watched, rd.watch = true, index
		}
		if !rd.greeted {
			rd.greeted = true
			e.expect(rd, index)
		}
	}
	return index, true
}

// resize begins again: what was counted in buckets of another width does not add up.
func (e *Evaluator) resize(width time.Duration) {
	e.width, e.begun, e.gap = width, false, noGap
	e.rules = e.anew(width)
}

// anew is the rules without series. They stand together: there are as many as rules times shards.
func (e *Evaluator) anew(width time.Duration) []*ruled {
	all, out := make([]ruled, len(e.set.rules)), make([]*ruled, len(e.set.rules))
	for i, r := range e.set.rules {
		window := int64((r.Window + width - 1) / width)
		all[i] = ruled{rule: r, number: i, window: window, every: max(window/4, 1), grain: grainOf(window)}
		out[i] = &all[i]
	}
	return out
}

// whole reports whether all that the rule counted from that bucket on stands in its cells.
func (rd *ruled) whole(first int64) bool { return max(rd.watch, rd.covered) <= first }

// reach is how many buckets back cells are kept.
func (rd *ruled) reach() int64 {
	if rd.rule.condition.uses[varPrevious] {
		return 2 * rd.window
	}
	return rd.window
}

// grainOf is how many buckets share a cell in a window of so many.
func grainOf(window int64) int64 { return max(window/maxCells, 1) }

// expect makes the series that are known from the start.
func (e *Evaluator) expect(rd *ruled, index int64) {
	for _, key := range rd.rule.expected {
		id := detector.Series{Class: detector.ClassRule, Name: rd.rule.Name, Key: key}
		if e.o.ShardOf != nil && e.o.ShardOf(id) != e.o.Shard {
			continue
		}
		if s, ok := rd.series[key]; ok {
			s.expected = true
			continue
		}
		if s := e.open(rd, key, index); s != nil {
			s.expected, s.last = true, index-1
		}
	}
}

func (e *Evaluator) row(index int64, row *detector.Row) {
	if row.Series.Class != detector.ClassRule {
		return
	}
	number, ok := e.set.byName[row.Series.Name]
	if !ok {
		return
	}
	rd := e.rules[number]
	s := rd.series[row.Series.Key]
	if s == nil {
		if s = e.open(rd, row.Series.Key, index); s == nil {
			rd.refused++
			return
		}
	}
	s.take(index, row, rd.rule)
}

// open makes a series; nil where the rule has no room left.
func (e *Evaluator) open(rd *ruled, key string, index int64) *series {
	if len(rd.series) >= rd.rule.MaxSeries+1 { // the one more is that of the overflow
		return nil
	}
	key = strings.Clone(key)
	s := &series{key: key, first: index, last: index, grain: rd.grain, newest: index, groups: groupsOf(rd.rule, key)}
	s.machine.state = StateInactive
	r := rd.rule
	for _, name := range r.condition.labels {
		s.labels = append(s.labels, lang.TextValue(labelOf(r, s.groups, name)))
	}
	s.history = newHistory(r.condition.back())
	if r.measure.kind == measureNew {
		s.novelty = newNovelty(e.width, r.Learn)
	}
	if rd.series == nil {
		rd.series = make(map[string]*series)
	}
	rd.series[key] = s
	rd.order = append(rd.order, s)
	return s
}

// groupsOf reads a key. The lines for which there was no series of their own, here or where they are counted, say so.
func groupsOf(r *Rule, key string) []Group {
	groups, err := ParseGroupKey(key)
	if err == nil && len(groups) == len(r.groups) {
		return groups
	}
	var out []Group
	for _, g := range r.groups {
		out = append(out, Group{g.name, others})
	}
	return out
}

// others is what the groups of a series say into which all go that had no room.
const others = "(others)"

// overflow reports whether the series takes the groups that had no room: these had lines before it had any.
func (s *series) overflow() bool { return len(s.groups) > 0 && s.groups[0].Value == others }

func labelOf(r *Rule, groups []Group, name string) string {
	for i, g := range groups {
		if g.Name == name || i < len(r.groups) && r.groups[i].full == name {
			return g.Value
		}
	}
	return r.Labels[name]
}
