package dashboards

import (
	"cmp"
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Templates reads what the lines look like.
type Templates interface {
	// ListTemplates returns templates that match f in the order of f.Sort. Samples and Shapes may be left out.
	ListTemplates(ctx context.Context, f TemplateFilter) (TemplatePage, error)
	// Template returns one with all its parts; an alias resolves to the canonical template.
	Template(ctx context.Context, id detector.ShapeID) (*Template, error)
	// CountTemplates counts those that match f.
	CountTemplates(ctx context.Context, f TemplateFilter) (int, error)
	// TemplateDurations returns the durations that lines of a template name, in [from, to), the one with most values first.
	TemplateDurations(ctx context.Context, id detector.ShapeID, from, to time.Time) ([]Durations, error)
}

// TemplateSort is the order of a list of templates.
type TemplateSort string

// The orders.
const (
	SortLines TemplateSort = "lines" // most lines first
	SortNew   TemplateSort = "new"   // newest first
	SortBytes TemplateSort = "bytes" // most bytes first
)

// Called is what people call the template: its name, or its masked text where nobody named it.
func (t *Template) Called() string { return cmp.Or(t.Name, t.Text) }

// TemplateFilter selects templates. Empty fields select all.
type TemplateFilter struct {
	Service   string
	NoService bool // those of no service; Service is empty
	Level     detector.Level
	HasLevel  bool      // Level is asked for
	Text      string    // in the name or the masked text, without regard to case
	NewSince  time.Time // first seen at or after it
	Sort      TemplateSort
	Cursor    string
	Limit     int // 1 to 500
}

// OfService reports whether a template of the service is selected, as far as the service goes.
func (f *TemplateFilter) OfService(name string) bool {
	return name == f.Service || f.Service == "" && !f.NoService
}

// TemplatePage is a part of a list. Next is the cursor of the next part, or empty at the end. AsOf is when the counts were
// added up; zero: now.
type TemplatePage struct {
	Templates []Template
	Next      string
	AsOf      time.Time
}

// Template is a template of one service with what is known of it.
type Template struct {
	ID          detector.ShapeID
	Text        string // masked
	Name        string // what people call it; empty where nobody named it
	Service     string
	Environment string
	Level       detector.Level
	FirstSeen   time.Time
	LastSeen    time.Time
	Lines       uint64 // as far back as counts are kept
	Bytes       uint64
	Hosts       []string
	Samples     []detector.Sample
	Shapes      []Shape
	History     []TemplateChange // newest first
}

// Shape is one shape of a template.
type Shape struct {
	ID    detector.ShapeID
	Text  string
	Lines uint64 // in the last day or two
	Why   string // why it was merged; empty for the first one
}

// Durations are those that one variable of a template, or one field of its lines, names.
type Durations struct {
	Slot          int    // the place of the variable, from 1; 0: it is a field
	Field         string // empty: it is a variable
	Values        uint64
	P50, P95, P99 time.Duration
}

// TemplateChange is a line of a template's history.
type TemplateChange struct {
	At   time.Time
	What string // "Merged with 2 shapes"
	Why  string
}
