package dashboards

import (
	"net/http"
)

// Server serves the dashboard, the API and the service's own endpoints. It is safe for concurrent use and holds
// nothing that must be closed: streams end with their request.
type Server struct {
	opt Options
	mux *http.ServeMux
}

// New checks o and returns the handler of everything under /.
func New(o Options) (*Server, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	return &Server{opt: o, mux: http.NewServeMux()}, nil
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }
