package tool

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/dashboards/signin"
)

func TestPassword(t *testing.T) {
	for _, c := range []struct{ in, name, role, fails string }{
		{"correct horse\n", "jana", "responder", ""},
		{"correct horse\r\nmore", "jana", "admin", ""},
		{" correct horse ", "Jana K.", "viewer", ""},
		{"short\n", "jana", "viewer", "fewer than 10 characters"},
		{"", "jana", "viewer", "fewer than 10 characters"},
		{strings.Repeat("x", 9000), "jana", "viewer", "more than 1024 bytes"},
		{"correct horse\n", "ja:na", "viewer", "a colon"},
		{"correct horse\n", "jana", "root", "is no role"},
	} {
		var out, ask bytes.Buffer
		err := Password(context.Background(), strings.NewReader(c.in), &out, &ask, c.name, c.role)
		if c.fails != "" {
			if err == nil || !strings.Contains(err.Error(), c.fails) || out.Len() > 0 {
				t.Errorf("%.20q for %s: %v, want %q; it prints %q", c.in, c.name, err, c.fails, out.String())
			}
			continue
		}
		users, parseErr := signin.ParseUsers(out.Bytes())
		want, _, _ := strings.Cut(strings.ReplaceAll(c.in, "\r", ""), "\n")
		if err != nil || parseErr != nil || len(users) != 1 || users[0].Name != c.name || string(users[0].Role) != c.role || !signin.Matches(users[0].Hash, want) {
			t.Errorf("%q: %v %v %s", c.in, err, parseErr, out.String())
		}
	}
}

func TestToken(t *testing.T) {
	var out bytes.Buffer
	if err := Token(&out, "ci", "responder"); err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`(?s)tocsin_[\w-]{43}\n.*- \{name: "ci", role: responder, sha256: [0-9a-f]{64}\}`).MatchString(out.String()) {
		t.Errorf("it prints %s", out.String())
	}
	for _, bad := range [][2]string{{"ci", "root"}, {"", "viewer"}} {
		if err := Token(&out, bad[0], bad[1]); err == nil {
			t.Errorf("%v is taken", bad)
		}
	}
}
