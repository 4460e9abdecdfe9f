package rules

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/tocsin-io/tocsin/rules/lang"
)

// Bounds of a file of rules.
const (
	maxFile     = 4 << 20
	maxProblems = 200
	maxNodes    = 200_000 // of a document, aliases counted each time
)

// document is one YAML file while it is read. Problems are collected, so a person sees all of them at once.
type document struct {
	file     string
	lines    []string
	problems []Problem
	visited  int
}

// parseDocument returns the root mapping; nil where there is none.
func parseDocument(file string, text []byte) (*document, *yaml.Node) {
	d := &document{file: file, lines: strings.Split(string(text), "\n")}
	if len(text) > maxFile {
		d.problems = append(d.problems, Problem{File: file, Severity: ProblemError, Message: fmt.Sprintf("the file has %d bytes, at most %d are read", len(text), maxFile)})
		return d, nil
	}
	var root yaml.Node
	if err := unmarshal(text, &root); err != nil {
		d.syntax(err)
		return d, nil
	}
	if len(root.Content) == 0 {
		d.problems = append(d.problems, Problem{File: file, Severity: ProblemError, Message: "the file is empty", Mend: "begin with version: 1"})
		return d, nil
	}
	return d, d.resolve(root.Content[0])
}

// unmarshal guards against what the parser may panic on.
func unmarshal(text []byte, root *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: %v", r)
		}
	}()
	return yaml.Unmarshal(text, root)
}

var yamlLine = regexp.MustCompile(`line (\d+): `)

func (d *document) syntax(err error) {
	p := Problem{File: d.file, Severity: ProblemError, Message: strings.TrimPrefix(err.Error(), "yaml: ")}
	if m := yamlLine.FindStringSubmatch(p.Message); m != nil {
		p.Line, _ = strconv.Atoi(m[1])
		p.Column = 1
		p.Message = strings.Replace(p.Message, m[0], "", 1)
		p.Snippet = d.line(p.Line)
	}
	if strings.Contains(p.Message, "mapping values are not allowed") {
		p.Mend = "put a text that holds a colon in quotes"
	}
	if strings.Contains(p.Message, "expected ',' or '}'") {
		p.Mend = "put an expression that stands within { } in quotes"
	}
	p.Message = "not YAML: " + p.Message
	d.problems = append(d.problems, p)
}

func (d *document) line(n int) string {
	if n < 1 || n > len(d.lines) {
		return ""
	}
	return strings.ReplaceAll(strings.TrimRight(d.lines[n-1], "\r"), "\t", " ")
}

// resolve follows an alias, and bounds how much a document can unfold to.
func (d *document) resolve(n *yaml.Node) *yaml.Node {
	d.visited++
	for hops := 0; n != nil && n.Kind == yaml.AliasNode; hops++ {
		if hops > 10 {
			return nil
		}
		n = n.Alias
	}
	return n
}

// errUnfold: an alias inside what it stands for, or a document of aliases of aliases.
var errUnfold = errors.New("the aliases of the document unfold to too much")

func (d *document) add(severity ProblemSeverity, line, column int, mend, format string, args ...any) {
	if len(d.problems) >= maxProblems {
		return
	}
	p := Problem{File: d.file, Line: line, Column: column, Severity: severity, Message: fmt.Sprintf(format, args...), Mend: mend}
	if text := d.line(line); text != "" && len(text) < 400 {
		p.Snippet = text + "\n" + strings.Repeat(" ", max(column-1, 0)) + "^"
	}
	d.problems = append(d.problems, p)
}

func (d *document) fault(n *yaml.Node, mend, format string, args ...any) {
	d.add(ProblemError, n.Line, n.Column, mend, format, args...)
}

func (d *document) warn(n *yaml.Node, mend, format string, args ...any) {
	d.add(ProblemWarning, n.Line, n.Column, mend, format, args...)
}

// pair is a key of a mapping with its value.
type pair struct{ key, value *yaml.Node }

// mapping returns the pairs of a mapping; keys that are not known or stand twice are problems and left out. Known nil
// means that every key is.
func (d *document) mapping(n *yaml.Node, what string, known []string) map[string]pair {
	out := map[string]pair{}
	for _, p := range d.pairs(n, what) {
		name := p.key.Value
		if known != nil && !slices.Contains(known, name) {
			mend := "known are " + strings.Join(known, ", ")
			if near := lang.Nearest(name, known); near != "" {
				mend = "did you mean " + near + "?"
			}
			d.fault(p.key, mend, "unknown key %s in %s", name, what)
			continue
		}
		if first, ok := out[name]; ok {
			d.fault(p.key, fmt.Sprintf("the first stands in line %d", first.key.Line), "key %s stands twice", name)
			continue
		}
		out[name] = p
	}
	return out
}

// pairs returns the pairs of a mapping in the order of the file.
func (d *document) pairs(n *yaml.Node, what string) []pair {
	if n == nil || d.visited > maxNodes {
		d.problems = append(d.problems, Problem{File: d.file, Severity: ProblemError, Message: errUnfold.Error()})
		return nil
	}
	if n.Kind != yaml.MappingNode {
		d.fault(n, "write keys and values, a line each", "%s must be a mapping, this is %s", what, kindOf(n))
		return nil
	}
	var out []pair
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], d.resolve(n.Content[i+1])
		if key.Kind != yaml.ScalarNode || key.Tag == "!!merge" {
			d.fault(key, "", "a key must be a plain word")
			continue
		}
		if value == nil || d.visited > maxNodes {
			d.fault(key, "", "%v", errUnfold)
			return nil
		}
		out = append(out, pair{key, value})
	}
	return out
}

// items returns the entries of a sequence.
func (d *document) items(n *yaml.Node, what string) []*yaml.Node {
	if n.Kind != yaml.SequenceNode {
		d.fault(n, "begin each entry with a dash", "%s must be a list, this is %s", what, kindOf(n))
		return nil
	}
	var out []*yaml.Node
	for _, c := range n.Content {
		item := d.resolve(c)
		if item == nil || d.visited > maxNodes {
			d.fault(c, "", "%v", errUnfold)
			return nil
		}
		out = append(out, item)
	}
	return out
}

func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		switch n.Tag {
		case "!!null":
			return "empty"
		case "!!bool":
			return "true or false"
		case "!!int", "!!float":
			return "a number"
		}
		return "a text"
	}
	return "something else"
}
