package dashboards

import (
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"sync"
	"sync/atomic"
)

//go:embed templates/*.html
var templateFiles embed.FS

// Server serves the dashboard, the API and the service's own endpoints. It is safe for concurrent use. It starts nothing
// of its own; EndStreams ends the live streams that readers hold open.
type Server struct {
	opt     Options
	src     Sources
	mux     *http.ServeMux
	pages   map[string]*template.Template
	assets  *assets
	streams atomic.Int64 // open live streams
	ending  chan struct{}
	end     sync.Once
	ahead   chan struct{} // closed once ReadAhead has ended, or where nobody calls it
	readTo  sync.Once
	handler http.Handler
}

// New checks o and returns the handler of everything under /.
func New(o Options) (*Server, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	s := &Server{opt: o, src: o.Sources, mux: http.NewServeMux(), ending: make(chan struct{}), ahead: make(chan struct{})}
	if !o.Ahead {
		close(s.ahead)
	}
	var err error
	if s.assets, err = loadAssets(); err != nil {
		return nil, fmt.Errorf("dashboards: assets: %w", err)
	}
	if s.pages, err = parsePages(s.assets); err != nil {
		return nil, fmt.Errorf("dashboards: templates: %w", err)
	}
	s.serveRoutes()
	s.handler = s.guard(s.mux)
	return s, nil
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// EndStreams ends all live streams, and new ones at once: hand it to http.Server.RegisterOnShutdown, as a shutdown waits
// for streams. It may be called more than once.
func (s *Server) EndStreams() { s.end.Do(func() { close(s.ending) }) }
