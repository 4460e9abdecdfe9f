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
	handler http.Handler
}

// New checks o and returns the handler of everything under /.
func New(o Options) (*Server, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	s := &Server{opt: o, src: o.Sources, mux: http.NewServeMux(), ending: make(chan struct{})}
	var err error
	if s.assets, err = loadAssets(); err != nil {
		return nil, fmt.Errorf("dashboards: assets: %w", err)
	}
	if s.pages, err = parsePages(s.assets); err != nil {
		return nil, fmt.Errorf("dashboards: templates: %w", err)
	}
	s.routes()
	s.handler = s.guard(s.mux)
	return s, nil
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// EndStreams ends all live streams, and new ones at once: hand it to http.Server.RegisterOnShutdown, as a shutdown waits
// for streams. It may be called more than once.
func (s *Server) EndStreams() { s.end.Do(func() { close(s.ending) }) }

func (s *Server) routes() {
	get := func(path string, h http.HandlerFunc) { s.mux.HandleFunc("GET "+path, h) }
	post := func(path string, h http.HandlerFunc) { s.mux.HandleFunc("POST "+path, h) }

	get("/{$}", s.overview)
	get("/incidents", s.incidentList)
	get("/incidents/{id}", s.incidentPage)
	get("/incidents/{id}/export", s.incidentExport)
	post("/incidents/{id}/{act}", s.form(s.incidentAct))
	get("/services", s.serviceList)
	get("/services/{name}", s.servicePage)
	get("/services/{name}/sensitivity", s.sensitivityPage)
	post("/services/{name}/sensitivity", s.form(s.setSensitivity))
	get("/templates", s.templateList)
	get("/templates/{id}", s.templatePage)
	get("/rules", s.ruleList)
	get("/rules/{name}", s.rulePage)
	get("/silences", s.silences)
	get("/silences/new", s.muteForm)
	post("/silences/new", s.form(s.previewMute))
	post("/silences", s.form(s.putMute))
	post("/silences/{id}/end", s.form(s.endMute))
	get("/receivers", s.receivers)
	post("/receivers/send-again", s.form(s.sendAgain))
	get("/inbox", s.inbox)
	get("/noise", s.noise)
	get("/health", s.healthPage)
	get("/connect", s.connect)
	get("/search", s.search)
	get("/keys", s.keys)
	get("/zone", s.setZone)
	get("/live", s.livePage)
	get("/static/", s.assets.serve)
	get("/favicon.ico", s.assets.favicon)

	s.apiRoutes(get, post)

	get("/-/healthy", s.healthy)
	get("/-/ready", s.ready)
	post("/-/reload", s.reload)
	if s.opt.Metrics != nil {
		s.mux.Handle("GET /metrics", s.opt.Metrics)
	}
	if s.opt.Slack != nil {
		s.mux.Handle("POST /slack/interactive", s.opt.Slack)
	}
	s.mux.HandleFunc("/", s.notFound)
}
