package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"gopkg.in/yaml.v3"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/rules/lang"
)

// rule reads one rule. It returns nil where the rule has faults that leave nothing to go on with, or is not enabled.
func (d *document) rule(n *yaml.Node, lists map[string]*lang.ListValue, pack string) *Rule {
	keys := d.mapping(n, "a rule", ruleKeys)
	if n.Kind != yaml.MappingNode {
		return nil
	}
	before := len(d.problems)
	r := &Rule{File: d.file, Line: n.Line, Pack: pack, Text: d.excerpt(n)}
	r.Name = d.name(n, keys["name"])
	enabled := d.boolean(keys["enabled"], true)
	r.MaxSeries = d.integer(keys["max_series"], 1, maxSeries, DefaultMaxSeries)
	r.Severity = d.severity(keys["severity"], detector.SeverityPage)
	d.times(r, keys)
	d.selection(r, keys, lists)
	d.sequence(r, keys, lists)
	d.groups(r, keys["by"], lists)
	if p, ok := keys["labels"]; ok {
		r.Labels = d.labels(p.value, "labels")
	}
	d.decision(r, keys, lists)
	d.words(r, keys)
	if p, ok := keys["expect"]; ok {
		d.expect(r, p)
	}
	d.doubts(r, n, keys)
	if !enabled || r.Name == "" || Failed(d.problems[before:]) {
		return nil
	}
	r.finish()
	return r
}

func (d *document) name(n *yaml.Node, p pair) string {
	if p.value == nil {
		d.fault(n, "write name: and a word for it", "a rule without a name")
		return ""
	}
	s, ok := d.text(p)
	if !ok {
		return ""
	}
	if strings.TrimSpace(s) != s || s == "" || len(s) > 120 || strings.IndexFunc(s, unicode.IsControl) >= 0 {
		d.fault(p.value, "", "the name of a rule has 1 to 120 characters, no line breaks and no spaces around it")
		return ""
	}
	return s
}

func (d *document) times(r *Rule, keys map[string]pair) {
	r.Window = d.duration(keys["window"], time.Second, maxWindow, DefaultWindow)
	r.For = d.duration(keys["for"], 0, maxWindow, 0)
	r.Keep = d.duration(keys["keep"], 0, maxWindow, r.Window)
	r.Forget = d.duration(keys["forget"], r.Window, 400*24*time.Hour, max(DefaultForget, r.Window))
	r.Learn = d.duration(keys["learn"], 0, 30*24*time.Hour, DefaultLearn)
}

// selection reads which lines count and what is measured of them.
func (d *document) selection(r *Rule, keys map[string]pair, lists map[string]*lang.ListValue) {
	r.When, r.when = d.expression(keys["when"], lang.LineSchema("when", lists))
	r.Of, r.of = d.expression(keys["of"], lang.LineSchema("of", lists))
	r.Value = "count"
	if p, ok := keys["value"]; ok {
		s, ok := d.text(p)
		if !ok {
			return
		}
		r.Value = strings.TrimSpace(s)
		m, err := parseMeasure(s, lists)
		if err != nil {
			d.faultIn(p.value, err)
			return
		}
		r.measure = m
	}
	if p, ok := keys["of"]; ok && r.measure.kind != measureShare {
		d.fault(p.key, "write value: share", "of is the whole of a share, and value is %s", r.Value)
	}
	if p, ok := keys["learn"]; ok && r.measure.kind != measureNew {
		d.fault(p.key, "leave it out", "learn belongs to value: new(…)")
	}
	if r.measure.kind == measureShare && r.when == nil {
		if p, ok := keys["value"]; ok && keys["when"].value == nil {
			d.fault(p.value, "say in when which lines are the part", "a share of all lines is always 1")
		}
	}
}

