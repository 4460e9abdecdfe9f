package rules

import (
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/tocsin-io/tocsin/rules/lang"
)

// groups reads by: a list of names, or of one name with an expression, as in {source: extract(message, "from (\\S+)")}.
func (d *document) groups(r *Rule, p pair, known lists) {
	if p.value == nil {
		return
	}
	entries := []*yaml.Node{p.value}
	if p.value.Kind != yaml.ScalarNode {
		entries = d.items(p.value, p.key.Value)
	}
	if len(entries) > maxBy {
		d.fault(p.value, "", "by has %d entries, at most %d are taken", len(entries), maxBy)
		return
	}
	for _, e := range entries {
		if g, ok := d.group(e, known); ok {
			d.addGroup(r, e, g)
		}
	}
	long := 0
	for _, g := range r.groups {
		long += len(appendEscaped(nil, g.name)) + 2
	}
	if long > maxPrefixes {
		d.fault(p.value, "give them short ones, as in {app: fields.kubernetes.labels.app}", "the names in by are too long together")
	}
}

func (d *document) group(e *yaml.Node, known lists) (group, bool) {
	name, text := "", e
	if e.Kind == yaml.MappingNode {
		pairs := d.pairs(e, "an entry of by")
		if len(pairs) != 1 {
			d.fault(e, `write {source: extract(message, "from (\\S+)")}`, "an entry of by is a name, or one name with an expression")
			return group{}, false
		}
		name, text = pairs[0].key.Value, pairs[0].value
	}
	if text.Kind != yaml.ScalarNode || text.Tag == "!!null" {
		d.fault(text, "", "an entry of by must be a text, this is %s", kindOf(text))
		return group{}, false
	}
	program, err := lang.Compile(text.Value, lang.LineSchema("by", known), lang.Any)
	if err != nil {
		d.faultIn(text, err)
		return group{}, false
	}
	full := program.Name()
	switch {
	case name != "":
		return group{name: name, full: name, source: text.Value, program: program}, true
	case full == "":
		d.fault(text, "write {name: expression}", "what is more than a name needs one")
		return group{}, false
	}
	if full == "message" || full == "trace_id" || full == "time" || full == "bytes" {
		d.warn(text, "", "almost every line has its own %s: this makes a series of each", full)
	}
	return group{name: full[strings.LastIndexByte(full, '.')+1:], full: full, source: full, program: program}, true
}

// addGroup adds a group under its short name, or its full one where two would be the same.
func (d *document) addGroup(r *Rule, e *yaml.Node, g group) {
	for _, other := range r.groups {
		switch {
		case other.full == g.full:
			d.fault(e, "", "%s stands twice in by", g.full)
			return
		case other.name == g.name:
			g.name = g.full
		}
	}
	r.groups = append(r.groups, g)
	r.By = append(r.By, g.name)
}
