package app

import (
	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// foldedSum adds counts up under the templates that theirs have become.
type foldedSum struct {
	templates *engine.Templates
	by        dashboards.Dimensions
	rows      []dashboards.CountRow
	at        map[dashboards.CountRow]int // without figures and words
}

func newFoldedSum(t *engine.Templates, by dashboards.Dimensions) *foldedSum {
	return &foldedSum{templates: t, by: by, at: make(map[dashboards.CountRow]int)}
}

func (f *foldedSum) add(n *rate.Count) {
	k := dashboards.CountRow{Service: n.Service, Level: n.Level}
	if f.by.Template {
		k.TemplateID = f.templates.Canonical(n.Shape)
	}
	i, ok := f.at[k]
	if !ok {
		i = len(f.rows)
		f.at[k] = i
		f.rows = append(f.rows, k)
		if f.by.Template {
			f.rows[i].Template, f.rows[i].Name = f.templates.Text(k.TemplateID), f.templates.Name(k.TemplateID)
		}
	}
	f.rows[i].Lines += n.Lines
	f.rows[i].Bytes += n.Bytes
}

// of is what was added, as the sum of the time of s.
func (f *foldedSum) of(s *rate.Sums) dashboards.CountSum {
	return dashboards.CountSum{From: s.From, To: s.To, CompleteUntil: s.CompleteUntil, Rows: f.rows}
}
