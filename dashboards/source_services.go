package dashboards

import (
	"context"
	"time"
)

// Services lists what logs.
type Services interface {
	// ListServices returns every service that is known, in order of name. The list is shared: it is not to be changed.
	ListServices(ctx context.Context) ([]Service, error)
	// Traffic returns every service with what it logs now. It may be as old as it says.
	Traffic(ctx context.Context) (*Traffic, error)
	// Service returns one, as soon as the store knows it: it may be younger than the list. Without it, ErrNotFound.
	Service(ctx context.Context, name string) (Service, error)
	// Origins returns from which hosts and of which versions the lines of a service in [from, to) are.
	Origins(ctx context.Context, name string, from, to time.Time) (Origins, error)
}

// Service is what is known of a service beside its counts.
type Service struct {
	Name          string
	Environments  []string
	FirstSeen     time.Time
	LastSeen      time.Time
	LearningUntil time.Time // its baselines are not ready before; zero or past: they are
}

// Origins says where the lines of a service come from, by a sample of them, most lines first.
type Origins struct {
	Hosts    []Origin
	More     bool // there are more hosts, which are not known by name
	Versions []Origin
}

// Origin is one of them. Share is of the lines that name one, 0 to 1.
type Origin struct {
	Name  string
	Share float64
}
