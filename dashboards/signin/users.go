package signin

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"fmt"
	"strings"
)

// User is somebody who signs in with a password.
type User struct {
	Name string
	Role Role
	Hash string // argon2id in the PHC format
}

// Line is the user as a line of a password file.
func (u User) Line() string { return u.Name + ":" + string(u.Role) + ":" + u.Hash }

// Check refuses a user that cannot sign in.
func (u User) Check() error {
	if err := checkName(u.Name); err != nil {
		return err
	}
	if _, err := ParseRole(string(u.Role)); err != nil {
		return err
	}
	if _, err := parseHash(u.Hash); err != nil {
		return fmt.Errorf("the hash of %s %w", u.Name, err)
	}
	return nil
}

// credential is what a session of u is tied to: it changes with the password.
func (u User) credential() [32]byte { return sha256.Sum256([]byte("password\x00" + u.Hash)) }

// maxLine bounds a line of a password file, in bytes.
const maxLine = 4096

// ParseUsers reads a password file: a line for each user, name:role:hash, as Line prints them. Empty lines and those that
// begin with # are passed over. The error is of the first line that is wrong, with its number; it never shows the hash.
func ParseUsers(data []byte) ([]User, error) {
	var out []User
	seen := map[string]int{}
	in := bufio.NewScanner(bytes.NewReader(data))
	in.Buffer(nil, maxLine)
	n := 0
	for in.Scan() {
		n++
		line := strings.TrimSpace(in.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		parts := strings.SplitN(line, ":", 3)
		if len(parts) != 3 {
			return nil, fmt.Errorf("line %d is not name:role:hash: make it with `tocsin password`", n)
		}
		u := User{parts[0], Role(parts[1]), parts[2]}
		if err := u.Check(); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if was := seen[u.Name]; was > 0 {
			return nil, fmt.Errorf("line %d: %s stands on line %d already", n, u.Name, was)
		}
		seen[u.Name] = n
		out = append(out, u)
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("line %d is longer than %d bytes", n+1, maxLine)
	}
	return out, nil
}
