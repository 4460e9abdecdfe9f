package app

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/store"
)

// deploys shows deployments to the dashboard, and takes them.
type deploys struct{ store *store.Store }

func (d deploys) ListDeploys(ctx context.Context, service string, from, to time.Time) ([]detector.Deploy, error) {
	list, err := d.store.Deploys(ctx, service, from, to)
	return list, translate(err)
}

func (d deploys) AddDeploy(ctx context.Context, deploy detector.Deploy) error {
	return translate(d.store.PutDeploy(ctx, deploy))
}

// connection is where lines are sent to.
type connection dashboards.Connection

func (c connection) Connection() dashboards.Connection { return dashboards.Connection(c) }
