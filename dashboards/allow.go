package dashboards

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/tocsin-io/tocsin/dashboards/signin"
)

type personKey struct{}

// personOf is who asks; the zero person where a route is public.
func personOf(r *http.Request) signin.Person {
	p, _ := r.Context().Value(personKey{}).(signin.Person)
	return p
}

// allow lets those through who have the least role. Where nobody has to sign in, everybody is let through.
func (s *Server) allow(least signin.Role, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if least == signin.Public {
			next.ServeHTTP(w, r)
			return
		}
		p := signin.Person{Role: signin.Admin}
		if s.opt.SignIn != nil {
			var err error
			if p, err = s.opt.SignIn.Who(r); err != nil {
				s.nobody(w, r, err)
				return
			}
		}
		r = r.WithContext(context.WithValue(r.Context(), personKey{}, p))
		if !p.Role.Allows(least) {
			s.fail(w, r, http.StatusForbidden, "forbidden",
				"This needs the role "+string(least)+", and "+p.Name+" has the role "+string(p.Role)+". Nothing was done. Who runs tocsin gives roles.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// nobody answers a request of which it is not known who asks.
func (s *Server) nobody(w http.ResponseWriter, r *http.Request, err error) {
	text := "Nobody is signed in, so nothing was done."
	switch {
	case errors.Is(err, signin.ErrNobody):
	case errors.Is(err, signin.ErrNoSession):
		text = "Your session is over, so nothing was done. Sign in again and repeat the act."
	case errors.Is(err, signin.ErrToken):
		text = "The token in Authorization is not known. Send Authorization: Bearer and a token that the configuration names."
	case r.Context().Err() != nil: // the reader has left
		w.WriteHeader(statusGone)
		return
	default:
		s.opt.Logger.Warn("a session could not be looked up", slog.Any("error", err))
		s.fail(w, r, http.StatusServiceUnavailable, "away", "The store does not answer, so it is not known who you are. Lines wait and nothing is lost; load the page again in a moment.")
		return
	}
	in := "/sign-in?" + url.Values{"next": {r.URL.RequestURI()}}.Encode()
	switch {
	case plain(r.URL.Path):
		w.Header().Set("WWW-Authenticate", `Bearer realm="tocsin"`)
		if !errors.Is(err, signin.ErrToken) {
			text = "Nobody is signed in. Send Authorization: Bearer and a token."
		}
	case r.Header.Get("HX-Request") == "true":
		w.Header().Set("HX-Redirect", in)
	case r.Method == http.MethodGet && r.URL.Path != "/live":
		http.Redirect(w, r, in, http.StatusSeeOther)
		return
	}
	s.fail(w, r, http.StatusUnauthorized, "not_signed_in", text)
}

// plain tells whether answers under a path are for programs.
func plain(path string) bool {
	return strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/-/") || path == "/metrics"
}

// may says what the person may do, for pages: what one may not do has no button.
type may struct{ Act, Admin bool }

func mayOf(p signin.Person) may {
	return may{p.Role.Allows(signin.Responder), p.Role.Allows(signin.Admin)}
}

// actor is who acts, as it is written down.
func (s *Server) actor(r *http.Request) string {
	if p := personOf(r); p.Name != "" {
		return p.Name
	}
	if s.opt.Actor != nil {
		return s.opt.Actor(r)
	}
	host := r.RemoteAddr
	if i := strings.LastIndexByte(host, ':'); i > 0 {
		host = host[:i]
	}
	return "someone at " + host
}

// audit writes down an act that no source writes down itself. It was done, so a failure is logged and changes nothing.
func (s *Server) audit(r *http.Request, action, subject, text string) {
	e := AuditEntry{At: s.opt.Now(), Actor: s.actor(r), Action: action, Subject: subject, Text: text}
	if err := s.src.Audit.AddAudit(r.Context(), e); err != nil {
		s.opt.Logger.Error("an act is missing in the audit", slog.String("actor", e.Actor), slog.String("action", action), slog.String("subject", subject), slog.Any("error", err))
	}
}
