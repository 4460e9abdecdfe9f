package dashtest

import (
	"context"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
)

// ExplainRoutes tells of two routes: one of secrets, and one of the rest that keeps state.
func (w *World) ExplainRoutes(_ context.Context, in *detector.Incident) ([]dashboards.RouteStep, error) {
	secrets := dashboards.RouteStep{Name: "secrets", Match: `kind == "secret"`, Reason: `its expression does not hold: kind == "secret" is false`}
	if in.Kind == detector.KindSecret {
		secrets.Takes, secrets.Receivers, secrets.Reason = true, []string{"security"}, `its expression holds: kind == "secret"`
		return []dashboards.RouteStep{{Takes: true, Receivers: []string{"inbox"}, Reason: "the inbox gets every message"}, secrets}, nil
	}
	says := []string{"in the group " + in.Service + " with 3 incidents", "budget: 3 of 20 pages this week are used"}
	if in.Status == detector.StatusOpen {
		says = append(says, "next escalation at 03:10 to pagerduty unless acknowledged")
	}
	return []dashboards.RouteStep{
		{Takes: true, Receivers: []string{"inbox"}, Reason: "the inbox gets every message"},
		secrets,
		{
			Name: "oncall", Takes: true, Receivers: []string{"oncall"}, Reason: "it matches everything",
			Says: says,
		},
	}, nil
}
