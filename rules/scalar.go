package rules

import (
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/rules/lang"
)

// text reads a scalar as text. Numbers and booleans are texts too, as they were written.
func (d *document) text(p pair) (string, bool) {
	if p.value == nil {
		return "", false
	}
	if p.value.Kind != yaml.ScalarNode || p.value.Tag == "!!null" {
		d.fault(p.value, "", "%s must be a text, this is %s", p.key.Value, kindOf(p.value))
		return "", false
	}
	return p.value.Value, true
}

func (d *document) duration(p pair, least, most, otherwise time.Duration) time.Duration {
	if p.value == nil {
		return otherwise
	}
	s, ok := d.text(p)
	if !ok {
		return otherwise
	}
	v, err := detector.ParseDuration(s)
	if err != nil {
		d.fault(p.value, "", "%s: %v", p.key.Value, err)
		return otherwise
	}
	if v < least || v > most {
		d.fault(p.value, "", "%s is %s, it must be %s to %s", p.key.Value, s, detector.Duration(least), days(most))
		return otherwise
	}
	return v
}

func days(v time.Duration) string {
	if v >= 48*time.Hour && v%(24*time.Hour) == 0 {
		return strconv.Itoa(int(v/(24*time.Hour))) + "d"
	}
	return detector.Duration(v).String()
}

func (d *document) integer(p pair, least, most, otherwise int) int {
	if p.value == nil {
		return otherwise
	}
	n, err := strconv.Atoi(strings.ReplaceAll(p.value.Value, "_", ""))
	if p.value.Kind != yaml.ScalarNode || err != nil || n < least || n > most {
		d.fault(p.value, "", "%s must be a whole number from %d to %d", p.key.Value, least, most)
		return otherwise
	}
	return n
}

func (d *document) boolean(p pair, otherwise bool) bool {
	if p.value == nil {
		return otherwise
	}
	if p.value.Kind != yaml.ScalarNode || p.value.Tag != "!!bool" {
		d.fault(p.value, "", "%s must be true or false, this is %s", p.key.Value, kindOf(p.value))
		return otherwise
	}
	return p.value.Value == "true" || p.value.Value == "True" || p.value.Value == "TRUE"
}

func (d *document) severity(p pair, otherwise detector.Severity) detector.Severity {
	if p.value == nil {
		return otherwise
	}
	s, ok := d.text(p)
	if !ok {
		return otherwise
	}
	if v := detector.Severity(s); v.Valid() {
		return v
	}
	mend := "severities are page, notice and record"
	if near := lang.Nearest(s, []string{"page", "notice", "record"}); near != "" {
		mend = "did you mean " + near + "?"
	}
	d.fault(p.value, mend, "severity %q is unknown", s)
	return otherwise
}

// texts reads a list of scalars; one scalar alone is a list of one.
func (d *document) texts(p pair) []pair {
	if p.value == nil {
		return nil
	}
	if p.value.Kind == yaml.ScalarNode && p.value.Tag != "!!null" {
		return []pair{p}
	}
	var out []pair
	for _, item := range d.items(p.value, p.key.Value) {
		entry := pair{key: p.key, value: item}
		if _, ok := d.text(entry); ok {
			out = append(out, entry)
		}
	}
	return out
}

// labels reads a mapping of texts.
func (d *document) labels(n *yaml.Node, what string) map[string]string {
	out := map[string]string{}
	for name, p := range d.mapping(n, what, nil) {
		if s, ok := d.text(p); ok {
			out[name] = s
		}
	}
	return out
}
