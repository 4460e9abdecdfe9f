package dashboards

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Bounds of a request.
const (
	maxBody = 64 << 10 // bytes of a form or a JSON body
	maxURL  = 8 << 10  // bytes of path and query
)

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guard sets the headers that every answer has, bounds requests, refuses acts from other origins and turns a panic of a
// handler into an error page.
func (s *Server) guard(next http.Handler) http.Handler {
	origin := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		if len(r.URL.RequestURI()) > maxURL {
			s.fail(w, r, http.StatusRequestURITooLong, "url_too_long", fmt.Sprintf("The address is longer than %d bytes.", maxURL))
			return
		}
		if r.URL.Path != slackPath && !s.ours(r.Host) {
			s.fail(w, r, http.StatusMisdirectedRequest, "unknown_host",
				"The request is for another host than this dashboard. Where a proxy passes its own name on, set url in tocsin.yml to it.")
			return
		}
		if r.URL.Path != slackPath { // signed by Slack, which is another origin
			if err := origin.Check(r); err != nil {
				s.fail(w, r, http.StatusForbidden, "cross_origin", "The request came from another site, so nothing was done.")
				return
			}
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				s.opt.Logger.Error("a page failed", slog.String("path", r.URL.Path), slog.Any("panic", p))
				s.fail(w, r, http.StatusInternalServerError, "internal", "This page failed inside tocsin. What is counted and paged is not touched; the log says more.")
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// ours tells whether requests for a host are answered. Where nobody has to sign in, a page of another site must not reach a
// dashboard on loopback by a name of its own that leads there (DNS rebinding).
func (s *Server) ours(host string) bool {
	if s.opt.Hosts == nil {
		return true
	}
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	if _, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil || name == "" {
		return true
	}
	return strings.EqualFold(name, "localhost") || slices.ContainsFunc(s.opt.Hosts, func(h string) bool { return strings.EqualFold(h, name) })
}

// notFound answers what no route matches: 405 with the methods that would do where the path is known, else 404.
func (s *Server) notFound(w http.ResponseWriter, r *http.Request) {
	var allowed []string
	for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		probe := r.Clone(r.Context())
		probe.Method = m
		if _, pattern := s.mux.Handler(probe); pattern != "/" && pattern != "" {
			allowed = append(allowed, m)
		}
	}
	if len(allowed) > 0 && !slices.Contains(allowed, r.Method) {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		s.fail(w, r, http.StatusMethodNotAllowed, "method_not_allowed", r.Method+" is not done here. Use "+strings.Join(allowed, " or ")+".")
		return
	}
	s.fail(w, r, http.StatusNotFound, "not_found", "There is no page at this address.")
}

// fail answers with an error: JSON where programs ask, else a page.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, status int, code, message string) {
	if plain(r.URL.Path) {
		writeJSON(w, status, apiError{Error: apiErrorBody{Code: code, Message: message}})
		return
	}
	s.errorPage(w, r, status, code, message)
}

// statusGone is what is written for who has hung up: nobody reads it.
const statusGone = 499

// failWith answers with what err is: not found, a conflict, a bad cursor, or something away.
func (s *Server) failWith(w http.ResponseWriter, r *http.Request, what string, err error) {
	switch {
	case errors.Is(err, ErrNotFound):
		s.fail(w, r, http.StatusNotFound, "not_found", "There is no such "+what+".")
	case errors.Is(err, ErrBadCursor):
		s.fail(w, r, http.StatusBadRequest, "bad_cursor", "The cursor is not one that this list gave out. Begin again without it.")
	case errors.Is(err, ErrConflict):
		s.fail(w, r, http.StatusConflict, "conflict", said(err, ErrConflict))
	case errors.Is(err, ErrInvalid):
		s.fail(w, r, http.StatusUnprocessableEntity, "invalid", said(err, ErrInvalid))
	case tooLarge(err):
		s.fail(w, r, http.StatusRequestEntityTooLarge, "too_large", fmt.Sprintf("The body is larger than %d bytes.", maxBody))
	case r.Context().Err() != nil: // the reader has left
		w.WriteHeader(statusGone)
	default:
		s.opt.Logger.Warn("a source did not answer", slog.String("path", r.URL.Path), slog.String("what", what), slog.Any("error", err))
		s.fail(w, r, http.StatusServiceUnavailable, "away", "The store did not give the "+what+". Reading goes on and nothing is lost; load the page again in a moment.")
	}
}

// said is the text of err without the word of its kind, as a sentence.
func said(err, kind error) string {
	text := strings.TrimSuffix(strings.TrimSuffix(err.Error(), kind.Error()), ": ")
	if text == "" {
		return "The act does not fit the state."
	}
	return capital(text)
}
