package dashboards

import (
	"context"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
)

// Routes says where incidents are sent, and why.
type Routes interface {
	// ExplainRoutes says for each route that was looked at, in order, whether it takes the incident. It must return soon after
	// ctx is cancelled.
	ExplainRoutes(ctx context.Context, in *detector.Incident) ([]RouteStep, error)
}

// RouteStep is what one route does with an incident.
type RouteStep struct {
	Name      string   // empty: a decision before all routes
	Match     string   // its expression; empty: everything
	Takes     bool     // its receivers are told
	Receivers []string // whom it tells
	Reason    string   // why it takes the incident or does not
	Says      []string // what it does beyond that, a sentence each
}

type routeRow struct {
	Name, Match, Reason, To string
	Takes                   bool
	Says                    []string
}

// routeRows are the routes as the page of an incident lists them.
func (s *Server) routeRows(ctx context.Context, i *detector.Incident) ([]routeRow, error) {
	if s.src.Routes == nil {
		return nil, nil
	}
	steps, err := s.src.Routes.ExplainRoutes(ctx, i)
	if err != nil {
		return nil, err
	}
	rows := make([]routeRow, 0, len(steps))
	for _, st := range steps {
		row := routeRow{Name: st.Name, Match: st.Match, Takes: st.Takes, Reason: capital(st.Reason) + ".", To: strings.Join(st.Receivers, ", ")}
		if row.Name == "" {
			row.Name = "before all routes"
		}
		for _, says := range st.Says {
			row.Says = append(row.Says, capital(says)+".")
		}
		rows = append(rows, row)
	}
	return rows, nil
}
