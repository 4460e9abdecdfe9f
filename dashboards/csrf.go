package dashboards

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"

	"github.com/tocsin-io/tocsin/dashboards/signin"
)

const csrfCookie = "tocsin_form"

// formToken returns the token that forms of this reader carry: an HMAC of a random cookie, which is set if it is not
// there yet, and of the session. Whoever cannot read the page cannot know the token; a cookie that was set from elsewhere,
// or is of another session, has no valid one.
func (s *Server) formToken(w http.ResponseWriter, r *http.Request) string {
	id := ""
	if k, err := r.Cookie(csrfCookie); err == nil && len(k.Value) == 22 {
		id = k.Value
	} else {
		var b [16]byte
		rand.Read(b[:]) // never fails: it would crash the program
		id = base64.RawURLEncoding.EncodeToString(b[:])
		http.SetCookie(w, &http.Cookie{
			Name: csrfCookie, Value: id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.secure(r),
		})
	}
	return s.sign(id, personOf(r))
}

// secure tells whether the reader reaches the dashboard over https.
func (s *Server) secure(r *http.Request) bool {
	return r.TLS != nil || s.opt.SignIn != nil && s.opt.SignIn.Secure(r)
}

func (s *Server) sign(id string, p signin.Person) string {
	m := hmac.New(sha256.New, s.opt.Secret)
	m.Write([]byte("form\x00" + id + "\x00"))
	m.Write(p.Session[:])
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil)[:18])
}

// form lets a POST of a page through if its token is right.
func (s *Server) form(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			status := http.StatusBadRequest
			if tooLarge(err) {
				status = http.StatusRequestEntityTooLarge
			}
			s.fail(w, r, status, "bad_form", "The form could not be read: it is broken or larger than 64 KiB.")
			return
		}
		k, err := r.Cookie(csrfCookie)
		token := r.PostForm.Get("token")
		if err != nil || token == "" || !hmac.Equal([]byte(token), []byte(s.sign(k.Value, personOf(r)))) {
			s.fail(w, r, http.StatusForbidden, "form_token", "The form has no valid token, so nothing was done. Load the page again and repeat the act.")
			return
		}
		next(w, r)
	}
}

func tooLarge(err error) bool {
	var e *http.MaxBytesError
	return errors.As(err, &e)
}
