package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Problem is a fault in the configuration and how to mend it.
type Problem struct {
	File         string
	Line, Column int // from 1; 0 where the fault is of the whole file
	Message      string
	Mend         string
}

// Error is file:line:column, what is wrong, and how to mend it.
func (p Problem) Error() string {
	at := p.File
	if p.Line > 0 {
		at = fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
	}
	if p.Mend != "" {
		return at + ": " + p.Message + ": " + p.Mend
	}
	return at + ": " + p.Message
}

// Problems are all faults that were found.
type Problems []Problem

// Error is a line for each.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Getenv finds a variable of the environment.
type Getenv func(name string) (string, bool)

// Load reads and validates a file. The error is Problems where the file is at fault.
func Load(path string, getenv Getenv) (Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("read configuration: %w", err)
	}
	return Parse(path, data, getenv)
}

// Parse is Load for a text; path is for messages and for relative paths in it.
func Parse(path string, data []byte, getenv Getenv) (Config, error) {
	c := Default()
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return c, Problems{problem(path, err)}
	}
	if len(file.Docs) > 1 {
		return c, Problems{{File: path, Message: "more than one YAML document", Mend: "remove the --- line"}}
	}
	if len(file.Docs) == 1 && file.Docs[0].Body != nil && file.Docs[0].Body.Type() != ast.NullType {
		body := file.Docs[0].Body
		x := &expander{path: path, getenv: getenv}
		ast.Walk(x, body)
		if len(x.problems) > 0 {
			return c, x.problems
		}
		if ps := fill(path, body, &c); len(ps) > 0 {
			return c, ps
		}
		if ps := c.validate(path, body); len(ps) > 0 {
			return c, ps
		}
	} else if ps := c.validate(path, nil); len(ps) > 0 {
		return c, ps
	}
	c.resolve(filepath.Dir(path))
	return c, nil
}

// resolve makes paths relative to the file absolute.
func (c *Config) resolve(dir string) {
	for i, f := range c.Rules.Files {
		if !filepath.IsAbs(f) {
			c.Rules.Files[i] = filepath.Join(dir, f)
		}
	}
	for _, p := range []*string{&c.SignIn.UsersFile, &c.Kafka.TLS.CA, &c.Kafka.TLS.Cert, &c.Kafka.TLS.Key, &c.Redis.TLS.CA, &c.Redis.TLS.Cert, &c.Redis.TLS.Key} {
		if *p != "" && !filepath.IsAbs(*p) {
			*p = filepath.Join(dir, *p)
		}
	}
}

var reference = regexp.MustCompile(`\$\{([^}]*)\}`)

// expander replaces references in texts of the tree, after parsing, so that a value can never become YAML.
type expander struct {
	path     string
	getenv   Getenv
	problems Problems
}

// Visit is called for each node.
func (x *expander) Visit(node ast.Node) ast.Visitor {
	s, ok := node.(*ast.StringNode)
	if !ok || !strings.Contains(s.Value, "${") {
		return x
	}
	s.Value = reference.ReplaceAllStringFunc(s.Value, func(ref string) string {
		value, err := x.value(ref[2 : len(ref)-1])
		if err != nil {
			pos := s.GetToken().Position
			x.problems = append(x.problems, Problem{x.path, pos.Line, pos.Column, err.Error(), ""})
		}
		return value
	})
	return x
}

func (x *expander) value(name string) (string, error) {
	if file, ok := strings.CutPrefix(name, "file:"); ok {
		data, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("${%s} cannot be read (%w): create the file or correct the path", name, errors.Unwrap(err))
		}
		return strings.TrimRight(string(data), "\r\n"), nil
	}
	value, ok := x.getenv(name)
	if !ok {
		return "", fmt.Errorf("${%s} is not in the environment: set %s, or write the value here", name, name)
	}
	return value, nil
}

// problem makes an error of the YAML library one with a place and a mend.
func problem(path string, err error) Problem {
	p := Problem{File: path, Message: err.Error()}
	var located yaml.Error
	if !errors.As(err, &located) {
		return p
	}
	p.Message = located.GetMessage()
	if t := located.GetToken(); t != nil && t.Position != nil {
		p.Line, p.Column = t.Position.Line, t.Position.Column
	}
	if message, mend, ok := explain(err); ok {
		p.Message, p.Mend = message, mend
	}
	return p
}

// locate finds the place of a value that a type of ours refused: the YAML library passes such an error on without one,
// but its text begins with the value in quotes.
func (p *Problem) locate(body ast.Node) {
	quoted, err := strconv.QuotedPrefix(p.Message)
	if p.Line > 0 || err != nil {
		return
	}
	value, err := strconv.Unquote(quoted)
	if err != nil {
		return
	}
	ast.Walk(finder{value, p}, body)
}

type finder struct {
	value string
	p     *Problem
}

// Visit is called for each node.
func (f finder) Visit(node ast.Node) ast.Visitor {
	if t := node.GetToken(); f.p.Line == 0 && t != nil && t.Value == f.value {
		f.p.Line, f.p.Column = t.Position.Line, t.Position.Column
	}
	return f
}

// suggest names the known keys that are most like the one that was written.
func suggest(t *token.Token) string {
	best, distance := "", 3
	for _, name := range keys(reflect.TypeFor[Config](), nil) {
		if name == t.Value {
			return "it belongs elsewhere: see tocsin.example.yml for every key"
		}
		if d := levenshtein(t.Value, name); d < distance {
			best, distance = name, d
		}
	}
	if best == "" {
		return "see tocsin.example.yml for every key"
	}
	return fmt.Sprintf("did you mean %s?", best)
}

func keys(t reflect.Type, out []string) []string {
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return out
	}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		if name != "" && name != "-" {
			out = keys(t.Field(i).Type, append(out, name))
		}
	}
	return out
}

func levenshtein(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := last
			if a[i] != b[j] {
				cost = 1 + min(last, row[j], row[j+1])
			}
			last, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
