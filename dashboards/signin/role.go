package signin

import (
	"fmt"
	"slices"
)

// Role is what somebody may do. Each role may do what those before it may.
type Role string

// The roles, the least first. Public is no role of a person: it is asked of who need not sign in.
const (
	Public    Role = "public"
	Viewer    Role = "viewer"    // reads
	Responder Role = "responder" // acts on incidents, silences, marks, tells deploys, sends messages again
	Admin     Role = "admin"     // loads rules again, changes sensitivities, reads the audit
)

var ranks = []Role{Public, Viewer, Responder, Admin}

// Roles are those that a person or a token can have, the least first.
func Roles() []Role { return slices.Clone(ranks[1:]) }

// ParseRole reads the name of a role.
func ParseRole(s string) (Role, error) {
	if r := Role(s); r.Valid() && r != Public {
		return r, nil
	}
	return "", fmt.Errorf("%q is no role: use viewer, responder or admin", cut(s, 40))
}

// Valid tells whether r is one of the roles.
func (r Role) Valid() bool { return slices.Contains(ranks, r) }

// Allows tells whether who has the role r may do what asks for least. What is no role allows nothing and is allowed to
// nobody.
func (r Role) Allows(least Role) bool {
	have, need := slices.Index(ranks, r), slices.Index(ranks, least)
	return have >= 0 && need >= 0 && have >= need
}
