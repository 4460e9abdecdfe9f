package tool

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/tocsin-io/tocsin/rules/unit"
)

// TestRules runs the unit tests of rules in these files. A test that fails is a *FoundError, a file that cannot be read another
// error, and what the other files gave is written to out then.
func TestRules(out io.Writer, files []string) error {
	r := unit.RunFiles(nil, files)
	if r.OK() {
		fmt.Fprintf(out, "%d passed\n", r.Passed)
		return nil
	}
	var b strings.Builder
	for _, p := range r.Problems {
		fmt.Fprintln(&b, p.String())
	}
	for _, f := range r.Failures {
		fmt.Fprintln(&b, f.String())
	}
	fmt.Fprintf(&b, "%d passed, %d failed", r.Passed, r.Failed)
	if len(r.Unread) == 0 {
		return &FoundError{b.String()}
	}
	if len(files) > 1 {
		fmt.Fprintln(out, b.String())
	}
	return errors.Join(r.Unread...)
}
