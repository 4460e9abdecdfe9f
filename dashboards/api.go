package dashboards

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

//go:embed openapi.json
var openAPI []byte

// apiError is the body of every error of the API.
type apiError struct {
	Error apiErrorBody `json:"error"`
}

type apiErrorBody struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (s *Server) apiDocument(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Write(openAPI)
}

// writeJSON writes v whole or answers with an error.
func writeJSON(w http.ResponseWriter, status int, v any) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	if err := e.Encode(v); err != nil {
		b.Reset()
		status = http.StatusInternalServerError
		e.Encode(apiError{apiErrorBody{"internal", "The answer could not be written as JSON: " + err.Error()}}) // two strings
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(b.Bytes())
}

// known refuses query parameters that the path does not have: a misspelt filter must not look like one that matches all.
func known(q url.Values, names ...string) error {
	for k := range q {
		if !contains(names, k) {
			return fmt.Errorf("parameter %q is unknown: use %s", short(k), strings.Join(names, ", "))
		}
	}
	return nil
}

// readLimit reads limit: 1 to 500, 50 where it is missing.
func readLimit(q url.Values) (int, error) {
	v := q.Get("limit")
	if v == "" {
		return pageSize, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > 500 {
		return 0, fmt.Errorf("limit is %q: use 1 to 500", short(v))
	}
	return n, nil
}

// readPart reads cursor and limit of a list that had all its entries in one answer before it was paged: where limit is
// missing a part has as many as there can be. Other parameters than those and names are refused.
func readPart(q url.Values, names ...string) (cursor string, limit int, err error) {
	if err := known(q, append(names, "cursor", "limit")...); err != nil {
		return "", 0, err
	}
	if limit, err = readLimit(q); q.Get("limit") == "" {
		limit = wholeList
	}
	return q.Get("cursor"), limit, err
}

func (s *Server) badQuery(w http.ResponseWriter, r *http.Request, err error) {
	s.fail(w, r, http.StatusBadRequest, "bad_request", err.Error())
}

func (s *Server) healthy(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
}

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if s.opt.Ready != nil {
		if err := s.opt.Ready(r.Context()); err != nil {
			text := err.Error()
			if s.opt.SignIn != nil { // anybody may ask, and the error names hosts
				s.opt.Logger.Warn("not ready", slog.Any("error", err))
				text = "A store does not answer. The log says more."
			}
			s.fail(w, r, http.StatusServiceUnavailable, "not_ready", text)
			return
		}
	}
	writeJSON(w, http.StatusOK, map[string]string{"status": "ready"})
}

// reload loads rules and routes again. A bad file keeps the old ones, and the answer says what is wrong.
func (s *Server) reload(w http.ResponseWriter, r *http.Request) {
	if s.opt.Reload == nil {
		s.fail(w, r, http.StatusNotImplemented, "no_reload", "Nothing here can be loaded again.")
		return
	}
	if err := s.opt.Reload(r.Context()); err != nil {
		s.fail(w, r, http.StatusUnprocessableEntity, "refused", "The old rules and routes stay in force: "+err.Error())
		return
	}
	version := ""
	if set, err := s.src.Rules.ListRules(r.Context()); err == nil && set.Version != "" {
		version = "version " + set.Version
	}
	s.audit(r, "rules.reload", "", version)
	writeJSON(w, http.StatusOK, map[string]string{"status": "reloaded"})
}
