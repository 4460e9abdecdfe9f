package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/dashboards/signin"
)

func TestSignInFaults(t *testing.T) {
	const sum = "2f0b1ea95ee7b2d5b7b4b6d4a1c3e1f0a9d8c7b6a5f4e3d2c1b0a9f8e7d6c5b4"
	for name, c := range map[string]struct{ text, says string }{
		"a short password":       {"sign_in: {password: abc}", "sign_in.password: the password has fewer than 10 characters"},
		"no password":            {"sign_in: {users_file: x, idle: 1m}", "sign_in.idle: 1m is out of range"},
		"longest before idle":    {"sign_in: {idle: 2d, longest: 1d}", "sign_in.longest"},
		"tokens alone":           {"sign_in: {tokens: [{name: ci, role: viewer, sha256: " + sum + "}]}", "no person could sign in"},
		"a token in clear":       {"sign_in: {users_file: x, tokens: [{name: ci, role: viewer, sha256: tocsin_abc}]}", "sign_in.tokens[0]: sha256 is not 64 hex digits"},
		"a token of no role":     {"sign_in: {users_file: x, tokens: [{name: ci, role: root, sha256: " + sum + "}]}", `"root" is no role`},
		"a name twice":           {"sign_in: {users_file: x, tokens: [{name: ci, role: viewer, sha256: " + sum + "}, {name: ci, role: admin, sha256: " + sum + "}]}", "sign_in.tokens[1].name"},
		"a proxy":                {"sign_in: {trusted_proxies: [nginx]}", `"nginx" is no network`},
		"no issuer":              {"sign_in: {oidc: {client_id: x}}", "sign_in.oidc.issuer: is missing"},
		"an issuer in clear":     {"url: https://t.example\nsign_in: {oidc: {issuer: 'http://login.example', client_id: x, default_role: viewer}}", "is not an https address"},
		"no client":              {"url: https://t.example\nsign_in: {oidc: {issuer: 'https://login.example', default_role: viewer}}", "sign_in.oidc.client_id: is missing"},
		"no url":                 {"sign_in: {oidc: {issuer: 'https://login.example', client_id: x, default_role: viewer}}", "needs url"},
		"no role for anybody":    {"url: https://t.example\nsign_in: {oidc: {issuer: 'https://login.example', client_id: x}}", "everybody would be refused"},
		"a group of no role":     {"url: https://t.example\nsign_in: {oidc: {issuer: 'https://login.example', client_id: x, roles: {sre: root}}}", "sign_in.oidc.roles.sre"},
		"a default of no role":   {"url: https://t.example\nsign_in: {oidc: {issuer: 'https://login.example', client_id: x, default_role: public}}", "sign_in.oidc.default_role"},
		"an empty claim of name": {"url: https://t.example\nsign_in: {oidc: {issuer: 'https://login.example', client_id: x, default_role: viewer, name_claim: ''}}", "sign_in.oidc.name_claim"},
	} {
		_, err := Parse("tocsin.yml", []byte(c.text), anything)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
}

func TestCheckOpen(t *testing.T) {
	for listen, open := range map[string]bool{
		"127.0.0.1:8642": true, "127.8.9.1:1": true, "[::1]:8642": true, "localhost:8642": true, "[::ffff:127.0.0.1]:1": true,
		"0.0.0.0:8642": false, ":8642": false, "[::]:8642": false, "10.0.0.1:8642": false, "localhost.evil.example:1": false, "127.0.0.1.nip.io:1": false,
	} {
		c := Default()
		c.Listen = listen
		if err := c.CheckOpen(); (err == nil) != open {
			t.Errorf("%s: %v", listen, err)
		}
		c.SignIn.Open = true
		if err := c.CheckOpen(); err != nil {
			t.Errorf("%s, open: %v", listen, err)
		}
		c.SignIn.Password = "correct horse"
		if err := c.CheckOpen(); err == nil {
			t.Errorf("%s: open and a password", listen)
		}
		c.SignIn.Open = false
		if err := c.CheckOpen(); err != nil {
			t.Errorf("%s with a password: %v", listen, err)
		}
	}
}

func TestAccounts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "users")
	s := SignIn{UsersFile: path}
	if _, err := s.Accounts(); err == nil || !strings.Contains(err.Error(), "sign_in.users_file") {
		t.Errorf("no file: %v", err)
	}
	if err := os.WriteFile(path, []byte("jana:viewer:secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Accounts(); err == nil || !strings.Contains(err.Error(), "line 1") || strings.Contains(err.Error(), "secret") {
		t.Errorf("a wrong file: %v", err)
	}
	s = SignIn{OIDC: OIDC{Issuer: "https://a", Roles: map[string]string{"sre": "admin"}}}
	if p := s.OIDC.Provider(); p.Roles["sre"] != signin.Admin {
		t.Errorf("%+v", p)
	}
	s.TrustedProxies = []string{"10.1.2.3/8", "192.0.2.1"}
	if p, err := s.Proxies(); err != nil || p[0].String() != "10.0.0.0/8" || p[1].String() != "192.0.2.1/32" {
		t.Errorf("%v %v", p, err)
	}
}
