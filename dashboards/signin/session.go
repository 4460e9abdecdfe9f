package signin

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// The session's cookie. Over https its name has the prefix that lets no other host and no plain connection set it.
const (
	sessionCookie       = "tocsin_session"
	sessionCookieSecure = "__Host-tocsin_session"
	secretLen           = 43 // 32 bytes as base64
)

// Secure tells whether the reader reaches the dashboard over https, here or at the proxy that BaseURL names.
func (g *Gate) Secure(r *http.Request) bool {
	return r.TLS != nil || g.host != "" && strings.EqualFold(r.Host, g.host)
}

func (g *Gate) cookieName(r *http.Request) string {
	if g.Secure(r) {
		return sessionCookieSecure
	}
	return sessionCookie
}

// cookie is one with the attributes that all cookies of the sign-in have.
func (g *Gate) cookie(r *http.Request, name, value, path string) *http.Cookie {
	return &http.Cookie{Name: name, Value: value, Path: path, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: g.Secure(r)}
}

// sessionID is the id of the session that the request's cookie is of.
func (g *Gate) sessionID(r *http.Request) (id [32]byte, ok bool) {
	k, err := r.Cookie(g.cookieName(r))
	if err != nil || len(k.Value) != secretLen {
		return id, false
	}
	return sha256.Sum256([]byte(k.Value)), true
}

// Who says who asks. ErrNobody, ErrNoSession and ErrToken say why nobody does; any other error that the store is away.
// What is in Authorization comes before a cookie.
func (g *Gate) Who(r *http.Request) (Person, error) {
	if h := r.Header.Get("Authorization"); h != "" {
		return g.bearer(h)
	}
	id, ok := g.sessionID(r)
	if !ok {
		return Person{}, ErrNobody
	}
	s, err := g.o.Store.Session(r.Context(), id)
	if err != nil {
		return Person{}, err
	}
	now := g.o.Now()
	if !now.Before(s.EndsAt) || !now.Before(s.LastAt) {
		return Person{}, ErrNoSession
	}
	role, ok := g.holds(&s)
	if !ok {
		return Person{}, ErrNoSession
	}
	// Written down now and then: a page asks for several things.
	if now.Sub(s.SeenAt) >= min(time.Minute, g.o.Idle/10) {
		if err := g.o.Store.TouchSession(r.Context(), id, now, earlier(now.Add(g.o.Idle), s.LastAt)); err != nil {
			return Person{}, err
		}
	}
	return Person{Name: s.Name, Role: role, Source: s.Source, Session: id}, nil
}

// holds tells whether what a session began with is still so, and the role that it gives now.
func (g *Gate) holds(s *Session) (Role, bool) {
	switch s.Source {
	case ByPassword:
		u, ok := g.accounts.Load().users[s.Name]
		credential := u.credential()
		return u.Role, ok && subtle.ConstantTimeCompare(credential[:], s.Credential[:]) == 1
	case ByOIDC:
		if g.provider == nil {
			return "", false
		}
		credential := g.provider.credential()
		return s.Role, subtle.ConstantTimeCompare(credential[:], s.Credential[:]) == 1
	}
	return "", false
}

func (g *Gate) bearer(header string) (Person, error) {
	scheme, text, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return Person{}, ErrToken
	}
	t, ok := g.accounts.Load().tokens[sha256.Sum256([]byte(strings.TrimSpace(text)))]
	if !ok {
		return Person{}, ErrToken
	}
	return Person{Name: "token " + t.Name, Role: t.Role, Source: ByToken}, nil
}

// begin starts a session with a new secret, in place of the one that the browser had.
func (g *Gate) begin(w http.ResponseWriter, r *http.Request, s Session) error {
	b := make([]byte, 32)
	if _, err := io.ReadFull(g.o.Random, b); err != nil {
		return err
	}
	secret := base64.RawURLEncoding.EncodeToString(b)
	before, _ := g.sessionID(r)
	now := g.o.Now()
	s.ID, s.CreatedAt, s.SeenAt, s.EndsAt, s.LastAt = sha256.Sum256([]byte(secret)), now, now, now.Add(g.o.Idle), now.Add(g.o.Longest)
	if err := g.o.Store.PutSession(r.Context(), s, before, fmt.Sprintf("as %s, by %s, from %s", s.Role, s.Source, g.Address(r))); err != nil {
		return err
	}
	k := g.cookie(r, g.cookieName(r), secret, "/")
	k.MaxAge = int(g.o.Longest / time.Second)
	http.SetCookie(w, k)
	return nil
}

// SignOut ends the session of the request, here and on every replica. Nobody's is no error.
func (g *Gate) SignOut(w http.ResponseWriter, r *http.Request) error {
	id, ok := g.sessionID(r)
	if !ok {
		return nil
	}
	if err := g.o.Store.EndSession(r.Context(), id, g.o.Now()); err != nil && !errors.Is(err, ErrNoSession) {
		return err
	}
	k := g.cookie(r, g.cookieName(r), "", "/")
	k.MaxAge = -1
	http.SetCookie(w, k)
	return nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
