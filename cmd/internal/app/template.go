package app

import (
	"context"
	"slices"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// Template implements dashboards.Templates.
func (c *catalogue) Template(ctx context.Context, id detector.ShapeID) (*dashboards.Template, error) {
	id = c.templates.Canonical(id)
	l, err := c.knowing(ctx, func(l *listing) bool { return l.byID[id] != nil }, func() (bool, error) {
		shapes, err := c.store.Shape(ctx, id)
		return len(shapes) > 0, err
	})
	if err != nil {
		return nil, translate(err)
	}
	t := *l.byID[id].Template
	if err := c.history(ctx, &t); err != nil {
		return nil, err
	}
	if err := c.shapeLines(ctx, &t); err != nil {
		return nil, err
	}
	samples, err := c.reader.Samples(ctx, rate.Query{Services: []string{t.Service}, Match: func(s detector.Series) bool {
		return s.Class == detector.ClassLine && (s.Shape == id || slices.ContainsFunc(t.Shapes, func(o dashboards.Shape) bool { return o.ID == s.Shape }))
	}})
	if err != nil {
		return nil, err
	}
	t.Samples = samples
	hosts := make(map[string]struct{})
	for _, s := range samples {
		if _, ok := hosts[s.Host]; !ok && s.Host != "" {
			hosts[s.Host] = struct{}{}
			t.Hosts = append(t.Hosts, s.Host)
		}
	}
	slices.Sort(t.Hosts)
	return &t, nil
}

// history fills in the shapes of a template and when they were merged.
func (c *catalogue) history(ctx context.Context, t *dashboards.Template) error {
	aliases, err := c.store.AliasesOf(ctx, t.ID)
	if err != nil {
		return translate(err)
	}
	own, err := c.store.Shape(ctx, t.ID)
	if err != nil {
		return translate(err)
	}
	for _, s := range own {
		t.Shapes = append(t.Shapes, dashboards.Shape{ID: s.ID, Text: s.Text})
		break
	}
	for _, a := range aliases {
		shapes, err := c.store.Shape(ctx, a.From)
		if err != nil {
			return translate(err)
		}
		for _, s := range shapes {
			t.Shapes = append(t.Shapes, dashboards.Shape{ID: s.ID, Text: s.Text, Why: a.Reason})
			break
		}
		t.History = append(t.History, dashboards.TemplateChange{At: a.At, What: "Merged with shape " + a.From.String(), Why: a.Reason})
	}
	slices.SortStableFunc(t.History, func(a, b dashboards.TemplateChange) int { return b.At.Compare(a.At) })
	return nil
}

// shapeLines counts the lines of each shape in the last day, where there are several.
func (c *catalogue) shapeLines(ctx context.Context, t *dashboards.Template) error {
	if len(t.Shapes) < 2 {
		return nil
	}
	now := c.listing.now()
	got, err := c.reader.Courses(ctx, rate.Query{From: now.Add(-daySpan), To: now, Step: daySpan, Services: []string{t.Service}}, func(s detector.Series) (detector.Series, bool) {
		of := slices.ContainsFunc(t.Shapes, func(o dashboards.Shape) bool { return o.ID == s.Shape })
		return detector.Series{Shape: s.Shape}, of && s.Class == detector.ClassLine && s.Service == t.Service
	})
	for i := range t.Shapes {
		for _, p := range got[detector.Series{Shape: t.Shapes[i].ID}] {
			t.Shapes[i].Lines += p.Lines
		}
	}
	return err
}
