package rules

import (
	"slices"
	"sync"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/sketch"
	"github.com/tocsin-io/tocsin/rules/lang"
)

// Set is what files of rules say, checked and compiled. It never changes and is safe for concurrent use; what is
// counted about its rules (Stats) grows.
type Set struct {
	rules   []*Rule // in order of name
	byName  map[string]int
	adjusts []adjust
	units   []unit
	keys    []*keyTable // by rule
	early   []bool      // by rule: whether it may fire before a bucket is complete
	index   *index

	mu       sync.Mutex
	counting []*counts // of each matcher
	past     []Stats   // of matchers that were closed
	judged   []judgeStats
}

func newSet(rules []*Rule, adjusts []adjust) *Set {
	slices.SortFunc(rules, func(a, b *Rule) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	s := &Set{rules: rules, adjusts: adjusts, byName: make(map[string]int, len(rules))}
	s.past, s.judged = make([]Stats, len(rules)), make([]judgeStats, len(rules))
	for i, r := range rules {
		s.byName[r.Name] = i
		s.keys = append(s.keys, newKeyTable(r.MaxSeries, r.Forget))
		s.early = append(s.early, r.condition.early && r.measure.grows() && r.For == 0)
		if len(r.Sequence) == 0 {
			u := newUnit(i, r, r.firstCondition())
			if r.measure.kind == measureShare && r.when != nil {
				u.share = r.when.Split()
				u.shapeIDs = u.shapeIDs || r.when.Uses("template_id")
			}
			s.units = append(s.units, u)
		}
		for n := range r.Sequence {
			u := newUnit(i, r, r.Sequence[n].program)
			u.step = int32(n + 1)
			s.units = append(s.units, u)
		}
	}
	var pool lang.Pool
	for i := range s.units {
		u := &s.units[i]
		for _, p := range []**lang.Program{&u.field, &u.parts.Line, &u.share.Line} {
			*p = pool.One(*p)
		}
	}
	return s
}

// Rules returns the rules in order of name. They must not be changed.
func (s *Set) Rules() []*Rule { return s.rules }

// Rule returns the rule of that name, or nil.
func (s *Set) Rule(name string) *Rule {
	if i, ok := s.byName[name]; ok {
		return s.rules[i]
	}
	return nil
}

// unit is one condition over lines, with what the matcher asks to spare its evaluation.
type unit struct {
	outline
	parts    lang.Parts
	share    lang.Parts // of when, where the condition is of
	guard    lang.Guard
	guarded  bool
	shapeIDs bool // it names template_id
}

// firstCondition is what every line of the rule's series meets: of for shares, when for all others.
func (r *Rule) firstCondition() *lang.Program {
	if r.measure.kind == measureShare {
		return r.of
	}
	return r.when
}

// outline is what all hits of a unit have in common: what is asked for with each of them stands together.
type outline struct {
	name    string        // of the rule
	field   *lang.Program // what is measured of the line; nil: nothing
	rule    int32
	step    int32 // of a sequence, from 1 on; 0 in none
	kind    measureKind
	keeps   sketch.Parts
	summary bool
	grouped bool
}

// hit is what all hits of the unit are but for group, number and text.
func (o *outline) hit() detector.Hit {
	return detector.Hit{Series: detector.Series{Class: detector.ClassRule, Name: o.name}, Parts: o.keeps, Summary: o.summary}
}

// newUnit takes a condition of a rule apart.
func newUnit(i int, r *Rule, condition *lang.Program) unit {
	u := unit{outline: outline{
		name: r.Name, field: r.measure.field, rule: int32(i), kind: r.measure.kind, keeps: r.measure.parts(),
		summary: r.measure.summarised(), grouped: len(r.groups) > 0,
	}}
	if condition == nil {
		return u
	}
	u.parts = condition.Split()
	if u.parts.Line != nil {
		u.guard, u.guarded = u.parts.Line.Guard()
	}
	u.shapeIDs = condition.Uses("template_id")
	return u
}
