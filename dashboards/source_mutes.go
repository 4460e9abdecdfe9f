package dashboards

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
	"github.com/tocsin-io/tocsin/detector/sensitivity"
)

// Mutes keeps silences, and what people marked as expected or as noise.
type Mutes interface {
	// ListMutes returns those that end after a time, newest first.
	ListMutes(ctx context.Context, endingAfter time.Time) ([]mute.Mute, error)
	// CountCovered counts the incidents that each covers, or covered to the end, by its id.
	CountCovered(ctx context.Context) (map[string]int, error)
	// PutMute adds one, and applies it at once. Its ID is given; the same again changes nothing. ErrInvalid where it cannot be.
	PutMute(ctx context.Context, m mute.Mute) error
	// EndMute ends one or takes it back. What it held back and is still open pages. Twice is no error.
	EndMute(ctx context.Context, id, actor string, at time.Time) error
}

// Sensitivities says how readily services page.
type Sensitivities interface {
	// ServiceSensitivity is what holds for a service, and why.
	ServiceSensitivity(ctx context.Context, service string) (ServiceSensitivity, error)
	// SetSensitivity sets it; the same again by actor and time changes nothing; the zero setting takes a person's word back, and the configuration holds again.
	SetSensitivity(ctx context.Context, service string, to sensitivity.Setting, actor string, at time.Time) error
	// ListNearMisses returns what was too weak to be called in [from, to), newest first.
	ListNearMisses(ctx context.Context, service string, from, to time.Time) ([]detector.NearMiss, error)
}

// ServiceSensitivity is how readily a service pages.
type ServiceSensitivity struct {
	Now        sensitivity.Setting
	Configured sensitivity.Setting // what holds when nobody says otherwise
	SetBy      string              // who has said otherwise; empty: nobody
	SetAt      time.Time
	Since      time.Time // near misses are written down since then
}

// Cost is what logging costs.
type Cost struct {
	PerGB    float64 // of 1,000,000,000 bytes; 0: not known
	Currency string
}
