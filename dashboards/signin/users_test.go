package signin

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"
)

// good is the hash of "correct horse", of the cost that is taken at least.
const good = "$argon2id$v=19$m=8192,t=1,p=1$c2FsdHNhbHRzYWx0$"

func goodHash(t testing.TB) string {
	t.Helper()
	h := hash{memory: 8 << 10, time: 1, threads: 1, salt: []byte("saltsaltsalt")}
	h.key = h.of("correct horse", 32)
	if !strings.HasPrefix(h.String(), good) {
		t.Fatalf("a hash is written as %s", h.String())
	}
	return h.String()
}

func TestHash(t *testing.T) {
	one, err := Hash("correct horse", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	two, err := Hash("correct horse", rand.Reader)
	if err != nil || one == two {
		t.Errorf("two hashes of one password are the same, or %v", err)
	}
	for _, c := range []struct {
		phc, password string
		want          bool
	}{
		{one, "correct horse", true},
		{two, "correct horse", true},
		{goodHash(t), "correct horse", true},
		{one, "correct horse ", false},
		{one, "", false},
		{one, strings.Repeat("x", maxPassword+1), false},
		{strings.Replace(one, "t=2", "t=3", 1), "correct horse", false},
		{"correct horse", "correct horse", false},
	} {
		if got := Matches(c.phc, c.password); got != c.want {
			t.Errorf("%s with %q: %v", c.phc, cut(c.password, 20), got)
		}
	}
	for _, p := range []string{"", "short", "ninechars", strings.Repeat("x", maxPassword+1)} {
		if _, err := Hash(p, rand.Reader); err == nil {
			t.Errorf("a password of %d bytes is taken", len(p))
		}
	}
	if err := CheckPassword("żółwżółwżó"); err != nil {
		t.Errorf("ten characters: %v", err)
	}
}

func TestBadHashes(t *testing.T) {
	ok := goodHash(t)
	if _, err := parseHash(ok); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]string{
		"bcrypt":       "$2b$12$abcdefghijklmnopqrstuv",
		"argon2i":      strings.Replace(ok, "argon2id", "argon2i", 1),
		"version":      strings.Replace(ok, "v=19", "v=16", 1),
		"memory bomb":  strings.Replace(ok, "m=8192", "m=4294967295", 1),
		"overflow":     strings.Replace(ok, "m=8192", "m=99999999999999999999", 1),
		"no memory":    strings.Replace(ok, "m=8192", "m=8", 1),
		"time bomb":    strings.Replace(ok, "t=1", "t=4000000000", 1),
		"no time":      strings.Replace(ok, "t=1", "t=0", 1),
		"no threads":   strings.Replace(ok, "p=1", "p=0", 1),
		"sign":         strings.Replace(ok, "p=1", "p=+1", 1),
		"empty number": strings.Replace(ok, "p=1", "p=", 1),
		"order":        strings.Replace(ok, "m=8192,t=1", "t=1,m=8192", 1),
		"short salt":   strings.Replace(ok, "c2FsdHNhbHRzYWx0", "c2Fs", 1),
		"padding":      ok + "=",
		"short key":    good + "c2FsdA",
		"empty":        "",
	} {
		if _, err := parseHash(s); err == nil {
			t.Errorf("%s: %s is taken", name, s)
		}
	}
}

func TestParseUsers(t *testing.T) {
	h := goodHash(t)
	got, err := ParseUsers([]byte("# who signs in\n\n jana:responder:" + h + "\r\nAda Lovelace:admin:" + h + "\n"))
	if err != nil || len(got) != 2 || got[0] != (User{"jana", Responder, h}) || got[1] != (User{"Ada Lovelace", Admin, h}) {
		t.Fatalf("%+v, %v", got, err)
	}
	for _, u := range got {
		if again, err := ParseUsers([]byte(u.Line())); err != nil || again[0] != u {
			t.Errorf("%s is not read as it was written: %v", u.Line(), err)
		}
	}
	for name, c := range map[string]struct{ text, says string }{
		"no hash":        {"\njana:viewer", "line 2 is not name:role:hash"},
		"no role":        {"jana:" + h, "line 1 is not name:role:hash"},
		"a wrong role":   {"jana:root:" + h, `"root" is no role: use viewer, responder or admin`},
		"public":         {"jana:public:" + h, "is no role"},
		"in clear":       {"jana:viewer:correct horse", "is no argon2id hash: make one with `tocsin password`"},
		"twice":          {"jana:viewer:" + h + "\njana:admin:" + h, "line 2: jana stands on line 1 already"},
		"no name":        {":viewer:" + h, "the name is empty"},
		"a long name":    {strings.Repeat("j", 101) + ":viewer:" + h, "longer than 100 bytes"},
		"a hidden one":   {"ja\u202ena:viewer:" + h, "cannot be seen"},
		"a zero":         {"ja\x00na:viewer:" + h, "cannot be seen"},
		"broken UTF-8":   {"ja\xff:viewer:" + h, "not UTF-8"},
		"a token's name": {"token ci:viewer:" + h, "begins with token"},
		"Slack's":        {"@jana:viewer:" + h, "begins with @"},
		"a long line":    {"jana:viewer:" + h + "\n" + strings.Repeat("x", maxLine), "line 2 is longer than 4096 bytes"},
	} {
		_, err := ParseUsers([]byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		} else if strings.Contains(err.Error(), h) || strings.Contains(err.Error(), "horse") {
			t.Errorf("%s: the message shows the secret: %v", name, err)
		}
	}
}

func FuzzParseUsers(f *testing.F) {
	h := goodHash(f)
	f.Add([]byte("jana:responder:" + h + "\n# x\nada:admin:" + h))
	f.Add([]byte("a:b:c"))
	f.Add([]byte("\xff:viewer:$argon2id$v=19$m=8192,t=1,p=1$$"))
	f.Fuzz(func(t *testing.T, data []byte) {
		users, err := ParseUsers(data)
		if err != nil {
			if users != nil {
				t.Error("users with an error")
			}
			return
		}
		var again bytes.Buffer
		for _, u := range users {
			again.WriteString(u.Line() + "\n")
		}
		same, err := ParseUsers(again.Bytes())
		if err != nil || len(same) != len(users) {
			t.Fatalf("what was read is not read again: %v", err)
		}
		for i := range same {
			if same[i] != users[i] {
				t.Errorf("%+v is read again as %+v", users[i], same[i])
			}
		}
	})
}

func TestTokens(t *testing.T) {
	text, token, err := NewToken("ci", Responder, rand.Reader)
	if err != nil || !strings.HasPrefix(text, "tocsin_") || len(text) != len("tocsin_")+43 || strings.Contains(token.SHA256, text) {
		t.Fatalf("%q %+v %v", text, token, err)
	}
	for name, bad := range map[string]Token{
		"role": {"ci", "root", token.SHA256}, "name": {"", Viewer, token.SHA256}, "the text": {"ci", Viewer, text}, "upper case": {"ci", Viewer, strings.ToUpper(token.SHA256)},
		"short": {"ci", Viewer, "ab"},
	} {
		if bad.Check() == nil {
			t.Errorf("%s: %+v is taken", name, bad)
		}
	}
	if _, err := tokensByHash([]Token{token, {"other", Admin, token.SHA256}}); err == nil {
		t.Error("one token has two names")
	}
}
