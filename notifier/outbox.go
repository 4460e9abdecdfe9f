package notifier

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// Outbox keeps the notifications that are to be sent. store.Store is one. Every method returns soon after ctx is
// cancelled.
type Outbox interface {
	// Lease hands out at most limit notifications of the receivers that are due, in the order of their sequence, to
	// owner alone until now+ttl. Of one thread and receiver only the first that is unsent may be handed out, so that
	// they arrive in order. Attempts counts the try that the lease is for; a lease that ends unanswered counts too.
	Lease(ctx context.Context, owner string, now time.Time, limit int, ttl time.Duration, receivers ...string) ([]plan.Notification, error)
	// Done records that a notification was sent, and keeps reference, where it is not empty, for its thread and
	// receiver. link, where it is not empty, leads people to the message. It may be called after the lease has ended, and
	// twice.
	Done(ctx context.Context, id, reference, link string, at time.Time) error
	// KeepPayload keeps what was sent, for people to look at.
	KeepPayload(ctx context.Context, id string, payload []byte) error
	// Retry gives owner's lease back: the next try is at the given time. cause is shown to people. It changes nothing
	// where the lease ended and another owner has the notification.
	Retry(ctx context.Context, owner, id string, at time.Time, cause string) error
	// Dead gives a notification up. cause is shown to people, who may have it sent again. It changes nothing where the
	// lease ended and another owner has the notification.
	Dead(ctx context.Context, owner, id, cause string) error
	// Reference is what was last kept for the thread and receiver; false where there is none.
	Reference(ctx context.Context, thread, receiver string) (string, bool, error)
	// LastReference is what the receiver's newest message is called, of whatever thread; empty where there is none.
	LastReference(ctx context.Context, receiver string) (string, error)
	// Standing is what the receiver was told of and is not over: the newest message that it took of each incident and of each
	// group, at most limit of them, the oldest first. Lists and what it was told the end of are left out.
	Standing(ctx context.Context, receiver string, limit int) ([]plan.Notification, error)
	// Incident is an incident as it is now, in all its parts. It is asked for what a message tells that is sent late.
	Incident(ctx context.Context, id string) (*detector.Incident, error)
	// SetReference keeps a reference although its notification is not done yet.
	SetReference(ctx context.Context, thread, receiver, reference string) error
}
