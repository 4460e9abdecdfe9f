package dashboards

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
)

// Incidents reads incidents and acts on them. Methods return when ctx ends.
type Incidents interface {
	// ListIncidents returns incidents that match f, newest onset first. Samples and Timeline may be left out, and so is the
	// Chart unless f asks for it.
	ListIncidents(ctx context.Context, f IncidentFilter) (IncidentPage, error)
	// Incident returns one with all its parts. A prefix of an id of 6 digits or more finds it where it is unambiguous.
	Incident(ctx context.Context, id string) (*detector.Incident, error)
	// ActOnIncident does a person's act and returns the incident after it. The same act again is no error and changes
	// nothing.
	ActOnIncident(ctx context.Context, id string, act Act) (*detector.Incident, error)
	// ListActs returns what people did about the incidents of [from, to), by id: acknowledged, resolved, note, expected, noise.
	ListActs(ctx context.Context, from, to time.Time) (map[string][]detector.EntryKind, error)
	// ListPages returns what paged, or would have if nothing muted it, among the newest that began in [from, to), newest first,
	// and whether more than limit were to be looked at.
	ListPages(ctx context.Context, from, to time.Time, limit int) (pages []PastPage, more bool, err error)
	// CountIncidents counts what f matches, up to its CountTo of them; its Limit and Cursor are ignored.
	CountIncidents(ctx context.Context, f IncidentFilter) (IncidentCounts, error)
}

// IncidentFilter selects incidents. Empty fields select all; several values of a field are alternatives.
type IncidentFilter struct {
	IDs        []string
	Statuses   []detector.Status
	Services   []string
	Severities []detector.Severity
	Kinds      []detector.Kind
	Text       string    // in the title or the template, without regard to case
	TemplateID string    // 16 hex digits: of the incident or of its hidden error
	Rule       string    // name of the rule
	MutedBy    string    // what this silence or mark covers
	From, To   time.Time // onset in [From, To); zero is unbounded
	Brief      bool      // without sentence, evidence and figures: for reports over thousands
	Evidence   bool      // with samples, hosts and carriers: for what looks for them
	Charts     bool      // with the charts, which are most of the bytes: for what draws or exports them
	CountTo    int       // up to which CountIncidents counts, the newest first; 0: all
	Cursor     string    // from IncidentPage.Next
	Limit      int       // 1 to 500
}

// PastPage is what paged, or would have if nothing muted it, as a report over thousands needs it.
type PastPage struct {
	ID, Service string
	Kind        detector.Kind
	Rule        string // of rules' incidents: its name
	Onset       time.Time
	Open        bool // nobody took it, and it goes on
	Assigned    bool // a person took it
	Muted       bool // a silence or mark held it back, or covers it now
}

// IncidentPage is a part of a list. Next is the cursor of the next part, or empty at the end.
type IncidentPage struct {
	Incidents []detector.Incident
	Next      string
}

// IncidentCounts counts incidents. Pages are those with Page set.
type IncidentCounts struct {
	Total      int
	More       bool // there may be more than were counted
	Pages      int
	ByStatus   map[detector.Status]int
	BySeverity map[detector.Severity]int
	ByKind     map[detector.Kind]int
}

// ActKind is what a person does to an incident. Its text is the last element of the act's URL.
type ActKind string

// The acts.
const (
	ActAcknowledge   ActKind = "acknowledge"
	ActUnacknowledge ActKind = "unacknowledge" // give it back
	ActResolve       ActKind = "resolve"
	ActReopen        ActKind = "reopen"
	ActNote          ActKind = "note"     // Text is the note
	ActExpected      ActKind = "expected" // it was expected, or is no secret: the same does not page again
	ActNoise         ActKind = "noise"    // nobody has to do anything about it: the same does not page again
)

// Act is a person's act on an incident.
type Act struct {
	Kind  ActKind
	Actor string // who; never empty
	Text  string // the note, or why
	At    time.Time
	Mark  *mute.Mute // for expected and noise: what later incidents are the same, and when; nil: the very same series
}
