package signin

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// flow is a sign-in through the provider that has begun. The browser that began it keeps it, signed, in a cookie.
type flow struct {
	State    string    `json:"s"`
	Nonce    string    `json:"n"`
	Verifier string    `json:"v"` // of PKCE
	Next     string    `json:"to"`
	Ends     time.Time `json:"e"`
}

const (
	flowCookie = "tocsin_oidc"
	flowFor    = 10 * time.Minute
	maxNext    = 400 // bytes: browsers keep cookies of up to 4 KiB
)

// Begin starts a sign-in through the provider and returns where to send the person. next is where the person wants to go
// afterwards, a path that the caller has checked.
func (g *Gate) Begin(w http.ResponseWriter, r *http.Request, next string) (string, error) {
	d, err := g.provider.discover(r.Context())
	if err != nil {
		return "", err
	}
	b := make([]byte, 64)
	if _, err := io.ReadFull(g.o.Random, b); err != nil {
		return "", err
	}
	f := flow{
		State: base64.RawURLEncoding.EncodeToString(b[:32]), Nonce: base64.RawURLEncoding.EncodeToString(b[32:]),
		Verifier: oauth2.GenerateVerifier(), Next: next, Ends: g.o.Now().Add(flowFor),
	}
	if len(next) > maxNext {
		f.Next = "/"
	}
	text, err := json.Marshal(f)
	if err != nil {
		return "", err
	}
	value := base64.RawURLEncoding.EncodeToString(text)
	k := g.cookie(r, flowCookie, value+"."+g.sign(value), "/sign-in/oidc")
	k.MaxAge = int(flowFor / time.Second)
	http.SetCookie(w, k)
	return g.provider.oauth(d).AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)), nil
}

func (g *Gate) sign(value string) string {
	m := hmac.New(sha256.New, g.o.Secret)
	m.Write([]byte("oidc\x00" + value))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// Finish takes the person who comes back from the provider, sets the session's cookie, and returns where the person wanted
// to go. A *ProviderError says why not. Each sign-in can be finished once.
func (g *Gate) Finish(w http.ResponseWriter, r *http.Request) (next string, err error) {
	gone := g.cookie(r, flowCookie, "", "/sign-in/oidc")
	gone.MaxAge = -1
	http.SetCookie(w, gone)
	f, ok := g.readFlow(r)
	q := r.URL.Query()
	if !ok || !same(q.Get("state"), f.State) {
		return "", &ProviderError{"This browser began no such sign-in, or more than ten minutes ago. Begin again.", nil}
	}
	first, err := g.o.Store.UseOnce(r.Context(), sha256.Sum256([]byte("oidc\x00"+f.State)), f.Ends)
	if err != nil {
		return "", err
	}
	if !first {
		return "", &ProviderError{"This sign-in was finished already. Begin again.", nil}
	}
	if code := q.Get("error"); code != "" {
		return "", &ProviderError{g.provider.name() + " refused the sign-in. Begin again, or ask who runs it.", errors.New("error " + printable(code))}
	}
	name, role, err := g.provider.identity(r.Context(), q.Get("code"), &f)
	if err != nil {
		return "", err
	}
	if _, taken := g.accounts.Load().users[name]; taken {
		return "", &ProviderError{"Somebody called " + name + " signs in with a password here, so acts could not be told apart. Ask who runs tocsin.", nil}
	}
	return f.Next, g.begin(w, r, Session{Name: name, Role: role, Source: ByOIDC, Credential: g.provider.credential()})
}

func (g *Gate) readFlow(r *http.Request) (f flow, ok bool) {
	k, err := r.Cookie(flowCookie)
	if err != nil || g.provider == nil {
		return f, false
	}
	value, mac, _ := strings.Cut(k.Value, ".")
	if !same(mac, g.sign(value)) {
		return f, false
	}
	text, err := base64.RawURLEncoding.DecodeString(value)
	if err != nil || json.Unmarshal(text, &f) != nil {
		return f, false
	}
	return f, g.o.Now().Before(f.Ends)
}

// same compares in constant time; an empty text is the same as nothing.
func same(a, b string) bool { return a != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// printable is the letters, digits and underscores of a code of OAuth.
func printable(code string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, cut(code, 40))
}
