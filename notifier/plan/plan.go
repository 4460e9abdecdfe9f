// Package plan holds what routes say of an incident and what is sent because of it. Package notifier makes plans, package
// store carries them out within its transactions; neither imports the other.
package plan

import (
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// What is told besides the changes of an incident.
const (
	Reminded  detector.ChangeEvent = "reminded"  // still open and nobody has acknowledged it
	Escalated detector.ChangeEvent = "escalated" // the same, to the next receivers, who hear of it for the first time
	Digested  detector.ChangeEvent = "digest"    // the notices of a day
	Expiring  detector.ChangeEvent = "expiring"  // a silence is about to end, and what it holds back goes on
)

// Paging are the events of which a message is to call a person, and is not news of an earlier one.
func Paging() []detector.ChangeEvent {
	return []detector.ChangeEvent{detector.ChangeOpened, detector.ChangeReopened, Escalated, Reminded}
}

// Pages reports whether a message of this event is to call a person, and is not news of an earlier one.
func Pages(e detector.ChangeEvent) bool { return slices.Contains(Paging(), e) }

// Lists reports whether a message of this event is a list that calls nobody.
func Lists(e detector.ChangeEvent) bool { return e == Digested || e == Expiring }

// Plan is what is to be done about a change of an incident.
type Plan struct {
	Tell  []Notification // to be sent as they are. Receiver and, where sending has to wait, NotBefore are set
	Takes []Take         // routes that keep state, in their order
}

// Take is a route that keeps state and takes an incident.
type Take struct {
	Policy
	Labels    map[string]string // of its group; nil: the incident stands alone
	Exempt    bool              // is told whatever the budget
	NotBefore time.Time         // it is not told earlier; zero: at once
}

// Policy is a route that keeps state, as it is configured and as the clock stands.
type Policy struct {
	Route      string // its name
	Receivers  []string
	Mention    []string      // nil: whom the receivers mention
	Wait       time.Duration // how long a group collects before its first message
	Interval   time.Duration // between further messages of a group
	Repeat     time.Duration // between reminders; 0: none
	Steps      []Step        // of escalation, by After
	MutedUntil time.Time     // it wakes nobody before; zero: it is not muted
	Budget     int           // pages a week; 0: unbounded
	Week       time.Time     // when the week began
	DigestAt   time.Time     // when the next digest is sent; zero: what it takes is sent by itself
}

// Step of an escalation.
type Step struct {
	After     time.Duration // since the opening, or since the end of what muted the route then
	Receivers []string
}

// Notification is a message to one receiver as it stands in the outbox.
type Notification struct {
	detector.Notification
	// Thread keeps together what is sent in order and what edits one message: the incident's id, or that of its group.
	Thread  string
	Group   *Group   // nil: it tells of one incident
	Mention []string // nil: whom the receiver mentions
	News    News
	// FailingFrom is since when trying to send it has failed, Failure why the last try did; zero where none has.
	FailingFrom time.Time
	Failure     string
}

// News is how a change of an incident reaches whoever was told of it by a route that keeps no state.
type News uint8

// The sorts of news.
const (
	Apart News = iota // a message of its own, at once
	Worse             // at once, within what is not sent yet where that can say it
	More              // nothing is worse by it: as Worse, and no sooner than plan.Rest after the message before
)

// Rest is how long nothing is said of an incident that only goes on, where no route gives an interval.
const Rest = 5 * time.Minute

// Late is how long after it was due a notification is sent at a time.
func (n *Notification) Late(now time.Time) time.Duration {
	due := n.CreatedAt
	switch {
	case !n.FailingFrom.IsZero(): // NotBefore is of the next try
		due = n.FailingFrom
	case n.NotBefore.After(due):
		due = n.NotBefore
	}
	if due.IsZero() {
		return 0
	}
	return max(0, now.Sub(due))
}

// Sort of a group.
type Sort string

// The sorts of groups.
const (
	Alone  Sort = "alone"       // one incident, of which the route keeps state
	Shared Sort = "group"       // incidents with the same labels
	Daily  Sort = "digest"      // what one digest lists
	Over   Sort = "over_budget" // what was beyond the budget of a week
	Held   Sort = "silence"     // what a silence holds back that is about to end
)

// Group is what a message that tells of several incidents says of them. The incident of the notification is the first of
// Items.
type Group struct {
	ID           string            `json:"id"`
	Sort         Sort              `json:"sort"`
	Route        string            `json:"route"`
	Labels       map[string]string `json:"labels,omitempty"`
	Since        time.Time         `json:"since"`
	Items        []Item            `json:"items"` // open before acknowledged before resolved, then by severity and time; at most MaxItems
	Open         int               `json:"open"`
	Acknowledged int               `json:"acknowledged"`
	Resolved     int               `json:"resolved"`
	Earlier      int               `json:"earlier,omitempty"` // resolved and told long before, in none of the counts above
	Budget       int               `json:"budget,omitempty"`  // of sort Over: pages a week
	Silence      string            `json:"silence,omitempty"` // of sort Held: what it matches, who made it and why
	Ends         time.Time         `json:"ends,omitzero"`     // of sort Held
}

// MaxItems is how many incidents a message of a group carries at most.
const MaxItems = 20

// Total is how many incidents the group has, also those that Items leaves out.
func (g *Group) Total() int { return g.Open + g.Acknowledged + g.Resolved + g.Earlier }

// Item is an incident of a group.
type Item struct {
	ID          string            `json:"id"`
	Kind        detector.Kind     `json:"kind"`
	Service     string            `json:"service"`
	Environment string            `json:"environment"`
	Severity    detector.Severity `json:"severity"`
	Status      detector.Status   `json:"status"`
	Title       string            `json:"title"`
	OpenedAt    time.Time         `json:"opened_at"`
	New         bool              `json:"new,omitempty"`  // the message before did not have it
	Held        bool              `json:"held,omitempty"` // a silence or a mark covers it, or another incident explains it
}
