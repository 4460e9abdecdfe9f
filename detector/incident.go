package detector

import (
	"cmp"
	"crypto/sha256"
	"io"
	"time"

	"github.com/tocsin-io/tocsin/detector/sketch"
)

// Status is where an incident is in its life.
type Status string

// The states of an incident. A reopened one is open again.
const (
	StatusOpen         Status = "open"
	StatusAcknowledged Status = "acknowledged"
	StatusResolved     Status = "resolved"
)

// Incident is what a person is told and reviews: one cause, since when, and what shows it. Its JSON is the contract of
// `scan --json`, the API and webhooks.
type Incident struct {
	ID           string   `json:"id"` // hash of series, kind and deciding bucket: the same wherever it is computed
	Kind         Kind     `json:"kind"`
	Service      string   `json:"service"`
	Environment  string   `json:"environment"`
	Severity     Severity `json:"severity"`
	Status       Status   `json:"status"`
	Title        string   `json:"title"`                   // the sentence
	Detail       string   `json:"detail,omitempty"`        // the second line: what else is known, without times
	Template     string   `json:"template"`                // masked text; empty where it is the whole service
	TemplateID   string   `json:"template_id"`             // 16 hex digits, or empty
	TemplateName string   `json:"template_name,omitempty"` // what people call the template; empty where nobody named it
	Level        Level    `json:"level"`

	Onset      time.Time  `json:"onset"`
	OpenedAt   time.Time  `json:"opened_at"`
	UpdatedAt  time.Time  `json:"updated_at"`
	ResolvedAt *time.Time `json:"resolved_at"`

	Observed float64  `json:"observed"`
	Expected float64  `json:"expected"`
	Low      float64  `json:"low"`
	High     float64  `json:"high"`
	Unit     string   `json:"unit"`
	Window   Duration `json:"window"`
	Score    float64  `json:"score"`
	Strength float64  `json:"strength,omitempty"` // the highest bar at which it would have been opened, in nats; 0: none decides
	OnceIn   Duration `json:"once_in,omitempty"`  // how rarely its series does so, by what it did before; at most Extrapolated times Watched, which then means rarer
	Watched  Duration `json:"watched,omitempty"`  // how long its series was known before
	Basis    Basis    `json:"basis,omitzero"`     // what Expected rests on, as it was when it began
	Peak     float64  `json:"peak"`               // the most that was observed since the onset, over Window
	Lines    uint64   `json:"lines"`              // counted in its series since the onset

	Page        bool   `json:"page"` // it pages; false where explained, silenced or below page
	ExplainedBy string `json:"explained_by"`
	Silenced    bool   `json:"silenced"`        // by a silence that holds now
	Muted       *Muted `json:"muted,omitempty"` // why it does not page, where a silence or a person's mark covers it

	Rule      *RuleFacts `json:"rule,omitempty"`
	Secret    *Secret    `json:"secret,omitempty"`
	Hidden    *Hidden    `json:"hidden,omitempty"`
	Carriers  []Carrier  `json:"carriers,omitempty"`
	Explains  []string   `json:"explains,omitempty"` // kinds and templates of the signals that it took in
	Related   []Related  `json:"related,omitempty"`  // incidents of other services with the same cause
	Said      []string   `json:"said,omitempty"`     // masked texts of the templates that carry most of it, at most three
	Names     []string   `json:"names,omitempty"`    // hosts, addresses and services that most of its lines name, sorted
	Deploy    *Deploy    `json:"deploy,omitempty"`   // the new version that came just before the onset, of this service or another
	Samples   []Sample   `json:"samples"`
	Hosts     []string   `json:"hosts,omitempty"` // of the samples, of a secret of all its lines; sorted
	Chart     *Chart     `json:"chart,omitempty"`
	Timeline  []Entry    `json:"timeline,omitempty"`
	Reason    string     `json:"reason,omitempty"`     // plain words of the detector, part of Detail
	Assignee  string     `json:"assignee,omitempty"`   // who acknowledged it
	SeriesKey string     `json:"-"`                    // identity of its series: with Kind unique among the unresolved
	Reopened  int        `json:"reopened,omitempty"`   // how many times
	Earlier   int        `json:"earlier,omitempty"`    // incidents of its series in the two weeks before
	EarlierAt *time.Time `json:"earlier_at,omitempty"` // when the last of them was opened
	HostCount int        `json:"host_count,omitempty"`

	// Of a secret, and of a loss without fingerprints.
	Places       []Span    `json:"places,omitempty"`       // where all its lines stand, by topic, partition and offset; of a loss the offsets, or the partition alone
	Fingerprints []string  `json:"fingerprints,omitempty"` // one for each value that was found, at most sketch.MaxFingerprints
	LastLine     time.Time `json:"last_line,omitzero"`     // event time of the newest line

	Values     []FieldValue `json:"values,omitempty"`      // over-represented since the onset, the most telling first
	ValuesOf   uint64       `json:"values_of,omitempty"`   // lines since the onset whose fields were looked at
	ValuesPast uint64       `json:"values_past,omitempty"` // and before it, with which they are compared
	ValuesSame []string     `json:"values_same,omitempty"` // fields of these lines that are spread as before, sorted; at most 40
}

