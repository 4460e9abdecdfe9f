package tool

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"
)

// TestTestsThatCannotRun holds that a file of tests that is not there is no failed test: it is named once, and what the others
// gave is still printed.
func TestTestsThatCannotRun(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "no_test.yml")
	wrong := file(t, "wrong_test.yml", "tests: [{name: t}]")
	for _, c := range []struct {
		files     []string
		found     bool // exit code 1
		want, out string
	}{
		{[]string{missing}, false, missing, ""},
		{[]string{missing, wrong}, false, missing, "it expects nothing"},
		{[]string{wrong}, true, wrong + `: test "t": it expects nothing`, ""},
	} {
		var out bytes.Buffer
		err := TestRules(&out, c.files)
		var found *FoundError
		if err == nil || errors.As(err, &found) != c.found || strings.Count(err.Error(), c.want) != 1 || strings.Count(err.Error(), c.files[0]) != 1 {
			t.Errorf("%v: %v", c.files, err)
		}
		if !strings.Contains(out.String(), c.out) || (c.out == "") != (out.Len() == 0) {
			t.Errorf("%v prints %q", c.files, out.String())
		}
	}
}
