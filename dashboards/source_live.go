package dashboards

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Deploys reads and takes new versions.
type Deploys interface {
	// ListDeploys returns deploys of [from, to), oldest first; an empty service means all.
	ListDeploys(ctx context.Context, service string, from, to time.Time) ([]detector.Deploy, error)
	// AddDeploy writes one down. The same again is no error.
	AddDeploy(ctx context.Context, d detector.Deploy) error
}

// Connection is what a shipper needs to send lines.
type Connection struct {
	Broker   string // host:port as a client reaches it
	Topic    string
	Embedded bool // the broker is tocsin's own
	TLS      bool
	SASL     string // mechanism, or empty
}

// Connect tells how lines get in.
type Connect interface {
	Connection() Connection
}

// UpdateKind is what changed.
type UpdateKind string

// The kinds of updates.
const (
	UpdateIncident UpdateKind = "incident" // an incident changed
	UpdateRate     UpdateKind = "rate"     // lines a second and lag, about once a second
	UpdateFirst    UpdateKind = "first"    // the first line ever arrived
	UpdateLine     UpdateKind = "line"     // a line arrived; a thin sample of them
)

// Update is something that a page shows at once.
type Update struct {
	Kind     UpdateKind
	At       time.Time
	Incident *detector.Incident // for UpdateIncident, and then never nil
	Event    detector.ChangeEvent
	Rate     float64       // for UpdateRate: lines a second
	Lag      time.Duration // for UpdateRate
	Counted  time.Time     // for UpdateRate: the watermark
	Judged   time.Time     // for UpdateRate: as Health.JudgedTo
	Away     string        // for UpdateRate: the name of a store that does not answer, as in Health.Stores; empty: all do
	Line     *detector.Sample
}

// Live hands out updates as they come.
type Live interface {
	// Subscribe returns a channel of updates that is closed when ctx ends. Updates that a slow reader has no room for
	// are dropped: a page loads again what it missed.
	Subscribe(ctx context.Context) <-chan Update
	// LatestLines returns the newest redacted lines of all services, newest first, at most limit.
	LatestLines(ctx context.Context, limit int) []detector.Sample
}
