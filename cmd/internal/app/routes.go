package app

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/cmd/internal/config"
	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/store"
)

// routing says what routes do with an incident: why, and how their state stands in the store.
type routing struct {
	router *notifier.Router
	store  *store.Store // nil: the incident is only described
	zone   *time.Location
}

// ExplainRoutes implements dashboards.Routes.
func (r routing) ExplainRoutes(ctx context.Context, in *detector.Incident) ([]dashboards.RouteStep, error) {
	var groups []store.PageGroup
	if r.store != nil {
		var err error
		if groups, err = r.store.PageGroups(ctx, in.ID); err != nil {
			return nil, translate(err)
		}
	}
	var out []dashboards.RouteStep
	for _, s := range r.router.Explain(in) {
		step := dashboards.RouteStep{Name: s.Name, Match: s.Match, Takes: s.Takes, Receivers: s.Receivers, Reason: s.Reason}
		standing, err := r.standing(ctx, s, groups)
		if err != nil {
			return nil, translate(err)
		}
		step.Says = standing
		out = append(out, step)
	}
	return out, nil
}

func (r routing) standing(ctx context.Context, s notifier.Step, groups []store.PageGroup) ([]string, error) {
	p, ok := r.router.Policy(s.Name)
	if !ok || s.Name == "" {
		return nil, nil
	}
	var standing []notifier.Standing
	for _, g := range groups {
		if g.Route == s.Name {
			standing = append(standing, notifier.Standing{
				Sort: g.Sort, Labels: g.Labels, Incidents: g.Incidents, SentAt: g.SentAt, DueAt: g.DueAt, FollowAt: g.FollowAt,
				BaseAt: g.BaseAt, EndedAt: g.EndedAt, Step: g.Step,
			})
		}
	}
	if !s.Takes && len(standing) == 0 {
		return nil, nil
	}
	used := 0
	if r.store != nil && p.Budget > 0 {
		var err error
		if used, err = r.store.BudgetUsed(ctx, s.Name, p.Week); err != nil {
			return nil, err
		}
	}
	return r.router.Say(s.Name, standing, used, r.zone), nil
}

// ExplainRoutes says where an incident would be sent, and why: one of the store by its id, or where that is empty the one
// that is described.
func (s *Settings) ExplainRoutes(ctx context.Context, out io.Writer, id string, described *detector.Incident) error {
	explain := func(conf config.Config, st *store.Store, in *detector.Incident) error {
		router, err := notifier.NewRouter(conf.Notifier(), notifier.RouterOptions{Now: time.Now})
		if err != nil {
			return err
		}
		zone, err := time.LoadLocation(conf.TimeZone)
		if err != nil {
			return fmt.Errorf("time_zone: %w", err)
		}
		steps, err := routing{router, st, zone}.ExplainRoutes(ctx, in)
		if err != nil {
			return err
		}
		for _, step := range steps {
			printStep(out, step)
		}
		return nil
	}
	if id == "" {
		conf, _, err := s.Load()
		if err != nil {
			return err
		}
		return explain(conf, nil, described)
	}
	return s.withStore(ctx, false, func(conf config.Config, st *store.Store) error {
		in, err := st.Incident(ctx, id)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s  %s  %s  %s\n", in.ID, in.Severity, in.Kind, in.Title)
		return explain(conf, st, in)
	})
}

func printStep(out io.Writer, s dashboards.RouteStep) {
	route := "before all routes"
	if s.Name != "" {
		route = s.Name
		if s.Match != "" {
			route += " " + s.Match
		}
	}
	to := ""
	if s.Takes {
		to = " -> " + strings.Join(s.Receivers, ", ")
	}
	fmt.Fprintf(out, "  %s%s: %s\n", route, to, s.Reason)
	for _, says := range s.Says {
		fmt.Fprintf(out, "      %s\n", says)
	}
}
