package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"time"

	"github.com/tocsin-io/tocsin/dashboards/signin"
)

// SignIn says who may use the dashboard. Where it names nobody, nobody has to sign in, which is allowed on loopback alone
// unless Open says otherwise.
type SignIn struct {
	Open           bool     `yaml:"open"`            // nobody has to sign in, also beyond loopback
	Password       Secret   `yaml:"password"`        // of admin; or GeneratePassword
	UsersFile      string   `yaml:"users_file"`      // a line for each person, as `tocsin password` prints it
	Tokens         []Token  `yaml:"tokens"`          // of programs
	OIDC           OIDC     `yaml:"oidc"`            // a provider of OpenID Connect
	TrustedProxies []string `yaml:"trusted_proxies"` // networks whose X-Forwarded-For is believed
	Idle           Duration `yaml:"idle"`            // a session ends when it is not used for so long
	Longest        Duration `yaml:"longest"`         // and at the latest after that
}

// GeneratePassword stands for a password that is made at the first start and printed once.
const GeneratePassword = "generate"

// AdminName is whom the password of SignIn is of.
const AdminName = "admin"

// Token is what a program shows; only its hash stands here.
type Token struct {
	Name   string `yaml:"name"`
	Role   string `yaml:"role"`
	SHA256 string `yaml:"sha256"`
}

// OIDC is a provider of OpenID Connect. Without an issuer there is none.
type OIDC struct {
	Name         string            `yaml:"name"` // on the button
	Issuer       string            `yaml:"issuer"`
	ClientID     string            `yaml:"client_id"`
	ClientSecret Secret            `yaml:"client_secret"`
	Scopes       []string          `yaml:"scopes"`
	NameClaim    string            `yaml:"name_claim"`   // what people are called by
	RoleClaim    string            `yaml:"role_claim"`   // a person's groups; dots lead into objects
	Roles        map[string]string `yaml:"roles"`        // group: role
	DefaultRole  string            `yaml:"default_role"` // of who has none of them; empty: is refused
}

// Required tells whether people have to sign in.
func (s *SignIn) Required() bool {
	return s.Password != "" || s.UsersFile != "" || s.OIDC.Issuer != "" || len(s.Tokens) > 0
}

// CheckOpen refuses a dashboard that others could reach and use without signing in.
func (c *Config) CheckOpen() error {
	switch {
	case c.SignIn.Open && c.SignIn.Required():
		return errors.New("sign_in names who signs in, and open says that nobody has to: leave one of them out")
	case c.SignIn.Required() || c.SignIn.Open || loopback(c.Listen):
		return nil
	}
	return fmt.Errorf("%s can be reached from other machines, and nobody would have to sign in: "+
		"set sign_in in the configuration (password: ${TOCSIN_PASSWORD} is the shortest), or listen on 127.0.0.1, "+
		"or say sign_in: {open: true} or --open where a proxy in front asks who it is", c.Listen)
}

// loopback tells whether an address can be reached from this machine alone.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}

// Accounts reads who signs in without a provider, but for admin.
func (s *SignIn) Accounts() (signin.Accounts, error) {
	var a signin.Accounts
	if s.UsersFile != "" {
		data, err := os.ReadFile(s.UsersFile)
		if err != nil {
			return a, fmt.Errorf("sign_in.users_file: %w", err)
		}
		if a.Users, err = signin.ParseUsers(data); err != nil {
			return a, fmt.Errorf("sign_in.users_file: %s: %w", s.UsersFile, err)
		}
	}
	for _, t := range s.Tokens {
		a.Tokens = append(a.Tokens, signin.Token{Name: t.Name, Role: signin.Role(t.Role), SHA256: t.SHA256})
	}
	return a, nil
}

