package notifier

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Outbox keeps the notifications that are to be sent. Package store implements it. Every method returns soon after
// ctx is cancelled.
type Outbox interface {
	// Lease gives out notifications that are due (NotBefore and the time of the next try have come) and that nobody
	// else holds a lease of, in the order of their sequence. Of one incident and receiver only the first that is
	// neither done nor dead may be given out, so that they arrive in order.
	Lease(ctx context.Context, l Lease) ([]detector.Notification, error)
	// Done records that a notification was sent at this time, what was sent, and, where r.Reference is not empty, the
	// reference for its incident and receiver. It may be called for a lease that has run out.
	Done(ctx context.Context, owner, id string, at time.Time, r Receipt) error
	// Retry gives the lease back: one more attempt was made, the next one is at the given time. cause is shown to people.
	Retry(ctx context.Context, owner, id string, at time.Time, cause string) error
	// Dead gives a notification up. cause is shown to people, who may have it sent again.
	Dead(ctx context.Context, owner, id string, at time.Time, cause string) error
	// Reference is what was last kept for the incident and receiver; empty where there is none.
	Reference(ctx context.Context, incidentID, receiver string) (string, error)
	// SetReference keeps a reference although its notification is not done yet.
	SetReference(ctx context.Context, incidentID, receiver, reference string) error
}

// Lease asks for notifications to send.
type Lease struct {
	Owner    string    // who asks; unique to the process
	Receiver string    // for which receiver
	Now      time.Time // what is due by then is given out
	Until    time.Time // the lease runs out; then anyone may take it
	Limit    int       // at most so many, at least 1
}
