package rules

import (
	"text/template"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/rules/lang"
)

// Rule is one rule as it was written, with its defaults filled in. It is immutable.
type Rule struct {
	Name      string
	File      string
	Line      int
	Pack      string // the pack it came with; empty for a person's own
	Text      string // the rule as it stands in the file
	When      string // empty: every line
	Of        string
	By        []string // short names: fields.source_ip is source_ip
	Value     string
	Window    time.Duration
	If        string
	For       time.Duration
	Keep      time.Duration
	Forget    time.Duration
	Learn     time.Duration
	MaxSeries int
	Severity  detector.Severity
	Labels    map[string]string
	Summary   string
	Runbook   string
	Expect    []map[string]string // group keys that are known from the start, by short name

	Sequence []Step // of a rule over one thing after another; else empty
	Ordered  bool   // the steps must come in their order

	measure   measure
	when      *lang.Program // nil: every line
	of        *lang.Program // nil: every line
	groups    []group       // in the order of By
	condition condition
	summary   *template.Template // nil without one
	expected  []string           // the keys of Expect
	service   string             // what the lines must say, if they must say one thing; for the signal
	space     string             // environment, the same
	unit      string
	counts    uint64 // hash of what decides which lines count into which series
	decides   uint64 // hash of what decides about them
}

// Step is one part of a sequence: so many lines that match.
type Step struct {
	When    string
	Count   int
	program *lang.Program
}

// group is one key of by.
type group struct {
	name    string // short
	full    string // with fields. before a field
	source  string // the expression
	program *lang.Program
	prefix  string // of its part in a key: the name, escaped, and =
}

// Defaults of a rule.
const (
	DefaultWindow    = 5 * time.Minute
	DefaultForget    = 24 * time.Hour
	DefaultLearn     = time.Hour
	DefaultMaxSeries = 10_000
)

// Bounds of a rule.
const (
	maxWindow = 7 * 24 * time.Hour
	maxSeries = 1_000_000
	maxBy     = 8
	maxExpect = 10_000
)

var ruleKeys = []string{
	"name", "when", "by", "value", "of", "window", "if", "for", "keep", "severity", "labels", "summary", "runbook",
	"expect", "forget", "max_series", "learn", "enabled", "sequence", "ordered",
}
