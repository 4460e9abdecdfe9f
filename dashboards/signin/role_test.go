package signin

import "testing"

func TestRoles(t *testing.T) {
	all := []Role{"", "root", Public, Viewer, Responder, Admin}
	// allowed[have] lists what is allowed.
	allowed := map[Role]string{
		Public: "public", Viewer: "public viewer", Responder: "public viewer responder", Admin: "public viewer responder admin",
	}
	for _, have := range all {
		got := ""
		for _, least := range all {
			if have.Allows(least) {
				if got != "" {
					got += " "
				}
				got += string(least)
			}
		}
		if got != allowed[have] {
			t.Errorf("%q is allowed %q, want %q", have, got, allowed[have])
		}
	}
	for name, want := range map[string]Role{"viewer": Viewer, "responder": Responder, "admin": Admin, "public": "", "": "", "Admin": "", "root": ""} {
		if got, err := ParseRole(name); got != want || (err == nil) != (want != "") {
			t.Errorf("%q is read as %q, %v", name, got, err)
		}
	}
}
