package rules

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/tocsin-io/tocsin/rules/lang"
	"github.com/tocsin-io/tocsin/rules/packs"
)

// Options of Load.
type Options struct {
	// Packs adds the default rules. A rule of a file replaces the one of the same name; `enabled: false` there turns it
	// off.
	Packs bool
}

// Bounds of what is loaded.
const (
	maxFiles = 1000
	maxRules = 20_000
)

// Load reads the files of rules that paths name in fsys: files, patterns as path.Match has them, or directories, of
// which the files *.yml and *.yaml are read (but *_test.yml, which are tests of rules). Fsys nil means the files of the
// operating system. The Set is nil if a problem is an error; then the one before stays in use.
func Load(fsys fs.FS, paths []string, o Options) (*Set, []Problem) {
	l := &loader{fsys: fsys, names: map[string]named{}}
	if fsys == nil {
		l.fsys = systemFiles{}
	}
	if o.Packs {
		l.packs()
	}
	files := l.files(paths)
	for _, file := range files {
		l.file(file)
	}
	return l.done()
}

// LoadText reads one file that is not there yet, as an edit box holds it. Lists in files are not read.
func LoadText(name string, text []byte, o Options) (*Set, []Problem) {
	l := &loader{names: map[string]named{}}
	if o.Packs {
		l.packs()
	}
	l.read(name, text, "")
	return l.done()
}

// loader gathers what files say.
type loader struct {
	fsys     fs.FS // nil: no file can be read
	problems []Problem
	rules    []*Rule
	names    map[string]named
	adjusts  []adjust
}

// named is where a name stands.
type named struct {
	file string
	line int
	pack bool
}

func (l *loader) packs() {
	for _, p := range packs.All() {
		l.read("packs/"+p.Name+".yml", p.Text, p.Name)
	}
}

func (l *loader) fault(file, mend, format string, args ...any) {
	l.problems = append(l.problems, Problem{File: file, Severity: ProblemError, Message: fmt.Sprintf(format, args...), Mend: mend})
}

// files expands paths, each file once, in order.
func (l *loader) files(paths []string) []string {
	var out []string
	for _, p := range paths {
		found, err := l.expand(p)
		switch {
		case err != nil:
			l.fault(p, "", "cannot be read: %s", cause(err))
		case len(found) == 0 && !strings.ContainsAny(p, "*?["):
			l.fault(p, "rules stand in files *.yml", "there are no rules")
		case len(found) == 0:
			l.problems = append(l.problems, Problem{
				File: p, Severity: ProblemWarning, Message: "no file of rules matches", Mend: "patterns are relative to the configuration's file",
			})
		}
		for _, f := range found {
			if !slices.Contains(out, f) {
				out = append(out, f)
			}
		}
	}
	if len(out) > maxFiles {
		l.fault(paths[0], "", "%d files of rules, at most %d are read", len(out), maxFiles)
		out = nil
	}
	return out
}

func (l *loader) expand(p string) ([]string, error) {
	if info, err := fs.Stat(l.fsys, p); err == nil && !info.IsDir() {
		return []string{p}, nil
	} else if err == nil {
		entries, err := fs.ReadDir(l.fsys, p)
		var out []string
		for _, e := range entries {
			if !e.IsDir() && isRules(e.Name()) {
				out = append(out, path.Join(p, e.Name()))
			}
		}
		return out, err
	} else if !strings.ContainsAny(p, "*?[") {
		return nil, err
	}
	found, err := fs.Glob(l.fsys, p)
	return slices.DeleteFunc(found, func(f string) bool { return !isRules(f) }), err
}

func isRules(name string) bool {
	base, ok := strings.CutSuffix(name, ".yml")
	if !ok {
		base, ok = strings.CutSuffix(name, ".yaml")
	}
	return ok && !strings.HasSuffix(base, "_test") && !strings.HasPrefix(path.Base(name), ".")
}

// cause is the reason without the path, which the problem names already.
func cause(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

func (l *loader) file(name string) {
	text, err := readBounded(l.fsys, name, maxFile)
	if err != nil {
		l.fault(name, "", "cannot be read: %s", cause(err))
		return
	}
	l.read(name, text, "")
}

// read takes one file in.
func (l *loader) read(name string, text []byte, pack string) {
	d, root := parseDocument(name, text)
	if root != nil {
		l.document(d, root, pack)
	}
	l.problems = append(l.problems, d.problems...)
}

func (l *loader) done() (*Set, []Problem) {
	slices.SortStableFunc(l.problems, func(a, b Problem) int {
		if a.File != b.File {
			return strings.Compare(a.File, b.File)
		}
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	if Failed(l.problems) {
		return nil, l.problems
	}
	return newSet(l.rules, l.adjusts), l.problems
}

// lists a file of rules may name in list("…").
type lists = map[string]*lang.ListValue
