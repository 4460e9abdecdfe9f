package signin

import (
	"log/slog"
	"net/http"
)

// SignIn lets somebody in with a password, and sets the session's cookie. ErrWrong says that name or password is wrong, a
// *TooManyError that there were too many tries from there or with this name; names that are not known are counted and take
// as long as those that are.
func (g *Gate) SignIn(w http.ResponseWriter, r *http.Request, name, password string) error {
	address, now := g.Address(r), g.o.Now()
	if err := g.try(network(address), name); err != nil {
		return err
	}
	acc := g.accounts.Load()
	u, known := acc.users[name]
	h := acc.dummy
	if known {
		var err error
		if h, err = parseHash(u.Hash); err != nil {
			return err
		}
	}
	right, err := g.matches(r, &h, password)
	if err != nil {
		return err
	}
	if !right || !known {
		g.o.Logger.Warn("a sign-in was refused", slog.String("address", address), slog.Bool("name_known", known))
		if known {
			if err := g.o.Store.Refused(r.Context(), u.Name, "wrong password, from "+address, now); err != nil {
				return err
			}
		}
		return ErrWrong
	}
	g.addresses.giveBack(network(address), now)
	g.names.giveBack(name, now)
	return g.begin(w, r, Session{Name: u.Name, Role: u.Role, Source: ByPassword, Credential: u.credential()})
}

// try spends a try of an address and of a name.
func (g *Gate) try(address, name string) error {
	now := g.o.Now()
	if wait, ok := g.addresses.take(address, now); !ok {
		return &TooManyError{wait}
	}
	if wait, ok := g.names.take(name, now); !ok {
		return &TooManyError{wait}
	}
	return nil
}

// matches computes a hash, a few at once.
func (g *Gate) matches(r *http.Request, h *hash, password string) (bool, error) {
	select {
	case g.hashing <- struct{}{}:
	case <-r.Context().Done():
		return false, r.Context().Err()
	}
	defer func() { <-g.hashing }()
	return h.matches(password), nil
}