// Proxies are the networks that are trusted.
func (s *SignIn) Proxies() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range s.TrustedProxies {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			a, addrErr := netip.ParseAddr(text)
			if addrErr != nil {
				return nil, fmt.Errorf("%q is no network", text)
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// Provider is the provider as the sign-in takes it; nil where there is none.
func (o *OIDC) Provider() *signin.OIDC {
	if o.Issuer == "" {
		return nil
	}
	roles := make(map[string]signin.Role, len(o.Roles))
	for group, role := range o.Roles {
		roles[group] = signin.Role(role)
	}
	return &signin.OIDC{
		Name: o.Name, Issuer: o.Issuer, ClientID: o.ClientID, ClientSecret: o.ClientSecret.Reveal(), Scopes: o.Scopes,
		NameClaim: o.NameClaim, RoleClaim: o.RoleClaim, Roles: roles, DefaultRole: signin.Role(o.DefaultRole),
	}
}

func (c *Config) validateSignIn(k *checker) {
	s := &c.SignIn
	if p := s.Password.Reveal(); p != "" && p != GeneratePassword {
		if err := signin.CheckPassword(p); err != nil {
			k.fault("sign_in.password", err.Error(), "choose another, or write generate")
		}
	}
	if len(s.Tokens) > 0 && s.Password == "" && s.UsersFile == "" && s.OIDC.Issuer == "" {
		k.fault("sign_in.tokens", "are for programs, and no person could sign in", "add password, users_file or oidc")
	}
	seen := map[string]bool{}
	for i, t := range s.Tokens {
		at := fmt.Sprintf("sign_in.tokens[%d]", i)
		if err := (signin.Token{Name: t.Name, Role: signin.Role(t.Role), SHA256: t.SHA256}).Check(); err != nil {
			k.fault(at, err.Error(), "`tocsin token NAME --role ROLE` prints an entry")
		}
		if seen[t.Name] {
			k.fault(at+".name", fmt.Sprintf("%q stands twice", t.Name), "name each token once, so that acts can be told apart")
		}
		seen[t.Name] = true
	}
	if _, err := s.Proxies(); err != nil {
		k.fault("sign_in.trusted_proxies", err.Error(), "write 10.0.0.0/8")
	}
	k.between("sign_in.idle", s.Idle, 5*time.Minute, 90*24*time.Hour)
	k.between("sign_in.longest", s.Longest, time.Duration(s.Idle), 400*24*time.Hour)
	c.validateOIDC(k)
}

func (c *Config) validateOIDC(k *checker) {
	o := &c.SignIn.OIDC
	if o.Issuer == "" {
		if o.ClientID != "" || len(o.Roles) > 0 {
			k.fault("sign_in.oidc.issuer", "is missing", "write the provider's address, such as https://login.example.com")
		}
		return
	}
	u, err := url.Parse(o.Issuer)
	if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !loopback(net.JoinHostPort(u.Hostname(), "0"))) {
		k.fault("sign_in.oidc.issuer", "is not an https address", "write https://login.example.com, as the provider names itself")
	}
	if o.ClientID == "" {
		k.fault("sign_in.oidc.client_id", "is missing", "register tocsin at the provider, with the redirect "+signin.CallbackPath)
	}
	if c.URL == "" {
		k.fault("sign_in.oidc", "needs url, as the provider sends people back there", "write url: https://tocsin.example.com")
	}
	if o.NameClaim == "" {
		k.fault("sign_in.oidc.name_claim", "is empty", "email is the default")
	}
	for group, role := range o.Roles {
		if _, err := signin.ParseRole(role); err != nil {
			k.fault("sign_in.oidc.roles."+group, err.Error(), "roles maps a group of the provider to a role of tocsin")
		}
	}
	if o.DefaultRole != "" {
		if _, err := signin.ParseRole(o.DefaultRole); err != nil {
			k.fault("sign_in.oidc.default_role", err.Error(), "leave it out to refuse who has no group")
		}
	} else if len(o.Roles) == 0 {
		k.fault("sign_in.oidc.roles", "is empty, so everybody would be refused", "map a group to a role, or set default_role")
	}
}
