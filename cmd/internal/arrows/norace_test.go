package arrows

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var root = filepath.Join("..", "..", "..")

// TestPackagesWithoutTheRaceDetectorStartNoGoroutine holds what `make test` takes for granted of the packages that it tests without the race
// detector.
func TestPackagesWithoutTheRaceDetectorStartNoGoroutine(t *testing.T) {
	for _, p := range listed(t, "norace") {
		files, err := filepath.Glob(filepath.Join(root, p, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) == 0 {
			t.Errorf(".ci/norace names %s, which has no Go files", p)
		}
		for _, f := range files {
			for _, at := range goroutines(t, f) {
				t.Errorf("%s starts a goroutine: call the test …Concurrently, or take %s out of .ci/norace", at, p)
			}
		}
	}
}

// TestWhatIsSkippedUnderTheRaceDetectorRunsWithoutIt holds that packages with tests that call testkit.OneGoroutine are among
// those that `make test` tests without the race detector.
func TestWhatIsSkippedUnderTheRaceDetectorRunsWithoutIt(t *testing.T) {
	without := append(listed(t, "norace"), listed(t, "both")...)
	calls := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !strings.Contains(string(text), "\ttestkit."+"OneGoroutine(") {
			return nil
		}
		calls++
		dir, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		if p := "./" + filepath.ToSlash(dir); !slices.Contains(without, p) {
			t.Errorf("%s skips tests under the race detector, and nothing runs them without it: add %s to .ci/both", path, p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if calls == 0 {
		t.Fatal("no test calls testkit.OneGoroutine: the test looks at the wrong place")
	}
}

// listed are the packages that a file of .ci names, one a line.
func listed(t *testing.T, name string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, ".ci", name))
	if err != nil {
		t.Fatal(err)
	}
	packages := strings.Fields(string(text))
	if len(packages) == 0 {
		t.Fatalf(".ci/%s names no package", name)
	}
	return packages
}

// goroutines are the places of a file, outside of tests whose name ends with Concurrently, that start a goroutine.
func goroutines(t *testing.T, path string) (places []string) {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && strings.HasSuffix(f.Name.Name, "Concurrently") && strings.HasSuffix(path, "_test.go") {
			continue
		}
		ast.Inspect(d, func(n ast.Node) bool {
			starts := false
			switch n := n.(type) {
			case *ast.GoStmt:
				starts = true
			case *ast.CallExpr:
				called, ok := n.Fun.(*ast.SelectorExpr)
				starts = ok && (called.Sel.Name == "Go" || called.Sel.Name == "Parallel")
			}
			if starts {
				places = append(places, set.Position(n.Pos()).String())
			}
			return true
		})
	}
	return places
}
