package slacktest

import (
	"net/http"
	"strconv"
	"strings"
)

// Failure is how a call goes wrong.
type Failure struct {
	Error      string // Slack's error, with ok: false
	Status     int    // an HTTP status instead of an answer
	RetryAfter int    // seconds; with Status 429
	Hang       bool   // no answer until the client gives up or the server is closed
	Drop       bool   // the connection breaks
	Huge       bool   // an answer of 8 MiB
	Garbage    bool   // an answer that is not JSON
	Redirect   string // a redirect to this address
	After      bool   // what was asked for is done first, so that only the answer is lost
}

// Fail lets the next calls of a method ("chat.postMessage", "hook") go wrong, one after the other.
func (s *Server) Fail(method string, failures ...Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures[method] = append(s.failures[method], failures...)
}

// take counts a call and gives its failure, if one is due.
func (s *Server) take(method string) (Failure, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[method]++
	s.note()
	queue := s.failures[method]
	if len(queue) == 0 {
		return Failure{}, false
	}
	s.failures[method] = queue[1:]
	return queue[0], true
}

// play answers as the failure says.
func (s *Server) play(w http.ResponseWriter, r *http.Request, f Failure) {
	switch {
	case f.Hang:
		select {
		case <-r.Context().Done():
		case <-s.closing:
		}
	case f.Drop:
		if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = c.Close()
		}
	case f.Redirect != "":
		http.Redirect(w, r, f.Redirect, http.StatusTemporaryRedirect)
	case f.Huge:
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"ok":true,"warning":"`))
		chunk := []byte(strings.Repeat("x", 1<<16))
		for range 128 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
		_, _ = w.Write([]byte(`"}`))
	case f.Garbage:
		_, _ = w.Write([]byte("<html>an error page</html>"))
	case f.Status != 0:
		if f.RetryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
		}
		http.Error(w, "failed on request", f.Status)
	default:
		reply(w, fail(f.Error))
	}
}
