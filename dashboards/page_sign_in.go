package dashboards

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/dashboards/signin"
)

// signInView is the page on which people sign in. It shows nothing of what tocsin knows.
type signInView struct {
	Title     string
	Problem   string
	Name      string
	Next      string
	Token     string
	Passwords bool
	Provider  string
	OIDC      string // address of the sign-in through the provider
}

// nextPath is where somebody wants to go after signing in: a path of this dashboard, whatever an address says.
func nextPath(p string) string {
	if !localPath(p) || strings.HasPrefix(p, "/sign-") || p == "/live" {
		return "/"
	}
	return p
}

func (s *Server) signInPage(w http.ResponseWriter, r *http.Request) {
	next := nextPath(r.URL.Query().Get("next"))
	if s.opt.SignIn == nil {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return
	}
	if _, err := s.opt.SignIn.Who(r); err == nil {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return
	}
	s.showSignIn(w, r, http.StatusOK, signInView{Next: next})
}

func (s *Server) showSignIn(w http.ResponseWriter, r *http.Request, status int, v signInView) {
	v.Title, v.Token = "Sign in", s.formToken(w, r)
	v.Passwords, v.Provider = s.opt.SignIn.Passwords(), s.opt.SignIn.Provider()
	v.OIDC = "/sign-in/oidc?" + url.Values{"next": {v.Next}}.Encode()
	s.render(w, r, status, "sign_in", v)
}

// signIn takes the form.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request) {
	v := signInView{Next: nextPath(r.PostForm.Get("next")), Name: cutMiddle(r.PostForm.Get("name"), 100)}
	if s.opt.SignIn == nil {
		http.Redirect(w, r, v.Next, http.StatusSeeOther)
		return
	}
	err := s.opt.SignIn.SignIn(w, r, r.PostForm.Get("name"), r.PostForm.Get("password"))
	var many *signin.TooManyError
	switch {
	case err == nil:
		http.Redirect(w, r, v.Next, http.StatusSeeOther)
	case errors.Is(err, signin.ErrWrong):
		v.Problem = "Name or password is wrong."
		s.showSignIn(w, r, http.StatusUnauthorized, v)
	case errors.As(err, &many):
		wait := many.Wait.Truncate(time.Second) + time.Second
		w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)))
		v.Problem = "Too many tries from here or with this name. The next one is in " + lasting(wait) + "."
		s.showSignIn(w, r, http.StatusTooManyRequests, v)
	case r.Context().Err() != nil: // the reader has left
		w.WriteHeader(statusGone)
	default:
		s.opt.Logger.Error("somebody could not sign in", slog.Any("error", err))
		v.Problem = "The store does not answer, so nobody can sign in now. Lines wait and nothing is lost; try again in a moment."
		s.showSignIn(w, r, http.StatusServiceUnavailable, v)
	}
}

// signOut ends the session and leads to the sign-in.
func (s *Server) signOut(w http.ResponseWriter, r *http.Request) {
	if s.opt.SignIn != nil {
		if err := s.opt.SignIn.SignOut(w, r); err != nil {
			s.failWith(w, r, "session", err)
			return
		}
	}
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
}

// beginOIDC leads to the provider.
func (s *Server) beginOIDC(w http.ResponseWriter, r *http.Request) {
	if s.opt.SignIn == nil || s.opt.SignIn.Provider() == "" {
		s.fail(w, r, http.StatusNotFound, "not_found", "There is no page at this address.")
		return
	}
	to, err := s.opt.SignIn.Begin(w, r, nextPath(r.URL.Query().Get("next")))
	if err != nil {
		s.providerFailed(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// finishOIDC takes who comes back from the provider.
func (s *Server) finishOIDC(w http.ResponseWriter, r *http.Request) {
	if s.opt.SignIn == nil || s.opt.SignIn.Provider() == "" {
		s.fail(w, r, http.StatusNotFound, "not_found", "There is no page at this address.")
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	next, err := s.opt.SignIn.Finish(w, r)
	if err != nil {
		s.providerFailed(w, r, err)
		return
	}
	http.Redirect(w, r, nextPath(next), http.StatusSeeOther)
}

func (s *Server) providerFailed(w http.ResponseWriter, r *http.Request, err error) {
	var refused *signin.ProviderError
	v := signInView{Next: "/"}
	if !errors.As(err, &refused) {
		s.opt.Logger.Error("somebody could not sign in", slog.Any("error", err))
		v.Problem = "The store does not answer, so nobody can sign in now. Lines wait and nothing is lost; try again in a moment."
		s.showSignIn(w, r, http.StatusServiceUnavailable, v)
		return
	}
	s.opt.Logger.Warn("a sign-in through the provider was refused", slog.String("address", s.opt.SignIn.Address(r)), slog.Any("error", err))
	v.Problem = refused.Text
	s.showSignIn(w, r, http.StatusForbidden, v)
}
