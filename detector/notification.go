package detector

import "time"

// Notification is one message to one receiver, as it stands in the outbox. It is written in the transaction of the
// change that it tells of. Notifications of one incident to one receiver are sent in the order of Sequence.
type Notification struct {
	ID        string      // idempotency key: the same however often it is sent
	Sequence  int64       // given by the outbox
	Receiver  string      // name of the receiver in the configuration
	Event     ChangeEvent // what happened
	Incident  Incident    // as it was when it happened; redacted
	CreatedAt time.Time
	NotBefore time.Time // not sent earlier; zero: at once
	Attempts  int       // tries so far
}

// Deploy is a new version of a service, as told over the API.
type Deploy struct {
	Service string    `json:"service"`
	Version string    `json:"version"`
	At      time.Time `json:"at"`
	By      string    `json:"by,omitempty"` // who told of it
}
