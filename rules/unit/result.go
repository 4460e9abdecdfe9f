package unit

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/rules"
)

// Result is what the tests of some files gave.
type Result struct {
	Passed   int // tests
	Failed   int // tests, and files that could not run
	Failures []Failure
	Problems []rules.Problem // of the rules that were tested, warnings too
	Unread   []error         // files of tests that could not be read; they count as failed
}

// OK reports whether all tests passed and all rules could be loaded.
func (r *Result) OK() bool {
	return len(r.Failures) == 0 && len(r.Unread) == 0 && !rules.Failed(r.Problems)
}

// Failure is an expectation that was not met, or a test that could not run.
type Failure struct {
	File string // with the line, where one is to blame
	Test string // empty where the file could not be understood; Got names the file then
	Want string // empty where the test could not run
	Got  string
}

// String is the failure as `tocsin test` prints it.
func (f Failure) String() string {
	if f.Test == "" {
		return f.Got
	}
	if f.Want == "" {
		return fmt.Sprintf("%s: %s: %s", f.File, f.Test, f.Got)
	}
	return fmt.Sprintf("%s: %s\n  - %s\n  + %s", f.File, f.Test, f.Want, strings.ReplaceAll(f.Got, "\n", "\n  + "))
}

// RunFiles runs the tests of files in fsys; nil means the files of the operating system, by any path. Rules are found
// relative to the file of tests.
func RunFiles(fsys fs.FS, names []string) Result {
	var out Result
	for _, name := range names {
		text, err := read(fsys, name)
		if err != nil {
			out.Failed++
			out.Unread = append(out.Unread, err)
			continue
		}
		file, err := Parse(name, text)
		if err != nil {
			out.fail(Failure{File: name, Got: err.Error()})
			continue
		}
		var paths []string
		for _, p := range file.Rules {
			if !path.IsAbs(p) {
				p = path.Join(path.Dir(name), p)
			}
			paths = append(paths, p)
		}
		set, problems := rules.Load(fsys, paths, rules.Options{Packs: file.Packs})
		out.Problems = append(out.Problems, problems...)
		if set == nil {
			out.Failed++ // the problems say why
			continue
		}
		for i := range file.Tests {
			if failures := Run(name, set, &file.Tests[i]); len(failures) > 0 {
				out.fail(failures...)
			} else {
				out.Passed++
			}
		}
	}
	return out
}

// fail counts one test that failed, or a file that could not run.
func (r *Result) fail(of ...Failure) {
	r.Failed++
	r.Failures = append(r.Failures, of...)
}

func read(fsys fs.FS, name string) ([]byte, error) {
	if fsys == nil {
		return os.ReadFile(name)
	}
	return fs.ReadFile(fsys, name)
}

// Run runs one test over a set of rules. After the last line it goes on long enough for every rule that the test names
// to fire and to resolve.
func Run(file string, set *rules.Set, t *Test) []Failure {
	last := time.Duration(0)
	for i := range t.Lines {
		if s, err := t.Lines[i].span(); err == nil {
			last = max(last, s.to)
		}
	}
	until := last
	for i := range t.Expect {
		e := &t.Expect[i]
		r := set.Rule(e.Rule)
		if r == nil {
			return []Failure{{File: t.place(file, i), Test: t.Name, Got: fmt.Sprintf("there is no rule %s", e.Rule)}}
		}
		until = max(until, max(last, e.latest())+r.Window+r.For+r.Keep+time.Minute)
	}
	lives, err := replay(set, t, until)
	if err != nil {
		return []Failure{{File: file, Test: t.Name, Got: err.Error()}}
	}
	var out []Failure
	for i := range t.Expect {
		e := &t.Expect[i]
		if got, ok := e.met(lives); !ok {
			out = append(out, Failure{File: file, Test: t.Name, Want: e.String(), Got: got})
		}
	}
	return out
}

