package signin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"sync/atomic"
	"time"
)

// Options is what New needs.
type Options struct {
	Store  Store
	OIDC   *OIDC        // nil: no provider
	Client *http.Client // asks the provider; required with OIDC

	BaseURL        string         // how people reach the dashboard
	TrustedProxies []netip.Prefix // who may say in X-Forwarded-For where a request comes from
	Idle           time.Duration  // a session ends when it was not used for so long
	Longest        time.Duration  // and at the latest after that

	Now    func() time.Time
	Random io.Reader
	Secret []byte // at least 32 random bytes, the same on every replica
	Logger *slog.Logger
}

// Accounts are who can sign in without a provider. A reload replaces them.
type Accounts struct {
	Users  []User
	Tokens []Token
}

// Store keeps sessions. Replicas share it. Implementations return ErrNoSession where there is none.
type Store interface {
	// PutSession begins a session and ends the one with the id before, if that is not zero. The audit says so, with text.
	PutSession(ctx context.Context, s Session, before [32]byte, text string) error
	// Session returns a session, also one that is over.
	Session(ctx context.Context, id [32]byte) (Session, error)
	// TouchSession says that a session was used.
	TouchSession(ctx context.Context, id [32]byte, seen, ends time.Time) error
	// EndSession removes a session; the audit says so. One that is not there is no error.
	EndSession(ctx context.Context, id [32]byte, at time.Time) error
	// UseOnce reports whether id is used for the first time, on all replicas together.
	UseOnce(ctx context.Context, id [32]byte, until time.Time) (bool, error)
	// Refused writes into the audit that somebody tried to sign in as name, who is known, and was refused.
	Refused(ctx context.Context, name, text string, at time.Time) error
}

// Session is somebody who is signed in.
type Session struct {
	ID         [32]byte // SHA-256 of the secret that the browser holds
	Name       string
	Role       Role
	Source     Source
	Credential [32]byte // hash of what the person signed in with
	CreatedAt  time.Time
	SeenAt     time.Time
	EndsAt     time.Time // where it is not used until then
	LastAt     time.Time // however much it is used
}

// Source is how somebody proved who they are.
type Source string

// The sources.
const (
	ByPassword Source = "password"
	ByOIDC     Source = "oidc"
	ByToken    Source = "token"
)

// Person is who asks.
type Person struct {
	Name    string // as acts show it
	Role    Role
	Source  Source
	Session [32]byte // zero with a token
}

// Errors that callers tell apart. Every other one means that the store is away.
var (
	// ErrNobody: the request carries nothing that says who asks.
	ErrNobody = errors.New("nobody is signed in")
	// ErrNoSession: the session is not known, or over.
	ErrNoSession = errors.New("the session is over")
	// ErrToken: the token is not known.
	ErrToken = errors.New("the token is not known")
	// ErrWrong: name or password is wrong. It does not say which.
	ErrWrong = errors.New("name or password is wrong")
)

// TooManyError says that somebody tried too often.
type TooManyError struct{ Wait time.Duration }

// Error says how long to wait.
func (e *TooManyError) Error() string {
	return fmt.Sprintf("too many tries: wait %s", e.Wait.Round(time.Second))
}

// Gate says who asks, and lets people in and out. It is safe for concurrent use.
type Gate struct {
	o         Options
	host      string // of BaseURL, where that is https
	accounts  atomic.Pointer[accounts]
	addresses *limiter
	names     *limiter
	hashing   chan struct{} // bounds how many hashes are computed at once, as each takes memory
	provider  *provider
}

type accounts struct {
	users  map[string]User
	tokens map[[32]byte]Token
	dummy  hash // what is computed for a name that is not known
}

// Tries that somebody has, by address and by name, and how soon one comes back.
const (
	triesOfAddress = 10
	triesOfName    = 20
	tryAgainEvery  = 15 * time.Second
)

// New checks o and the accounts and returns the gate. It reaches nobody.
func New(o Options, a Accounts) (*Gate, error) {
	switch {
	case o.Store == nil || o.Now == nil || o.Random == nil || o.Logger == nil || len(o.Secret) < 32:
		return nil, errors.New("signin: Options needs Store, Now, Random, Logger and a Secret of 32 bytes")
	case o.OIDC != nil && o.Client == nil:
		return nil, errors.New("signin: Options needs a Client for the provider")
	case o.Idle <= 0 || o.Longest < o.Idle:
		return nil, errors.New("signin: a session's longest time is not shorter than the time it may be idle")
	}
	g := &Gate{
		o: o, addresses: newLimiter(triesOfAddress, tryAgainEvery), names: newLimiter(triesOfName, tryAgainEvery),
		hashing: make(chan struct{}, 2),
	}
	if u, err := url.Parse(o.BaseURL); err == nil && u.Scheme == "https" {
		g.host = u.Host
	}
	if o.OIDC != nil {
		g.provider = &provider{conf: *o.OIDC, client: o.Client, now: o.Now, redirect: redirectURL(o.BaseURL)}
	}
	return g, g.SetAccounts(a)
}

// SetAccounts replaces who can sign in, all or none. Sessions of people who are gone or whose password is another one
// are over at once.
func (g *Gate) SetAccounts(a Accounts) error {
	next, err := a.compile()
	if err == nil {
		g.accounts.Store(next)
	}
	return err
}

// Check tells whether SetAccounts would take them.
func (a Accounts) Check() error {
	_, err := a.compile()
	return err
}

func (a Accounts) compile() (*accounts, error) {
	next := &accounts{users: make(map[string]User, len(a.Users)), dummy: dummyHash()}
	for i, u := range a.Users {
		if err := u.Check(); err != nil {
			return nil, fmt.Errorf("user %q: %w", cut(u.Name, 40), err)
		}
		if _, ok := next.users[u.Name]; ok {
			return nil, fmt.Errorf("the user %s is named twice", u.Name)
		}
		next.users[u.Name] = u
		// An unknown name takes as long as the costliest known one.
		if h, err := parseHash(u.Hash); err == nil && (i == 0 || h.cost() > next.dummy.cost()) {
			h.salt = next.dummy.salt
			h.key = make([]byte, len(h.key))
			next.dummy = h
		}
	}
	var err error
	next.tokens, err = tokensByHash(a.Tokens)
	return next, err
}

func dummyHash() hash {
	return hash{memory: hashMemory, time: hashTime, threads: hashThreads, salt: []byte("of nobody's salt"), key: make([]byte, keyLen)}
}

// Passwords tells whether anybody can sign in with a password.
func (g *Gate) Passwords() bool { return len(g.accounts.Load().users) > 0 }

// Provider is the name of the provider for people; empty where there is none.
func (g *Gate) Provider() string {
	if g.provider == nil {
		return ""
	}
	return g.provider.name()
}
