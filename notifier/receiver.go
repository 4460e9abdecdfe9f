package notifier

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// Inbox is the name of the receiver that is always there: its messages are kept in the store and shown in the
// dashboard.
const Inbox = "inbox"

// Receiver sends messages to one place. Implementations are safe for concurrent use.
type Receiver interface {
	// Send delivers m. It must return soon after ctx is cancelled. On an error retry says whether trying the same
	// again can help: true for what passes (a time-out, 429, 5xx), false for what does not (a revoked token, a channel
	// that is gone). An error that is a *Later names the time to wait. No error shows a secret.
	//
	// The receipt counts also beside an error: what it holds was reached before the error, and the next try goes on
	// from there.
	Send(ctx context.Context, m Message) (r Receipt, retry bool, err error)
}

// Message is what a receiver is to send: a notification and what is needed to word it.
type Message struct {
	detector.Notification
	Thread    string         // what the message edits and stands in order with; empty: the incident's id
	Group     *plan.Group    // what it tells of; nil: of its incident alone
	Mention   []string       // as the route says, instead of what the receiver says; nil: it says nothing
	Reference string         // what an earlier receipt of the same thread and receiver said; empty at first
	Earlier   string         // what the newest receipt of the receiver said, of whatever thread; asked for where Reference is empty
	Links     Links          // addresses that the message may show
	Now       time.Time      // when it is sent
	Location  *time.Location // zone of the times in it; never nil
	Test      bool           // sent by hand, to try the receiver
	Late      time.Duration  // how long after it was due a page is sent; 0 where that is not worth a word
	Cause     string         // why it is late, for people: what the receiver answered; empty where nobody knows
}

// Key is by what a peer knows the alert again: the thread of the message.
func (m *Message) Key() string {
	if m.Thread != "" {
		return m.Thread
	}
	return m.Incident.ID
}

// Receipt is what is kept of a message that was sent.
type Receipt struct {
	// Reference names the message at its receiver, so that later changes can edit it (Slack: channel and ts). It is
	// kept for the thread and the receiver; empty keeps what is there.
	Reference string
	// Link is the address at which people read the message; empty where it has none. It is told once, when the message is
	// made.
	Link string
	// Payload is the JSON that was sent, without any secret; the dashboard shows it.
	Payload []byte
}

// Links are the addresses that belong to an incident; any may be empty.
type Links struct {
	Incident string `json:"incident,omitempty"`
	Runbook  string `json:"runbook,omitempty"`
}

// Later is an error of a receiver that says when to try again. It pauses the whole receiver.
type Later struct {
	After time.Duration // from now
	Err   error
}

// Error is the text of the error within.
func (l *Later) Error() string { return l.Err.Error() }

// Unwrap gives the error within.
func (l *Later) Unwrap() error { return l.Err }
