// Package arrows holds the direction of imports.
package arrows

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/tocsin-io/tocsin/"

// upper are the packages above detector; they do not import one another.
var upper = []string{"rules", "store", "notifier", "dashboards", "migrations"}

// allowed are the arrows between upper packages, and leaves are what any of them may import: types without logic of their
// package.
var (
	allowed = map[string]string{"store": "migrations"}
	leaves  = map[string]bool{"notifier/plan": true}
)

func top(path string) string {
	first, _, _ := strings.Cut(path, "/")
	return first
}

func isUpper(name string) bool {
	for _, u := range upper {
		if u == name {
			return true
		}
	}
	return false
}

func TestArrowsPointOneWay(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", module+"...").Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %v: %s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	n := 0
	for d := json.NewDecoder(bytes.NewReader(out)); ; n++ {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		from := strings.TrimPrefix(p.ImportPath, module)
		for _, imported := range p.Imports {
			if to, ours := strings.CutPrefix(imported, module); ours {
				check(t, from, to)
			}
		}
	}
	if n < 20 {
		t.Fatalf("go list named %d packages: the test looks at the wrong place", n)
	}
}

func check(t *testing.T, from, to string) {
	t.Helper()
	a, b := top(from), top(to)
	switch {
	case leaves[from] && b != "detector":
		t.Errorf("%s imports %s: a leaf imports types of detector alone", from, to)
	case a == "cmd" || a == b:
	case b == "cmd":
		t.Errorf("%s imports %s: nothing imports cmd", from, to)
	case a == "detector":
		t.Errorf("%s imports %s: detector knows nobody who uses it", from, to)
	case isUpper(a) && isUpper(b) && allowed[a] != b && !leaves[to]:
		t.Errorf("%s imports %s: they do not import one another", from, to)
	}
}
