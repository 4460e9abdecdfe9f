package engine

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
)

// canonicalRows puts a bucket into the form in which it is judged: rows of lines under the id of their template, rows that
// become equal added up, in an order that depends on nothing but themselves. unlike, which may be nil, is told of
// summaries that do not add up.
func canonicalRows(b *detector.Bucket, t *Templates, unlike func(error)) {
	rows := b.Rows
	slices.SortFunc(rows, compareRows)
	changed := false
	for i := range rows {
		s := &rows[i].Series
		if s.Class == detector.ClassLine || s.Class == detector.ClassSlot {
			if id := t.Canonical(s.Shape); id != s.Shape {
				s.Shape, changed = id, true
			}
		}
	}
	if changed {
		slices.SortStableFunc(rows, compareRows)
	}
	kept := 0
	for i := range rows {
		if kept == 0 || rows[kept-1].Series != rows[i].Series {
			rows[kept] = rows[i]
			kept++
			continue
		}
		addRow(&rows[kept-1], &rows[i], unlike)
	}
	b.Rows = rows[:kept]
}

func addRow(to, from *detector.Row, unlike func(error)) {
	to.Lines += from.Lines
	to.Bytes += from.Bytes
	switch {
	case to.Summary == nil:
		to.Summary = from.Summary
	case from.Summary != nil:
		if err := to.Summary.Merge(from.Summary); err != nil && unlike != nil {
			unlike(err)
		}
	}
}

func compareRows(a, b detector.Row) int { return compareSeries(a.Series, b.Series) }

func compareSeries(x, y detector.Series) int {
	if x.Class != y.Class {
		return cmp.Compare(x.Class, y.Class)
	}
	if n := strings.Compare(x.Service, y.Service); n != 0 {
		return n
	}
	if n := strings.Compare(x.Environment, y.Environment); n != 0 {
		return n
	}
	if x.Level != y.Level {
		return cmp.Compare(x.Level, y.Level)
	}
	if x.Shape != y.Shape {
		return cmp.Compare(x.Shape, y.Shape)
	}
	if n := strings.Compare(x.Name, y.Name); n != 0 {
		return n
	}
	return strings.Compare(x.Key, y.Key)
}

// matching selects the counted series that a judged one is made of.
func matching(s detector.Series, t *Templates) func(detector.Series) bool {
	return func(got detector.Series) bool {
		if got.Class != s.Class || got.Service != s.Service || got.Environment != s.Environment {
			return false
		}
		if s.Class != detector.ClassLine {
			return got.Name == s.Name && got.Key == s.Key
		}
		if s.Level != detector.LevelNone && got.Level != s.Level {
			return false
		}
		return s.Shape == 0 || t.Canonical(got.Shape) == s.Shape
	}
}
