package detector

import (
	"cmp"
	"time"

	"github.com/tocsin-io/tocsin/detector/sketch"
)

// Signal says that a series is abnormal now. A judge repeats it in every bucket in which it still holds; a signal that
// is no longer repeated is over, and what follows from that is decided by package incident.
type Signal struct {
	Kind        Kind
	Series      Series // whose state it is; with Kind the identity of the incident it would open alone
	Service     string // "" for what belongs to no service
	Environment string
	Severity    Severity // what the judge proposes; empty means the kind's default

	At       time.Time // end of the bucket that decided, in event time
	Onset    time.Time // when it began, as far as can be told
	Observed float64
	Expected float64
	Low      float64 // band of what would have been normal; Low == High == 0 where there is none
	High     float64
	Unit     string        // lines, bytes, ms…
	Window   time.Duration // over which Observed was measured
	Score    float64       // how unusual, in nats; 0 where a rule decided
	Strength float64       // the highest bar of a sensitivity at which it would be called, in nats; 0 where none decides
	OnceIn   time.Duration // happens once in this long; 0 where it cannot be told; at most Extrapolated times Watched
	Watched  time.Duration // how long the series was known
	Basis    Basis         // what Expected rests on
	Early    bool          // from an unfinished bucket

	Rule     *RuleFacts // for KindRule
	Hidden   *Hidden    // for KindMaskedError
	Found    *Found     // for KindSecret, and for KindLoss where offsets are known to be lost
	Carriers []Carrier  // the templates that carry it, largest share first
	Reason   string     // further plain words for the second line; may be empty

	// ExplainedBy is set where a primary signal of the same service explains this one: its kind and series as text. Empty for
	// a primary.
	ExplainedBy string
}

// Found is what one bucket holds of a secret, or lacks of a partition. The same bucket told again replaces what was told of it before.
type Found struct {
	Bucket time.Time // start
	Lines  uint64
	Places *sketch.Places // nil where there was no room for them
}

// Extrapolated is how many times longer than it was watched the rarity of a series is told: beyond that it is a guess.
const Extrapolated = 10

// RuleFacts is what a firing rule says of itself.
type RuleFacts struct {
	Name      string            `json:"name"`
	By        map[string]string `json:"by,omitempty"`
	Labels    map[string]string `json:"labels,omitempty"`
	Condition string            `json:"condition,omitempty"` // the text of `if`
	Limit     string            `json:"limit,omitempty"`     // the number the value was held against, as text
	Without   string            `json:"without,omitempty"`   // "line", "line with a value": none of it came, so there is no value, which is not 0
	Summary   string            `json:"summary,omitempty"`   // rendered; replaces the title where given
	Runbook   string            `json:"runbook,omitempty"`
	Keep      Duration          `json:"keep_for,omitempty"` // how long it must not hold before it resolves
	Kept      bool              `json:"-"`                  // it does not hold any more, and Keep is not over
	Beyond    float64           `json:"-"`                  // how far the value is from the limit; negative where there is none
	Below     bool              `json:"below,omitempty"`    // it fires for too little: the least is the worst
}

// Hidden is a rare error inside a flood.
type Hidden struct {
	TemplateID ShapeID   `json:"template_id"`
	Template   string    `json:"template"`
	Name       string    `json:"name,omitempty"` // of the template
	Level      Level     `json:"level"`
	Lines      uint64    `json:"lines"`
	First      time.Time `json:"first"`
	Host       string    `json:"host,omitempty"`
}

// Carrier is a template's part in an incident.
type Carrier struct {
	TemplateID ShapeID `json:"template_id"`
	Template   string  `json:"template"`
	Name       string  `json:"name,omitempty"` // of the template
	Level      Level   `json:"level"`
	Observed   float64 `json:"observed"`
	Expected   float64 `json:"expected"`
	Share      float64 `json:"share"` // of the lines above what was expected, 0 to 1
	New        bool    `json:"new,omitempty"`
}

// NearMiss is what was too weak for the sensitivity of its service, and would have been called by a keener one.
type NearMiss struct {
	SeriesKey   string // with Kind its identity
	Service     string
	Environment string
	Kind        Kind
	TemplateID  string // 16 hex digits, or empty
	Template    string
	At          time.Time // end of the bucket
	Observed    float64
	Expected    float64
	Unit        string
	Window      time.Duration
	Strength    float64 // the highest bar at which it would have been called, in nats
}

// Called is what people call the template: its name, or its masked text where nobody named it.
func (h *Hidden) Called() string { return cmp.Or(h.Name, h.Template) }

// Called is what people call the template: its name, or its masked text where nobody named it.
func (c *Carrier) Called() string { return cmp.Or(c.Name, c.Template) }
