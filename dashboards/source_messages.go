package dashboards

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Messages reads the outbox and the built-in inbox.
type Messages interface {
	// ListReceivers returns the configured receivers with what became of their messages.
	ListReceivers(ctx context.Context) ([]Receiver, error)
	// FailingReceivers returns those of ListReceivers that refuse messages. It may be some seconds old.
	FailingReceivers(ctx context.Context) ([]Receiver, error)
	// ListMessages returns messages of the outbox, newest first.
	ListMessages(ctx context.Context, f MessageFilter) (MessagePage, error)
	// SendAgain makes a failed or dead message due at once.
	SendAgain(ctx context.Context, id string) error
}

// Receiver is where messages go.
type Receiver struct {
	Name      string // "slack-oncall", "inbox"
	Kind      string // slack, webhook, inbox
	Target    string // "#oncall", a host; never a secret
	Sent      int    // in 24 h
	Waiting   int
	Failed    int // tried without success, will be tried again
	Dead      int // given up
	LastError string
	FailsFrom time.Time // since when it fails; zero where it does not
}

// Fails tells whether it refuses messages.
func (r *Receiver) Fails() bool { return !r.FailsFrom.IsZero() && r.Failed+r.Dead > 0 }

// MessageState is what became of a message.
type MessageState string

// The states of a message.
const (
	MessageWaiting MessageState = "waiting"
	MessageSent    MessageState = "sent"
	MessageFailed  MessageState = "failed"
	MessageDead    MessageState = "dead"
)

// MessageFilter selects messages. Empty fields select all.
type MessageFilter struct {
	Receiver string
	States   []MessageState
	Incident string
	Cursor   string
	Limit    int // 1 to 500
}

// MessagePage is a part of a list. Next is the cursor of the next part, or empty at the end.
type MessagePage struct {
	Messages []Message
	Next     string
}

// Message is one message to one receiver.
type Message struct {
	ID         string
	Receiver   string
	Kind       string // of the receiver: slack, webhook, inbox
	Target     string
	Event      detector.ChangeEvent
	IncidentID string
	Title      string // the incident's sentence
	State      MessageState
	Attempts   int
	CreatedAt  time.Time
	SentAt     time.Time // zero while it is not sent
	NextAt     time.Time // next try; zero where there is none
	LastError  string
	Payload    []byte // the JSON as sent: a Slack message with blocks, or a webhook's body; nil where it is not kept
}
