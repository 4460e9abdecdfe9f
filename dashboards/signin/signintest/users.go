package signintest

import "github.com/tocsin-io/tocsin/dashboards/signin"

// Password is the password of every user of User.
const Password = "correct horse"

// hashes are of Password, of the least cost that is taken: tests sign in often.
const (
	hash      = "$argon2id$v=19$m=8192,t=1,p=1$c2FsdCBvZiBqYW5hJ3M$FX5LiBPEl79N0109ttF2wkOCCSUYX+LlYPQ77NSPzt0"
	otherHash = "$argon2id$v=19$m=8192,t=1,p=1$c2FsdCBvZiBhZGEncy4$LTuamRZKpnc5rD8a8hqMiVM51IBPipzGYW+WE2hVhGc"
)

// User returns somebody whose password is Password.
func User(name string, role signin.Role) signin.User {
	return signin.User{Name: name, Role: role, Hash: hash}
}

// UserAgain is User with another hash of the same password, as after it was set again.
func UserAgain(name string, role signin.Role) signin.User {
	return signin.User{Name: name, Role: role, Hash: otherHash}
}
