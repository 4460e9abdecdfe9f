package rules

import (
	"slices"

	"gopkg.in/yaml.v3"
)

var documentKeys = []string{"version", "rules", "lists", "detectors"}

// document takes in what one file says.
func (l *loader) document(d *document, root *yaml.Node, pack string) {
	keys := d.mapping(root, "the file", documentKeys)
	if root.Kind != yaml.MappingNode {
		return
	}
	if v, ok := keys["version"]; !ok {
		d.fault(root, "begin with version: 1", "the file names no version")
	} else if v.value.Value != "1" {
		d.fault(v.value, "this tocsin reads version 1", "version %s is unknown", v.value.Value)
	}
	known := lists{}
	if p, ok := keys["lists"]; ok {
		l.lists(d, p.value, known)
	}
	if p, ok := keys["rules"]; ok && p.value.Tag != "!!null" {
		for _, item := range d.items(p.value, "rules") {
			l.rule(d, item, known, pack)
		}
	}
	if p, ok := keys["detectors"]; ok && p.value.Tag != "!!null" {
		for _, item := range d.items(p.value, "detectors") {
			if a, ok := d.adjust(item, known); ok {
				l.adjusts = append(l.adjusts, a)
			}
		}
	}
}

// rule takes one rule in. A person's rule replaces that of a pack.
func (l *loader) rule(d *document, item *yaml.Node, known lists, pack string) {
	name := d.nameOf(item)
	r := d.rule(item, known, pack)
	if name == "" {
		return
	}
	if first, ok := l.names[name]; ok {
		if !first.pack || pack != "" {
			d.fault(item, "give it another name", "two rules are named %s, the other in %s:%d", name, first.file, first.line)
			return
		}
		l.rules = slices.DeleteFunc(l.rules, func(r *Rule) bool { return r.Name == name })
	}
	l.names[name] = named{file: d.file, line: item.Line, pack: pack != ""}
	if r == nil {
		return
	}
	if len(l.rules) >= maxRules {
		d.fault(item, "", "more than %d rules", maxRules)
		return
	}
	l.rules = append(l.rules, r)
}

// nameOf is the name even of a rule with faults, and of one that is not enabled; empty where there is none.
func (d *document) nameOf(item *yaml.Node) string {
	for i := 0; i+1 < len(item.Content) && item.Kind == yaml.MappingNode; i += 2 {
		if item.Content[i].Value != "name" {
			continue
		}
		if v := d.resolve(item.Content[i+1]); v != nil && v.Kind == yaml.ScalarNode {
			return v.Value
		}
	}
	return ""
}