// expression reads a condition over lines; nil where there is none.
func (d *document) expression(p pair, schema *lang.Schema) (string, *lang.Program) {
	if p.value == nil {
		return "", nil
	}
	if p.value.Kind == yaml.ScalarNode && p.value.Tag == "!!bool" {
		p.value.Tag = "!!str"
	}
	s, ok := d.text(p)
	if !ok {
		return "", nil
	}
	program, err := lang.Compile(s, schema, lang.Bool)
	if err != nil {
		d.faultIn(p.value, err)
		return s, nil
	}
	if reason, offset, never := program.Never(nil); never {
		d.problemIn(ProblemWarning, p.value, &lang.Error{
			Offset: offset, Source: s,
			Message: "this rule can never match: " + reason,
		})
	}
	return s, program
}

// decision reads `if`.
func (d *document) decision(r *Rule, keys map[string]pair, lists map[string]*lang.ListValue) {
	labels := slices.Sorted(maps.Keys(r.Labels))
	for _, g := range r.groups {
		for _, n := range []string{g.name, g.full} {
			if !slices.Contains(labels, n) {
				labels = append(labels, n)
			}
		}
	}
	labels = slices.DeleteFunc(labels, func(n string) bool { return slices.Contains(conditionNames, n) })
	r.If = "value > 0"
	p, ok := keys["if"]
	if ok {
		s, ok := d.text(p)
		if !ok {
			return
		}
		r.If = s
	}
	c, err := newCondition(r.If, labels, lists)
	if err != nil {
		d.faultIn(p.value, err)
		return
	}
	r.condition = c
	if reason, offset, never := c.program.Never(r.measure.ranges()); never {
		d.problemIn(ProblemWarning, p.value, &lang.Error{Offset: offset, Source: r.If, Message: "this rule can never fire: " + reason})
	}
	if v, constant := c.program.Constant(); constant && v.True() {
		d.fault(p.value, "compare value with something", "if is always true")
	}
}

// expect reads the groups that are known from the start.
func (d *document) expect(r *Rule, p pair) {
	entries := d.items(p.value, "expect")
	if len(entries) > maxExpect {
		d.fault(p.value, "", "expect has %d entries, at most %d are taken", len(entries), maxExpect)
		return
	}
	for _, item := range entries {
		given := d.labels(item, "an entry of expect")
		group, missing := map[string]string{}, []string{}
		for _, g := range r.groups {
			v, ok := given[g.name]
			if !ok {
				v, ok = given[g.full]
			}
			if !ok {
				missing = append(missing, g.name)
			}
			group[g.name] = v
			delete(given, g.name)
			delete(given, g.full)
		}
		if len(missing) > 0 || len(given) > 0 {
			d.fault(item, fmt.Sprintf("by is [%s]", strings.Join(r.By, ", ")), "an entry of expect names every key of by and no other")
			continue
		}
		r.Expect = append(r.Expect, group)
	}
}

// excerpt is the rule as it stands in the file, without the indentation of its list.
func (d *document) excerpt(n *yaml.Node) string {
	last := n.Line
	for _, c := range n.Content {
		last = max(last, lastLine(c, 0))
	}
	for last < len(d.lines) && indented(d.lines[last], n.Column) {
		last++
	}
	lines := slices.Clone(d.lines[min(n.Line, len(d.lines))-1 : min(last, len(d.lines))])
	for i := range lines {
		cut := min(n.Column-1, len(lines[i]))
		if strings.TrimLeft(lines[i][:cut], " -") == "" {
			lines[i] = lines[i][cut:]
		}
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n \r")
}

func lastLine(n *yaml.Node, depth int) int {
	last := n.Line
	if depth < 20 {
		for _, c := range n.Content {
			last = max(last, lastLine(c, depth+1))
		}
	}
	return last
}

// indented reports whether a line goes on with what stands at column: blank or indented at least as far.
func indented(line string, column int) bool {
	trimmed := strings.TrimLeft(line, " ")
	return strings.TrimSpace(line) == "" || len(line)-len(trimmed) >= column && !strings.HasPrefix(trimmed, "- ")
}
