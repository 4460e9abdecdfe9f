package email

import (
	"errors"
	"net/smtp"
	"slices"
	"strings"
)

// auth is the way to sign in that the server offers and that shows least: CRAM-MD5, which does not send the password, else PLAIN,
// else LOGIN, which some servers have instead.
func auth(offered, username, password, host string) smtp.Auth {
	ways := strings.Fields(strings.ToUpper(offered))
	switch {
	case slices.Contains(ways, "CRAM-MD5"):
		return smtp.CRAMMD5Auth(username, password)
	case slices.Contains(ways, "LOGIN") && !slices.Contains(ways, "PLAIN"):
		return &login{username, password}
	}
	return smtp.PlainAuth("", username, password, host)
}

// login signs in by AUTH LOGIN (draft-murchison-sasl-login): the server asks for one and then the other.
type login struct{ username, password string }

// Start implements smtp.Auth.
func (l *login) Start(server *smtp.ServerInfo) (string, []byte, error) {
	if !server.TLS {
		return "", nil, errors.New("the connection is not encrypted, so no password is sent")
	}
	return "LOGIN", nil, nil
}

// Next implements smtp.Auth.
func (l *login) Next(question []byte, more bool) ([]byte, error) {
	if !more {
		return nil, nil
	}
	switch q := strings.ToLower(string(question)); {
	case strings.HasPrefix(q, "user"):
		return []byte(l.username), nil
	case strings.HasPrefix(q, "pass"):
		return []byte(l.password), nil
	}
	return nil, errors.New("the server asks for neither user name nor password")
}
