package dashboards

import (
	"bytes"
	"compress/gzip"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// parsePages reads layout, parts and pages: each page is a set of its own over the same layout.
func parsePages(a *assets) (map[string]*template.Template, error) {
	funcs := template.FuncMap{
		"asset": a.url,
		"icon": func(name string) template.HTML { // names are of this package's templates and code
			return template.HTML(`<svg class="i" aria-hidden="true"><use href="` + a.url("icons.svg") + `#` + template.HTMLEscapeString(name) + `"/></svg>`)
		},
		"bar":     bar,
		"barOf":   barOf,
		"count":   func(n int) string { return count(n) },
		"plural":  plural,
		"percent": percent,
		"capital": capital,
		"code":    code,
		"dict":    dict,
	}
	shared, err := template.New("").Funcs(funcs).ParseFS(templateFiles, "templates/layout.html", "templates/part_*.html")
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(templateFiles, "templates/page_*.html")
	if err != nil {
		return nil, err
	}
	pages := make(map[string]*template.Template, len(names))
	for _, n := range names {
		t, err := shared.Clone()
		if err != nil {
			return nil, err
		}
		if t, err = t.ParseFS(templateFiles, n); err != nil {
			return nil, err
		}
		pages[strings.TrimSuffix(strings.TrimPrefix(path.Base(n), "page_"), ".html")] = t
	}
	return pages, nil
}

// render writes a page. It is rendered whole before anything is sent, so an error can still be one.
func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, page string, view any) {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if err := s.pages[page].ExecuteTemplate(b, "layout", view); err != nil {
		s.opt.Logger.Error("a page could not be rendered", slog.String("page", page), slog.Any("error", err))
		http.Error(w, "This page failed inside tocsin. What is counted and paged is not touched; the log says more.", http.StatusInternalServerError)
		return
	}
	body := clean(b.Bytes())
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Cookie, Accept-Encoding")
	if !acceptsGzip(r) {
		w.WriteHeader(status)
		w.Write(body)
		return
	}
	h.Set("Content-Encoding", "gzip")
	w.WriteHeader(status)
	z := zippers.Get().(*gzip.Writer)
	defer zippers.Put(z)
	z.Reset(w)
	z.Write(body) // an error means that the reader left
	z.Close()
}

var zippers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is in range
	return z
}}

// dict makes a map of pairs, so that a part of a template can be given several values.
func dict(pairs ...any) map[string]any {
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i].(string)] = pairs[i+1]
	}
	return m
}

// bar draws a horizontal bar of a share of 0 to 1; the style sheet gives it its length, as no style may stand in a page.
func bar(share float64) template.HTML { return barOf(share, "") }

func barOf(share float64, class string) template.HTML {
	switch {
	case !(share > 0):
		share = 0
	case share > 1:
		share = 1
	}
	w := share * 100
	if share > 0 && w < 0.8 {
		w = 0.8
	}
	return template.HTML(`<svg class="bar ` + template.HTMLEscapeString(class) + `" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="full" width="100" height="8"/><rect class="part" width="` + px(w) + `" height="8"/></svg>`)
}
