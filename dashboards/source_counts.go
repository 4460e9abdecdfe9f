package dashboards

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Dimensions are what counts are kept apart by.
type Dimensions struct {
	Service  bool
	Level    bool
	Template bool
}

// Counts reads what was counted. Times are widened to buckets by the implementation, which says so in its answer.
type Counts interface {
	// SumCounts adds up the lines of [from, to) by the dimensions asked for.
	SumCounts(ctx context.Context, from, to time.Time, by Dimensions) (CountSum, error)
	// SumLately is SumCounts of the last span, with most bytes first. It may be as old as To says, where it would take long.
	// The rows are shared: they are not to be changed.
	SumLately(ctx context.Context, span time.Duration, by Dimensions) (CountSum, error)
	// CountSeries returns counts over time, by service, level and template: a CountLine for each combination of the
	// dimensions of q.By, and of one service for each of its environments.
	CountSeries(ctx context.Context, q SeriesQuery) (CountLines, error)
}

// CountSum is the answer of SumCounts. It is exact up to CompleteUntil.
type CountSum struct {
	From, To      time.Time
	CompleteUntil time.Time
	Rows          []CountRow
}

// CountRow is one combination of the dimensions that were asked for; the fields of the others are zero.
type CountRow struct {
	Service    string
	Level      detector.Level
	TemplateID detector.ShapeID
	Template   string
	Name       string // of the template
	Lines      uint64
	Bytes      uint64
}

// SeriesQuery selects counts over time. Empty fields select all.
type SeriesQuery struct {
	By         Dimensions
	Service    string
	Services   []string // any of these
	Level      detector.Level
	HasLevel   bool
	TemplateID detector.ShapeID // 0: all
	Rule       string           // the lines that this rule counts, of all its series; nothing else but the time is looked at then
	From, To   time.Time
	Step       time.Duration // a multiple of 10 s
	Band       bool          // what was expected is wanted too
}

// CountLines is the answer of CountSeries. Point i of every line covers [Start + i*Step, Start + (i+1)*Step).
type CountLines struct {
	Start         time.Time
	Step          time.Duration
	CompleteUntil time.Time
	Lines         []CountLine
}

// CountLine is one series over time, in lines a step. Expected, Low and High are as long as Observed, or nil where
// nothing is expected yet.
type CountLine struct {
	Service    string
	Level      detector.Level
	TemplateID detector.ShapeID
	Observed   []*float64 // nil is a gap
	Expected   []float64
	Low        []float64
	High       []float64
}
