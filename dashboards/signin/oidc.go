package signin

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// OIDC is a provider of OpenID Connect and what its claims mean.
type OIDC struct {
	Name         string // for people; empty: the issuer's host
	Issuer       string
	ClientID     string
	ClientSecret string
	Scopes       []string        // beside openid
	NameClaim    string          // what a person is called by
	RoleClaim    string          // names of groups: a text or a list; dots lead into objects, as realm_access.roles
	Roles        map[string]Role // name of a group to the role that it gives; the highest counts
	DefaultRole  Role            // of who has none of these; empty: is refused
}

// ProviderError says why a sign-in through the provider did not come to an end. Text is a sentence for the person.
type ProviderError struct {
	Text string
	Err  error // for the log
}

// Error is the sentence and the cause.
func (e *ProviderError) Error() string {
	if e.Err == nil {
		return e.Text
	}
	return e.Text + ": " + e.Err.Error()
}

// Unwrap is the cause.
func (e *ProviderError) Unwrap() error { return e.Err }

// CallbackPath is where the provider sends people back to.
const CallbackPath = "/sign-in/oidc/callback"

func redirectURL(base string) string { return strings.TrimSuffix(base, "/") + CallbackPath }

// provider asks the provider what it is when somebody first signs in: tocsin starts without it.
type provider struct {
	conf     OIDC
	client   *http.Client
	now      func() time.Time
	redirect string

	mu   sync.Mutex
	disc *oidc.Provider
}

func (p *provider) name() string {
	if p.conf.Name != "" {
		return p.conf.Name
	}
	_, host, _ := strings.Cut(p.conf.Issuer, "://")
	host, _, _ = strings.Cut(host, "/")
	return host
}

// credential is what sessions of the provider are tied to.
func (p *provider) credential() [32]byte {
	return sha256.Sum256([]byte("oidc\x00" + p.conf.Issuer + "\x00" + p.conf.ClientID))
}

func (p *provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.disc != nil {
		return p.disc, nil
	}
	// Keys are fetched later with the context of this call, so it must not end with the request.
	d, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.conf.Issuer)
	if err != nil {
		return nil, &ProviderError{p.name() + " does not answer as a provider of OpenID Connect, so nobody can sign in through it now. The log says more.", err}
	}
	p.disc = d
	return d, nil
}

func (p *provider) oauth(d *oidc.Provider) *oauth2.Config {
	scopes := []string{oidc.ScopeOpenID}
	for _, s := range p.conf.Scopes {
		if !slices.Contains(scopes, s) {
			scopes = append(scopes, s)
		}
	}
	return &oauth2.Config{
		ClientID: p.conf.ClientID, ClientSecret: p.conf.ClientSecret, Endpoint: d.Endpoint(), RedirectURL: p.redirect, Scopes: scopes,
	}
}

// identity exchanges a code for who the person is.
func (p *provider) identity(ctx context.Context, code string, f *flow) (name string, role Role, err error) {
	d, err := p.discover(ctx)
	if err != nil {
		return "", "", err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	tokens, err := p.oauth(d).Exchange(ctx, code, oauth2.VerifierOption(f.Verifier))
	if err != nil {
		return "", "", &ProviderError{p.name() + " did not confirm the sign-in. Begin again.", withoutSecret(err, p.conf.ClientSecret)}
	}
	raw, ok := tokens.Extra("id_token").(string)
	if !ok {
		return "", "", &ProviderError{p.name() + " did not say who you are: its answer has no ID token.", nil}
	}
	id, err := d.Verifier(&oidc.Config{ClientID: p.conf.ClientID, Now: p.now}).Verify(ctx, raw)
	if err != nil {
		return "", "", &ProviderError{"What " + p.name() + " says is not signed by it, not for tocsin, or too old.", err}
	}
	if !same(id.Nonce, f.Nonce) {
		return "", "", &ProviderError{"What " + p.name() + " says belongs to another sign-in. Begin again.", errors.New("the nonce differs")}
	}
	claims := map[string]any{}
	if err := id.Claims(&claims); err != nil {
		return "", "", &ProviderError{"What " + p.name() + " says cannot be read.", err}
	}
	return p.conf.person(claims)
}

// person reads name and role from the claims.
func (c *OIDC) person(claims map[string]any) (string, Role, error) {
	name, ok := claim(claims, c.NameClaim).(string)
	if !ok {
		return "", "", &ProviderError{fmt.Sprintf("The provider sends no claim %s, by which people are called here. Ask who runs tocsin to set name_claim or the scopes.", c.NameClaim), nil}
	}
	if verified, ok := claims["email_verified"].(bool); ok && !verified && c.NameClaim == "email" {
		return "", "", &ProviderError{"The provider has not verified your address of e-mail, by which people are called here.", nil}
	}
	if err := checkName(name); err != nil {
		return "", "", &ProviderError{"The provider's name for you cannot be used here: " + err.Error() + ".", nil}
	}
	role := c.DefaultRole
	for _, group := range texts(claim(claims, c.RoleClaim)) {
		if r := c.Roles[group]; r.Valid() && (role == "" || r.Allows(role)) {
			role = r
		}
	}
	if role == "" {
		return "", "", &ProviderError{"You are known as " + name + ", and none of your groups has a role in tocsin. Ask who runs it.", nil}
	}
	return name, role, nil
}

// claim finds a claim by its whole name, or by a path with dots.
func claim(claims map[string]any, path string) any {
	if v, ok := claims[path]; ok {
		return v
	}
	first, rest, ok := strings.Cut(path, ".")
	if inner, is := claims[first].(map[string]any); ok && is {
		return claim(inner, rest)
	}
	return nil
}

func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, x := range v {
			if s, ok := x.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// withoutSecret takes the client's secret out of an error that a library made of an answer.
func withoutSecret(err error, secret string) error {
	if secret == "" || !strings.Contains(err.Error(), secret) {
		return err
	}
	return errors.New(strings.ReplaceAll(err.Error(), secret, "xxxxx"))
}