// latest is the last instant that the expectation names.
func (e *Expect) latest() time.Duration {
	last := time.Duration(0)
	for _, s := range []string{e.Opens, e.Resolves, e.At} {
		for part := range strings.SplitSeq(s, "..") {
			if d, err := detector.ParseDuration(strings.TrimSpace(part)); err == nil {
				last = max(last, d)
			}
		}
	}
	return min(last, 60*24*time.Hour)
}

// met reports whether some series of the rule did what is expected; what they did otherwise.
func (e *Expect) met(lives map[seriesID]*Life) (string, bool) {
	opens, _ := parseRange(e.Opens, seconds) // checked before
	var found []*Life
	for _, l := range lives {
		if l.Rule == e.Rule && e.names(l) {
			found = append(found, l)
		}
	}
	slices.SortFunc(found, func(a, b *Life) int { return cmp.Compare(a.String(), b.String()) })
	var got []string
	for _, l := range found {
		got = append(got, l.String())
		if opens.never && len(l.Opened) > 0 {
			return l.String(), false
		}
		if !opens.never && e.metBy(l) {
			return "", true
		}
	}
	if len(got) == 0 {
		got = append(got, fmt.Sprintf("rule %s: no line matched", e.Rule))
	}
	return strings.Join(got, "\n"), opens.never
}

// names reports whether the life is of the group that is meant.
func (e *Expect) names(l *Life) bool {
	for k, v := range e.By {
		if l.By[k] != v && l.By[k[strings.LastIndexByte(k, '.')+1:]] != v {
			return false
		}
	}
	return true
}

func (e *Expect) metBy(l *Life) bool {
	value, _ := parseRange(e.Value, number)
	if e.At != "" {
		at, _ := detector.ParseDuration(e.At)
		for _, m := range l.moments {
			if m.At <= at && at < m.At+rate.Fine {
				return (e.State == "" || string(m.State) == e.State) && (!value.given || value.hasNumber(m.Value))
			}
		}
		return e.State == "inactive" && !value.given
	}
	opens, _ := parseRange(e.Opens, seconds)
	resolves, _ := parseRange(e.Resolves, seconds)
	for i, at := range l.Opened {
		if opens.given && !opens.hasTime(at.Seconds(), rate.Fine.Seconds()) ||
			value.given && !value.hasNumber(l.Values[i]) || e.Summary != "" && l.Summary[i] != e.Summary {
			continue
		}
		resolved := i < len(l.Resolved)
		if !resolves.given || resolves.never && !resolved ||
			!resolves.never && resolved && resolves.hasTime(l.Resolved[i].Seconds(), rate.Fine.Seconds()) {
			return true
		}
	}
	return false
}

// String tells what is expected.
func (e *Expect) String() string {
	b := "rule " + e.Rule + group(e.By)
	for _, p := range [][2]string{{"opens", e.Opens}, {"resolves", e.Resolves}, {"at", e.At}, {"state", e.State}, {"value", e.Value}, {"summary", e.Summary}} {
		if p[1] != "" {
			b += " " + p[0] + " " + p[1]
		}
	}
	return b
}

// String tells what happened.
func (l *Life) String() string {
	b := "rule " + l.Rule + group(l.By)
	if len(l.Opened) == 0 {
		return b + " opens never"
	}
	for i, at := range l.Opened {
		b += fmt.Sprintf(" opens %s value %s", detector.Duration(at), rules.Quantity(l.Values[i]))
		if l.Summary[i] != "" {
			b += fmt.Sprintf(" summary %q", l.Summary[i])
		}
		if i < len(l.Resolved) {
			b += " resolves " + detector.Duration(l.Resolved[i]).String()
		}
	}
	return b
}

func group(by map[string]string) string {
	if len(by) == 0 {
		return ""
	}
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(by)) {
		parts = append(parts, k+"="+by[k])
	}
	return " {" + strings.Join(parts, ", ") + "}"
}
