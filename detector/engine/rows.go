package engine

import (
	"cmp"
	"slices"

	"github.com/tocsin-io/tocsin/detector"
)

// foldTemplates gives rows of lines the id of their template, and adds up those that become equal. unlike, which may
// be nil, is told of summaries that do not add up.
func foldTemplates(b *detector.Bucket, t *Templates, unlike func(error)) {
	if len(b.Rows) == 0 {
		return
	}
	at := make(map[detector.Series]int, len(b.Rows))
	kept := b.Rows[:0]
	for i := range b.Rows {
		row := b.Rows[i]
		if row.Series.Class == detector.ClassLine || row.Series.Class == detector.ClassSlot {
			row.Series.Shape = t.Canonical(row.Series.Shape)
		}
		j, ok := at[row.Series]
		if !ok {
			at[row.Series] = len(kept)
			kept = append(kept, row)
			continue
		}
		kept[j].Lines += row.Lines
		kept[j].Bytes += row.Bytes
		if kept[j].Summary != nil && row.Summary != nil {
			if err := kept[j].Summary.Merge(row.Summary); err != nil && unlike != nil {
				unlike(err)
			}
		}
	}
	b.Rows = kept
}

// sortRows puts rows into an order that depends on nothing but themselves.
func sortRows(rows []detector.Row) {
	slices.SortFunc(rows, func(a, b detector.Row) int { return compareSeries(a.Series, b.Series) })
}

func compareSeries(x, y detector.Series) int {
	return cmp.Or(cmp.Compare(x.Class, y.Class), cmp.Compare(x.Service, y.Service), cmp.Compare(x.Environment, y.Environment),
		cmp.Compare(x.Level, y.Level), cmp.Compare(x.Shape, y.Shape), cmp.Compare(x.Name, y.Name), cmp.Compare(x.Key, y.Key))
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
