package rules

import (
	"math"
	"time"

	"github.com/tocsin-io/tocsin/rules/lang"
)

// Bounds of a sequence.
const (
	maxSteps     = 8
	maxStepCount = 1_000_000
)

// sequence reads the steps of a rule over one thing after another.
func (d *document) sequence(r *Rule, keys map[string]pair, known lists) {
	p, ok := keys["sequence"]
	r.Ordered = d.boolean(keys["ordered"], true)
	if !ok {
		if o, ok := keys["ordered"]; ok {
			d.fault(o.key, "leave it out", "ordered belongs to a sequence")
		}
		return
	}
	for _, name := range []string{"when", "of", "value"} {
		if other, ok := keys[name]; ok {
			d.fault(other.key, "say it in the when of each step", "%s does not go with sequence", name)
		}
	}
	items := d.items(p.value, "sequence")
	if len(items) < 2 || len(items) > maxSteps {
		d.fault(p.value, "", "a sequence has 2 to %d steps, this has %d", maxSteps, len(items))
		return
	}
	for _, item := range items {
		step := d.mapping(item, "a step", []string{"when", "count"})
		s := Step{Count: d.integer(step["count"], 1, maxStepCount, 1)}
		s.When, s.program = d.expression(step["when"], lang.LineSchema("when", known))
		if s.When == "" {
			d.fault(item, `write {when: message contains "…"}`, "a step needs when")
		}
		r.Sequence = append(r.Sequence, s)
	}
	r.Value = "sequence"
	r.measure = measure{kind: measureSequence}
}

// stepTime is the time of a line as it travels in a summary: seconds since the epoch, exact to a microsecond.
func stepTime(t time.Time) float64 { return float64(t.UnixMicro()) / 1e6 }

// complete reports whether the steps stand in the buckets from first to last, in their order if that is asked for. Of
// each step and bucket the number of lines and the times of the first and the last one are known. Where they do not
// tell whether lines came after those of the step before, only the last one is taken to have; and a step of several
// lines counts as done with the last line of its bucket. So what is called complete is.
func (r *Rule) complete(s *series, first, last int64) bool {
	after := math.Inf(-1)
	for n := range r.Sequence {
		done, ok := r.finishStep(s, n, first, last, after)
		if !ok {
			return false
		}
		if r.Ordered {
			after = done
		}
	}
	return true
}

// finishStep is when a step that begins at `after` is done.
func (r *Rule) finishStep(s *series, n int, first, last int64, after float64) (float64, bool) {
	need, got := uint64(r.Sequence[n].Count), uint64(0)
	for i := range s.cells {
		c := &s.cells[i]
		if int(c.step) != n || !s.holds(c, first, last) || c.lines == 0 || c.most < after {
			continue
		}
		certain := c.least >= after
		if certain {
			got += c.lines
		} else {
			got++
		}
		if got < need {
			continue
		}
		if need == 1 && certain {
			return c.least, true
		}
		return c.most, true
	}
	return 0, false
}
