package rules

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/tocsin-io/tocsin/rules/lang"
)

// Bounds of a list.
const (
	maxListFile    = 16 << 20
	maxListEntries = 1_000_000
)

// lists reads the section lists: a name and entries, or {file: path}, a text file beside the rules with an entry a
// line.
func (l *loader) lists(d *document, n *yaml.Node, into lists) {
	for _, p := range d.pairs(n, "lists") {
		if _, ok := into[p.key.Value]; ok {
			d.fault(p.key, "", "list %s stands twice", p.key.Value)
			continue
		}
		var entries []string
		if p.value.Kind == yaml.MappingNode {
			entries = l.listFile(d, p)
		} else {
			for _, e := range d.texts(p) {
				entries = append(entries, e.value.Value)
			}
		}
		into[p.key.Value] = lang.NewList(entries)
	}
}

func (l *loader) listFile(d *document, p pair) []string {
	file, ok := d.mapping(p.value, "a list", []string{"file"})["file"]
	if !ok {
		d.fault(p.value, "write {file: path} or [a, b]", "list %s has no entries", p.key.Value)
		return nil
	}
	name, ok := d.text(file)
	if !ok {
		return nil
	}
	if l.fsys == nil {
		d.warn(file.value, "", "list %s is taken as empty here: its file is read when the rules are loaded", p.key.Value)
		return nil
	}
	full := name
	if !path.IsAbs(name) {
		full = path.Join(path.Dir(d.file), name)
	}
	text, err := readBounded(l.fsys, full, maxListFile)
	if err != nil {
		d.fault(file.value, "the path is relative to the file of rules", "list %s: %s cannot be read: %s", p.key.Value, name, cause(err))
		return nil
	}
	entries, err := parseList(text)
	if err != nil {
		d.fault(file.value, "", "list %s: %s: %v", p.key.Value, name, err)
	}
	return entries
}

// parseList reads an entry a line. Blank lines and those that begin with # are left out.
func parseList(text []byte) ([]string, error) {
	var out []string
	s := bufio.NewScanner(bytes.NewReader(text))
	for s.Scan() {
		line := strings.TrimSpace(s.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		if len(out) == maxListEntries {
			return nil, fmt.Errorf("more than %d entries", maxListEntries)
		}
		out = append(out, line)
	}
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", len(out)+1, err)
	}
	return out, nil
}

func readBounded(fsys fs.FS, name string, most int64) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(text)) > most {
		err = fmt.Errorf("it is larger than %d bytes", most)
	}
	return text, err
}

// systemFiles are the files of the operating system, by any path that it knows.
type systemFiles struct{}

func (systemFiles) Open(name string) (fs.File, error)          { return os.Open(name) }
func (systemFiles) Stat(name string) (fs.FileInfo, error)      { return os.Stat(name) }
func (systemFiles) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }
func (systemFiles) Glob(pattern string) ([]string, error)      { return filepath.Glob(pattern) }
