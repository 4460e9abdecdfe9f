// Compare measures on the same lines, in one run and one thread of control: a plain copy of the bytes, the shape of a
// line, a whole Learner, and a Go port of Drain with its default configuration.
//
//	go run ./detector/template/internal/compare DIR…
//
// Each .log file under the directories is a set; a line is a message, as it stands. What is printed is millions of lines
// a second of this process's processor time, garbage collection included. Each rival first sees all lines of the set
// once; then the best of several passes counts, taken in turn, so that what else runs on the machine strikes all alike.
package main

import (
	"bufio"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: compare DIR…  (directories that hold .log files)")
		os.Exit(2)
	}
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(2)
	}
}

func run(dirs []string) error {
	sets, err := load(dirs)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "million lines a CPU second\t\t\t\t\t\t\t\t\t")
	fmt.Fprintln(w, "set\tlines\tbytes/line\tcopy\tshape\tlearn\tDrain\tshape:Drain\tlearn:Drain\tshape:copy\t")
	product, slowest := 1.0, math.Inf(1)
	for _, s := range sets {
		copied, shaped, learned, drained, err := s.measure()
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%.1f\t%.2f\t%.2f\t%.2f\t%.1f\t%.1f\t%.3f\t\n", s.name, len(s.lines), s.bytes/len(s.lines),
			copied, shaped, learned, drained, shaped/drained, learned/drained, shaped/copied)
		product *= shaped / drained
		slowest = min(slowest, shaped)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Printf("shape: %.1f times Drain (geometric mean), %.2f million lines on the slowest set\n",
		math.Pow(product, 1/float64(len(sets))), slowest)
	return nil
}

// set is the lines of a file.
type set struct {
	name  string
	lines [][]byte
	bytes int
}

func load(dirs []string) ([]*set, error) {
	var sets []*set
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".log" {
				return err
			}
			s, err := read(path)
			if err == nil && len(s.lines) > 0 {
				sets = append(sets, s)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	if len(sets) == 0 {
		return nil, fmt.Errorf("no .log file with lines under %s", strings.Join(dirs, ", "))
	}
	return sets, nil
}

func read(path string) (*set, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := &set{name: strings.TrimSuffix(filepath.Base(path), ".log")}
	in := bufio.NewScanner(f)
	in.Buffer(nil, 16<<20)
	for in.Scan() {
		s.lines = append(s.lines, []byte(in.Text()))
		s.bytes += len(in.Bytes())
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}
