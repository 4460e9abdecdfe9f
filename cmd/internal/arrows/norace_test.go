package arrows

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPackagesWithoutTheRaceDetectorStartNoGoroutine holds what `make test` takes for granted of the packages that it tests without the race
// detector.
func TestPackagesWithoutTheRaceDetectorStartNoGoroutine(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	list, err := os.ReadFile(filepath.Join(root, ".ci", "norace"))
	if err != nil {
		t.Fatal(err)
	}
	packages := strings.Fields(string(list))
	if len(packages) == 0 {
		t.Fatal(".ci/norace names no package")
	}
	for _, p := range packages {
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
