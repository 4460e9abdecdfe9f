package app

import (
	"testing"

	"github.com/tocsin-io/tocsin/cmd/internal/config"
)

func TestReloadOfSignIn(t *testing.T) {
	password, users := config.SignIn{Password: "a"}, config.SignIn{UsersFile: "users.yml"}
	for _, c := range []struct {
		name         string
		running, new config.SignIn
		listen       string
		refused      bool
	}{
		{"nobody had to, a password comes", config.SignIn{}, password, "127.0.0.1:8642", true},
		{"open was said, a password comes", config.SignIn{Open: true}, password, "0.0.0.0:8642", true},
		{"the last password goes", password, config.SignIn{}, "127.0.0.1:8642", true},
		{"a password becomes users", password, users, "0.0.0.0:8642", false},
		{"open is said beside a password", password, config.SignIn{Password: "a", Open: true}, "127.0.0.1:8642", true},
		{"open was a flag", config.SignIn{Open: true}, config.SignIn{}, "0.0.0.0:8642", false},
		{"nothing changes", config.SignIn{}, config.SignIn{}, "127.0.0.1:8642", false},
	} {
		running := config.Config{Listen: c.listen, SignIn: c.running}
		err := takeSignIn(&running, c.new)
		if (err != nil) != c.refused {
			t.Errorf("%s: %v", c.name, err)
		}
		if err == nil && running.SignIn.Required() != c.running.Required() {
			t.Errorf("%s: whether people have to sign in changed", c.name)
		}
	}
}