// PeakOver states the peak over another window, of what is counted: never more than was there. A part of the window held
// its part of it, and a longer one at least as much. It is 0 where the unit is another one.
func (in *Incident) PeakOver(unit string, window Duration) float64 {
	switch {
	case unit != in.Unit:
		return 0
	case in.Window <= 0:
		return in.Peak
	}
	return in.Peak * min(1, PerSecond(unit, time.Duration(window))/PerSecond(unit, time.Duration(in.Window)))
}

// Counted reports whether figures of a unit add up over time; others are measured, such as a share or a duration.
func Counted(unit string) bool { return unit == "lines" || unit == "bytes" || unit == "records" }

// PerSecond is by what a figure of a window is divided to be compared with one of another: the seconds of it for what is
// counted, and 1 for what is measured, such as a share or a duration.
func PerSecond(unit string, window time.Duration) float64 {
	if Counted(unit) && window > 0 {
		return window.Seconds()
	}
	return 1
}

// Called is what people call the incident's template: its name, or its masked text where nobody named it.
func (in *Incident) Called() string { return cmp.Or(in.TemplateName, in.Template) }

// maxDoublings bounds how often reopening doubles the time that it takes to resolve: to 40 minutes.
const maxDoublings = 2

// ResolvesAfter is how long its series must be back before the incident resolves, where usual is that of one that was
// never reopened: each reopening doubles it, so that what comes and goes stays one open incident.
func (in *Incident) ResolvesAfter(usual time.Duration) time.Duration {
	return usual << min(max(in.Reopened, 0), maxDoublings)
}

// Identity is a hash of series and kind: what is unique among the unresolved. A series key may be longer than an index
// holds.
func (in *Incident) Identity() [16]byte {
	h := sha256.New()
	io.WriteString(h, in.SeriesKey)
	h.Write([]byte{0})
	io.WriteString(h, string(in.Kind))
	return [16]byte(h.Sum(nil)[:16])
}

// Muted says why an incident does not page, and what it would be without that.
type Muted struct {
	By       string   `json:"by"`       // id of the silence or mark
	As       string   `json:"as"`       // silence, expected, noise
	Why      string   `json:"why"`      // a sentence: what, by whom, until when
	Severity Severity `json:"severity"` // its own
	Page     bool     `json:"page"`     // it would page
}

// Span is a run of offsets of one partition in which lines stand.
type Span = sketch.Span

// Sample is a redacted line that shows something.
type Sample struct {
	Time     time.Time `json:"time"`
	Service  string    `json:"service,omitempty"`
	Host     string    `json:"host,omitempty"`
	Level    Level     `json:"level"`
	Text     string    `json:"text"` // the redacted message, cut at 2 KiB
	Template string    `json:"template,omitempty"`
	Shape    ShapeID   `json:"-"`
	Position Position  `json:"position"`
}

// Chart is the observed line and the expected band of an incident's series, a point a bucket.
type Chart struct {
	Start    time.Time  `json:"start"`
	Bucket   Duration   `json:"bucket"`
	Unit     string     `json:"unit"`
	Observed []*float64 `json:"observed"` // nil is a gap
	Expected []float64  `json:"expected"`
	Low      []float64  `json:"low"`
	High     []float64  `json:"high"`
}

// EntryKind names a line of a timeline.
type EntryKind string

// The kinds of timeline entries.
const (
	EntryDeploy         EntryKind = "deploy"
	EntryOnset          EntryKind = "onset"
	EntryOpened         EntryKind = "opened"
	EntryPaged          EntryKind = "paged" // its text is the address of the message, where it has one
	EntryPageFailed     EntryKind = "page_failed"
	EntryRelated        EntryKind = "related"
	EntryWorse          EntryKind = "worse"
	EntryAcknowledged   EntryKind = "acknowledged"
	EntryUnacknowledged EntryKind = "unacknowledged"
	EntryNote           EntryKind = "note"
	EntryExpected       EntryKind = "expected"
	EntryNoise          EntryKind = "noise"
	EntryMuted          EntryKind = "muted"   // a silence or a mark covers it from now on
	EntryUnmuted        EntryKind = "unmuted" // no longer
	EntryBack           EntryKind = "back"    // inside what is expected again, waiting
	EntryResolved       EntryKind = "resolved"
	EntryReopened       EntryKind = "reopened"
	EntryExpired        EntryKind = "expired" // resolved, as nothing was heard of it for long
)

// Entry is a line of an incident's timeline.
type Entry struct {
	At    time.Time `json:"at"`
	Kind  EntryKind `json:"kind"`
	Actor string    `json:"actor,omitempty"` // a person or receiver; empty for tocsin itself
	Text  string    `json:"text,omitempty"`
}

// ChangeEvent is what happened to an incident.
type ChangeEvent string

// The events of an incident, as webhooks name them.
const (
	ChangeOpened       ChangeEvent = "opened"
	ChangeUpdated      ChangeEvent = "updated"
	ChangeAcknowledged ChangeEvent = "acknowledged"
	ChangeResolved     ChangeEvent = "resolved"
	ChangeReopened     ChangeEvent = "reopened"
)

// Change is an incident together with what happened to it.
type Change struct {
	Event    ChangeEvent
	Incident *Incident
	Quiet    bool // to be stored, and told to nobody
}
