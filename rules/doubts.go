package rules

import (
	"gopkg.in/yaml.v3"

	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/rules/lang"
)

// doubts warns of what can be done but surely is not meant, or costs much.
func (d *document) doubts(r *Rule, n *yaml.Node, keys map[string]pair) {
	if p, ok := keys["window"]; ok && r.Window%rate.Fine != 0 {
		d.warn(p.value, "", "the window is counted in buckets of %s: %s is taken as %s", rate.Fine, r.Window,
			r.Window.Truncate(rate.Fine)+rate.Fine)
	}
	c := &r.condition
	if c.program == nil {
		return
	}
	if c.growth&lang.Down != 0 && r.measure.zero() && len(r.groups) == 0 && r.When == "" && keys["of"].value == nil {
		return
	}
	if p, ok := keys["if"]; ok && !c.usesAny() {
		d.warn(p.value, "", "if looks at no number: it never changes while a series lives")
	}
	if p, ok := keys["for"]; ok && r.For > 0 && r.measure.kind == measureNew && r.For >= r.Window {
		d.warn(p.value, "leave for out", "a value is new for one window only, for must be shorter")
	}
	d.cost(r, n, keys)
}

func (c *condition) usesAny() bool {
	for _, used := range c.uses {
		if used {
			return true
		}
	}
	return false
}

// cost warns where every line meets the rule's expression, or its series are many and large.
func (d *document) cost(r *Rule, n *yaml.Node, keys map[string]pair) {
	program, at := r.when, keys["when"].value
	if r.measure.kind == measureShare {
		program, at = r.of, keys["of"].value
	}
	if at == nil {
		at = n
	}
	if program != nil {
		parts := program.Split()
		if parts.Line != nil && parts.Static == nil && parts.Shape == nil {
			if _, guarded := parts.Line.Guard(); !guarded {
				d.warn(at, `name a service, a level or a text that must stand in the line (message contains "…")`,
					"every line of every service meets this expression")
			}
		}
	}
}
