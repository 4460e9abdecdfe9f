package unit

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/rules/lang"
)

// File is a file of tests as it is written.
type File struct {
	Rules []string `yaml:"rules"` // files of rules, relative to the test's; default: its own name without _test
	Packs bool     `yaml:"packs"` // with the default rules
	Tests []Test   `yaml:"tests"`
}

// Test is lines, and what they must lead to.
type Test struct {
	Name   string   `yaml:"name"`
	Start  string   `yaml:"start"` // the time that 0s stands for; default 2026-01-05T00:00:00Z, a Monday
	Lines  []Lines  `yaml:"lines"`
	Expect []Expect `yaml:"expect"`

	line func(expect int) int // where an expectation names its rule; 0: not known
}

// Lines is a pattern of lines: one each `every` from `from` until before `to`, or a single one at `at`.
type Lines struct {
	Every       string         `yaml:"every"`
	From        string         `yaml:"from"`
	To          string         `yaml:"to"`
	At          string         `yaml:"at"`
	Count       int            `yaml:"count"` // lines at each instant; default 1
	Service     string         `yaml:"service"`
	Environment string         `yaml:"environment"`
	Host        string         `yaml:"host"`
	Level       string         `yaml:"level"`
	Message     string         `yaml:"message"` // {{.I}} is the number of the line, from 0; {{mod .I 10}} goes round
	Fields      map[string]any `yaml:"fields"`
	TraceID     string         `yaml:"trace_id"`
	Topic       string         `yaml:"topic"`
	Format      string         `yaml:"format"`
	Bytes       int            `yaml:"bytes"` // default: the length of the message
}

// Expect is what a rule must do. Opens and Resolves are an instant (5m), a range (5m50s..6m10s, ..18m, 5m..) or never;
// an instant holds for the bucket in which it lies. Value is the value at the opening: a number or a range. With At,
// State and Value are those at that instant.
type Expect struct {
	Rule     string            `yaml:"rule"`
	By       map[string]string `yaml:"by"` // some of the keys; absent: any series
	Opens    string            `yaml:"opens"`
	Resolves string            `yaml:"resolves"`
	At       string            `yaml:"at"`
	State    string            `yaml:"state"`
	Value    string            `yaml:"value"`
	Summary  string            `yaml:"summary"` // the rendered summary at the opening
}

// Parse reads a file of tests. Errors say line and column.
func Parse(name string, text []byte) (*File, error) {
	if len(text) > 4<<20 {
		return nil, fmt.Errorf("%s: larger than 4 MiB", name)
	}
	var f File
	if err := unmarshal(text, &f); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(f.Rules) == 0 && !f.Packs {
		base := strings.TrimSuffix(strings.TrimSuffix(path.Base(name), ".yaml"), ".yml")
		own, ok := strings.CutSuffix(base, "_test")
		if !ok {
			return nil, fmt.Errorf("%s: no rules are named: write rules: [file.yml], or call the file NAME_test.yml beside NAME.yml", name)
		}
		f.Rules = []string{own + path.Ext(name)}
	}
	for i := range f.Tests {
		f.Tests[i].line = func(expect int) int { return ruleLine(text, i, expect) }
		if err := f.Tests[i].check(); err != nil {
			return nil, fmt.Errorf("%s: test %q: %w", name, f.Tests[i].Name, err)
		}
	}
	return &f, nil
}

// unmarshal guards against what the parser may panic on.
func unmarshal(text []byte, f *File) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("not YAML: %v", r)
		}
	}()
	if err := yaml.UnmarshalWithOptions(text, f, yaml.Strict()); err != nil {
		text := strings.TrimSpace(yaml.FormatError(err, false, true))
		if strings.Contains(text, "File.Rules of type string") {
			text = "rules must be the names of files: is this a file of rules, and not of tests? Name NAME_test.yml\n" + text
		}
		return errors.New(text)
	}
	return nil
}

// ruleLine is the line in which an expectation of a test names its rule; 0 where that cannot be told.
func ruleLine(text []byte, test, expect int) int {
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return 0
	}
	at, err := yaml.PathString(fmt.Sprintf("$.tests[%d].expect[%d].rule", test, expect))
	if err != nil {
		return 0
	}
	node, err := at.FilterFile(file)
	if err != nil {
		return 0
	}
	return node.GetToken().Position.Line
}

// place is the file with the line of an expectation.
func (t *Test) place(file string, expect int) string {
	if t.line == nil {
		return file
	}
	if n := t.line(expect); n > 0 {
		return fmt.Sprintf("%s:%d", file, n)
	}
	return file
}

func (t *Test) check() error {
	if len(t.Expect) == 0 {
		return errors.New("it expects nothing: write expect: [{rule: name, opens: 5m}]")
	}
	if t.Start != "" {
		if _, err := time.Parse(time.RFC3339, t.Start); err != nil {
			return fmt.Errorf("start %q is not a time: write 2026-01-05T09:00:00Z", t.Start)
		}
	}
	for i := range t.Lines {
		if _, err := t.Lines[i].span(); err != nil {
			return fmt.Errorf("lines %d: %w", i+1, err)
		}
		if _, ok := lang.ParseLevel(t.Lines[i].Level); !ok {
			return fmt.Errorf("lines %d: level %q is unknown", i+1, t.Lines[i].Level)
		}
	}
	for _, e := range t.Expect {
		if err := e.check(); err != nil {
			return fmt.Errorf("expect rule %s: %w", e.Rule, err)
		}
	}
	return nil
}

func (e *Expect) check() error {
	if e.Rule == "" {
		return errors.New("an expectation names no rule")
	}
	for _, s := range []string{e.Opens, e.Resolves} {
		if _, err := parseRange(s, seconds); err != nil {
			return err
		}
	}
	if _, err := parseRange(e.Value, number); err != nil {
		return err
	}
	if e.At == "" && e.State != "" {
		return errors.New("state needs at")
	}
	if e.At != "" {
		if _, err := detector.ParseDuration(e.At); err != nil {
			return err
		}
	}
	if e.State != "" && !slices.Contains([]string{"inactive", "pending", "firing"}, e.State) {
		return fmt.Errorf("state %q is unknown: states are inactive, pending and firing", e.State)
	}
	return nil
}
