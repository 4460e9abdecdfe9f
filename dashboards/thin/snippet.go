package thin

import (
	"errors"
	"fmt"
	"strings"
)

// Mode is what becomes of the lines.
type Mode string

// The modes.
const (
	Drop      Mode = "drop"      // none is sent
	Sample    Mode = "sample"    // one in Rate is sent
	Aggregate Mode = "aggregate" // how many there were is sent, not they themselves
)

// Modes lists them.
func Modes() []Mode { return []Mode{Drop, Sample, Aggregate} }

// Shippers are the names of what snippets are written for.
func Shippers() []string { return []string{"Fluent Bit", "Vector", "OpenTelemetry"} }

// Rates of Sample: the collector keeps a line by the first byte of a hash.
const (
	Rate          = 100
	RateCollector = 256
)

// Snippet is a configuration to copy, and how to use it.
type Snippet struct {
	File string // where it goes
	Code string // YAML
	Text string // what to do with it
	Rate int    // of Sample: one in so many is kept
}

// ErrTooGeneral: too little of the template is fixed to find its lines by their text.
var ErrTooGeneral = errors.New("too little of this template is fixed: a filter by its text would take other lines too. Filter it where it is logged")

// Write writes the snippet for a shipper, service and masked text.
func Write(shipper string, mode Mode, service, masked string) (Snippet, error) {
	pattern, ok := Pattern(masked)
	if !ok {
		return Snippet{}, ErrTooGeneral
	}
	t := target{service: service, pattern: pattern, about: about(mode, service, masked), name: name(service)}
	switch {
	case shipper == "Fluent Bit" && mode == Drop:
		return t.fluentDrop(), nil
	case shipper == "Fluent Bit" && mode == Sample:
		return t.fluentSample(), nil
	case shipper == "Fluent Bit" && mode == Aggregate:
		return t.fluentAggregate(), nil
	case shipper == "Vector" && mode == Drop:
		return t.vectorDrop(), nil
	case shipper == "Vector" && mode == Sample:
		return t.vectorSample(), nil
	case shipper == "Vector" && mode == Aggregate:
		return t.vectorAggregate(), nil
	case shipper == "OpenTelemetry" && mode == Drop:
		return t.collectorDrop(), nil
	case shipper == "OpenTelemetry" && mode == Sample:
		return t.collectorSample(), nil
	case shipper == "OpenTelemetry" && mode == Aggregate:
		return t.collectorAggregate(), nil
	}
	return Snippet{}, fmt.Errorf("no snippet for %q and %q: use %s, and drop, sample or aggregate", shipper, mode, strings.Join(Shippers(), ", "))
}

// target is whose lines a snippet is about.
type target struct {
	service, pattern, about, name string
}

// about is the comment over a snippet.
func about(mode Mode, service, masked string) string {
	what := map[Mode]string{Drop: "drop ", Sample: "keep a part of ", Aggregate: "count, and do not send, "}[mode]
	text := strings.Join(strings.Fields(masked), " ")
	if r := []rune(text); len(r) > 90 {
		text = string(r[:90]) + "…"
	}
	return "# " + what + oneLine(service) + ": " + oneLine(text)
}

// oneLine keeps a comment on its line.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, s)
}

// name is a name for a metric: letters, digits and underscores.
func name(service string) string {
	out := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '_'
	}, service)
	if out == "" || out[0] >= '0' && out[0] <= '9' {
		out = "service_" + out
	}
	return out[:min(len(out), 40)] + "_thinned_lines"
}

// single is a YAML text in single quotes.
func single(s string) string { return "'" + strings.ReplaceAll(oneLine(s), "'", "''") + "'" }

// fill puts lines together.
func fill(lines ...string) string { return strings.Join(lines, "\n") + "\n" }
