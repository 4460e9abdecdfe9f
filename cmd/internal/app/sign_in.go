package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/cmd/internal/config"
	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/signin"
	"github.com/tocsin-io/tocsin/store"
)

// checkOpen comes before anything is opened.
func (a *App) checkOpen(context.Context) error { return a.o.Config.CheckOpen() }

// openSignIn makes what lets people in, with the key that signs what browsers keep; nothing where nobody has to sign in.
func (a *App) openSignIn(ctx context.Context, key []byte) error {
	s := &a.o.Config.SignIn
	if !s.Required() {
		return nil
	}
	accounts, err := a.accounts(ctx, s)
	if err != nil {
		return err
	}
	proxies, err := s.Proxies()
	if err != nil {
		return fmt.Errorf("sign_in.trusted_proxies: %w", err)
	}
	a.gate, err = signin.New(signin.Options{
		Store: sessions{a.store}, OIDC: s.OIDC.Provider(), Client: &http.Client{Timeout: 10 * time.Second}, BaseURL: a.baseURL, TrustedProxies: proxies,
		Idle: time.Duration(s.Idle), Longest: time.Duration(s.Longest), Now: a.o.Now, Random: rand.Reader, Secret: key, Logger: a.log.With("part", "sign-in"),
	}, accounts)
	return err
}

// takeSignIn takes over who signs in. Whether anybody has to is settled at the start, and so is open, which may be a flag.
func takeSignIn(running *config.Config, fresh config.SignIn) error {
	switch was, is := running.SignIn.Required(), fresh.Required(); {
	case is && !was:
		return errors.New("sign_in: at the start nobody had to sign in, and a reload cannot change that: everybody still gets in until tocsin is started anew")
	case was && !is:
		return errors.New("sign_in: at the start people had to sign in, and a reload cannot change that: start tocsin anew, or name a password, users_file, tokens or oidc")
	}
	fresh.Open = fresh.Open || running.SignIn.Open
	running.SignIn = fresh
	return running.CheckOpen()
}

// accounts are who signs in without a provider.
func (a *App) accounts(ctx context.Context, s *config.SignIn) (signin.Accounts, error) {
	out, err := s.Accounts()
	if err != nil || s.Password == "" {
		return out, err
	}
	hash, err := a.adminHash(ctx, s.Password.Reveal())
	out.Users = append(out.Users, signin.User{Name: config.AdminName, Role: signin.Admin, Hash: hash})
	return out, err
}

// adminHash is the hash of the admin's password. It is kept in the store, so that replicas and the next start have the same
// one, which sessions are tied to.
func (a *App) adminHash(ctx context.Context, password string) (string, error) {
	const name = "admin_password"
	kept, err := a.store.Meta(ctx, name)
	if err != nil {
		return "", err
	}
	if password != config.GeneratePassword {
		if signin.Matches(string(kept), password) {
			return string(kept), nil
		}
		hash, err := signin.Hash(password, rand.Reader)
		if err != nil {
			return "", err
		}
		return hash, a.store.SetMeta(ctx, name, []byte(hash))
	}
	if len(kept) > 0 {
		return string(kept), nil
	}
	fresh := strings.ToLower(rand.Text()[:20]) // 100 random bits
	hash, err := signin.Hash(fresh, rand.Reader)
	if err != nil {
		return "", err
	}
	if kept, err = a.store.MetaOnce(ctx, name, []byte(hash)); err != nil {
		return "", err
	}
	if string(kept) == hash { // no other replica was first
		a.password = fresh
	}
	return string(kept), nil
}

// sessions keeps sessions in the store.
type sessions struct{ store *store.Store }

func (s sessions) PutSession(ctx context.Context, x signin.Session, before [32]byte, text string) error {
	return s.store.PutSession(ctx, store.Session{
		ID: x.ID, Name: x.Name, Role: string(x.Role), Source: string(x.Source), Credential: x.Credential,
		CreatedAt: x.CreatedAt, SeenAt: x.SeenAt, EndsAt: x.EndsAt, LastAt: x.LastAt,
	}, before, text)
}

func (s sessions) Session(ctx context.Context, id [32]byte) (signin.Session, error) {
	x, err := s.store.Session(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return signin.Session{}, signin.ErrNoSession
	}
	return signin.Session{
		ID: x.ID, Name: x.Name, Role: signin.Role(x.Role), Source: signin.Source(x.Source), Credential: x.Credential,
		CreatedAt: x.CreatedAt, SeenAt: x.SeenAt, EndsAt: x.EndsAt, LastAt: x.LastAt,
	}, err
}

func (s sessions) TouchSession(ctx context.Context, id [32]byte, seen, ends time.Time) error {
	return s.store.TouchSession(ctx, id, seen, ends)
}

func (s sessions) EndSession(ctx context.Context, id [32]byte, at time.Time) error {
	return s.store.EndSession(ctx, id, at)
}

func (s sessions) UseOnce(ctx context.Context, id [32]byte, until time.Time) (bool, error) {
	return s.store.UseOnce(ctx, id, until)
}

func (s sessions) Refused(ctx context.Context, name, text string, at time.Time) error {
	return s.store.Audit(ctx, store.AuditEntry{At: at, Actor: name, Action: "session.refused", Subject: name, Text: text})
}

// audit shows who did what to the dashboard.
type audit struct{ store *store.Store }

func (a audit) ListAudit(ctx context.Context, f dashboards.AuditFilter) (dashboards.AuditPage, error) {
	list, next, err := a.store.AuditLog(ctx, store.AuditFilter{Subject: f.Subject, Actor: f.Actor, Action: f.Action, Cursor: f.Cursor, Limit: f.Limit})
	if err != nil {
		return dashboards.AuditPage{}, translate(err)
	}
	page := dashboards.AuditPage{Next: next}
	for _, e := range list {
		page.Entries = append(page.Entries, dashboards.AuditEntry{At: e.At, Actor: e.Actor, Action: e.Action, Subject: e.Subject, Text: e.Text})
	}
	return page, nil
}

func (a audit) AddAudit(ctx context.Context, e dashboards.AuditEntry) error {
	return translate(a.store.Audit(ctx, store.AuditEntry{At: e.At, Actor: e.Actor, Action: e.Action, Subject: e.Subject, Text: e.Text}))
}
