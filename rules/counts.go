package rules

import "sync/atomic"

// counts is what one matcher counts of each rule. What each line adds to stands in plain numbers of the goroutine that
// matches, and settle makes it known to all others.
type counts struct {
	rules          []counter
	asked, matched []uint64 // by rule: evaluations and lines since the last settle, but for those of went
	went           []*plan  // by which lines went since then
}

// counter counts what happened to a rule. Only its matcher writes.
type counter struct {
	evaluations, errors, stopped, matched, missing atomic.Uint64
	last                                           atomic.Pointer[string]
}

func newCounts(rules int) *counts {
	return &counts{rules: make([]counter, rules), asked: make([]uint64, rules), matched: make([]uint64, rules)}
}

// maxWent bounds the plans that are held because lines went by them: where nobody settles, and services or templates are new
// again and again, they would be all that ever were.
const maxWent = kindEntries + shapeEntries

// goes notes that a first line goes by a plan.
func (c *counts) goes(p *plan) {
	if len(c.went) >= maxWent {
		c.settle()
	}
	c.went = append(c.went, p)
}

// settle belongs to the goroutine that matches.
func (c *counts) settle() {
	for i, p := range c.went {
		for k := range p.open {
			c.asked[p.open[k].rule] += p.lines
		}
		for _, rule := range p.tallied {
			c.matched[rule] += p.lines
		}
		p.lines, c.went[i] = 0, nil
	}
	c.went = c.went[:0]
	for i := range c.rules {
		if n := c.asked[i]; n > 0 {
			c.rules[i].evaluations.Add(n)
			c.asked[i] = 0
		}
		if n := c.matched[i]; n > 0 {
			c.rules[i].matched.Add(n)
			c.matched[i] = 0
		}
	}
}

// fault counts what stopped an evaluation.
func (c *counter) fault(err error) {
	c.errors.Add(1)
	text := err.Error()
	if last := c.last.Load(); last == nil || *last != text {
		c.last.Store(&text)
	}
}

func (c *counter) into(s *Stats) {
	s.Evaluations += c.evaluations.Load()
	s.Errors += c.errors.Load()
	s.Rested += c.stopped.Load()
	s.Matched += c.matched.Load()
	s.Missing += c.missing.Load()
	if last := c.last.Load(); last != nil {
		s.LastError = *last
	}
}
