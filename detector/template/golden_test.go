package template

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The templates of the lines under testdata/lines, with their ids. UPDATE_GOLDEN=1 prints them anew. An id that
// changes here is an id that changes for every user: what was counted under the old one is no longer found.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/lines/*.log")
	if err != nil || len(files) == 0 {
		t.Fatal("no lines", err)
	}
	for _, file := range files {
		lines, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c := NewCorpus(true)
		n := 0
		for line := range bytes.Lines(lines) {
			c.Add(bytes.TrimSuffix(line, []byte("\n")))
			n++
		}
		templates, assigned := c.Finish()
		if len(assigned) != n {
			t.Fatalf("%s: %d lines assigned of %d", file, len(assigned), n)
		}
		counts := make([]int, len(templates))
		for _, k := range assigned {
			counts[k]++
		}
		var got strings.Builder
		for k, x := range templates {
			if counts[k] != x.Count {
				t.Errorf("%s: %q counts %d and %d lines", file, x.Text, x.Count, counts[k])
			}
			fmt.Fprintf(&got, "%d %s %s\n", x.Count, x.ID, x.Text)
		}
		golden := strings.TrimSuffix(file, ".log") + ".golden"
		if os.Getenv("UPDATE_GOLDEN") != "" {
			if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), got.String()); d != "" {
			t.Errorf("%s (-want +got):\n%s", file, d)
		}
	}
}
