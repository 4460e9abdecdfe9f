package app

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/store"
)

// catalogue joins what the store knows of templates with what was counted of them. It is read again when it is older
// than catalogueAge, so that a page costs no sum over all templates.
type catalogue struct {
	store     *store.Store
	reader    *rate.Reader
	templates *engine.Templates
	expected  func(context.Context) ([]rate.Partition, error)
	now       func() time.Time

	mu     sync.Mutex
	shapes map[shapeKey]times
	cursor int64
	rows   []dashboards.Template // by lines, most first
	readAt time.Time
}

type shapeKey struct {
	service, environment string
	level                detector.Level
	id                   detector.ShapeID
}

type times struct{ first, last time.Time }

// What the catalogue covers, and how old it may get.
const (
	catalogueSpan = 24 * time.Hour
	catalogueAge  = 3 * time.Second
)

func (c *catalogue) all(ctx context.Context) ([]dashboards.Template, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if c.rows != nil && now.Sub(c.readAt) < catalogueAge {
		return c.rows, nil
	}
	if err := c.extend(ctx); err != nil {
		return nil, err
	}
	expected, err := c.expected(ctx)
	if err != nil {
		return nil, err
	}
	sums, err := c.reader.Sum(ctx, now.Add(-catalogueSpan), now.Add(time.Minute),
		rate.By{Service: true, Environment: true, Level: true, Shape: true}, expected)
	if err != nil {
		return nil, err
	}
	found := make(map[shapeKey]*dashboards.Template, len(c.shapes))
	at := func(k shapeKey) *dashboards.Template {
		k.id = c.templates.Canonical(k.id)
		t := found[k]
		if t == nil {
			t = &dashboards.Template{
				ID: k.id, Text: c.templates.Text(k.id), Name: c.templates.Name(k.id), Service: k.service, Environment: k.environment, Level: k.level,
			}
			found[k] = t
		}
		return t
	}
	for k, seen := range c.shapes {
		t := at(k)
		if t.FirstSeen.IsZero() || seen.first.Before(t.FirstSeen) {
			t.FirstSeen = seen.first
		}
		if seen.last.After(t.LastSeen) {
			t.LastSeen = seen.last
		}
	}
	for _, s := range sums.Counts {
		t := at(shapeKey{s.Service, s.Environment, s.Level, s.Shape})
		t.Lines += s.Lines
		t.Bytes += s.Bytes
	}
	rows := make([]dashboards.Template, 0, len(found))
	for _, t := range found {
		rows = append(rows, *t)
	}
	slices.SortFunc(rows, func(a, b dashboards.Template) int {
		return cmp.Or(cmp.Compare(b.Lines, a.Lines), cmp.Compare(a.Service, b.Service), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Level, b.Level))
	})
	c.rows, c.readAt = rows, now
	return rows, nil
}

// extend reads the shapes that are new in the store.
func (c *catalogue) extend(ctx context.Context) error {
	if c.shapes == nil {
		c.shapes = make(map[shapeKey]times)
	}
	for {
		const page = 5000
		shapes, err := c.store.Shapes(ctx, c.cursor, page)
		if err != nil {
			return err
		}
		for _, s := range shapes {
			c.shapes[shapeKey{s.Service, s.Environment, s.Level, s.ID}] = times{s.First, s.Last}
			c.cursor = max(c.cursor, s.Sequence)
		}
		if len(shapes) < page {
			return nil
		}
	}
}

func (c *catalogue) selected(ctx context.Context, f dashboards.TemplateFilter) ([]dashboards.Template, error) {
	rows, err := c.all(ctx)
	if err != nil {
		return nil, err
	}
	text := strings.ToLower(f.Text)
	var out []dashboards.Template
	for i := range rows {
		t := &rows[i]
		if f.Service != "" && t.Service != f.Service || f.HasLevel && t.Level != f.Level ||
			!f.NewSince.IsZero() && t.FirstSeen.Before(f.NewSince) ||
			text != "" && !strings.Contains(strings.ToLower(t.Name+"\n"+t.Text), text) {
			continue
		}
		out = append(out, *t)
	}
	switch f.Sort {
	case dashboards.SortNew:
		slices.SortStableFunc(out, func(a, b dashboards.Template) int { return b.FirstSeen.Compare(a.FirstSeen) })
	case dashboards.SortBytes:
		slices.SortStableFunc(out, func(a, b dashboards.Template) int { return cmp.Compare(b.Bytes, a.Bytes) })
	}
	return out, nil
}

// ListTemplates implements dashboards.Templates. The cursor is the place in the list, which moves only as slowly as
// templates overtake one another.
func (c *catalogue) ListTemplates(ctx context.Context, f dashboards.TemplateFilter) (dashboards.TemplatePage, error) {
	from := 0
	if f.Cursor != "" {
		n, err := strconv.Atoi(f.Cursor)
		if err != nil || n < 0 {
			return dashboards.TemplatePage{}, dashboards.ErrBadCursor
		}
		from = n
	}
	rows, err := c.selected(ctx, f)
	if err != nil || from >= len(rows) {
		return dashboards.TemplatePage{}, translate(err)
	}
	to := min(len(rows), from+max(1, f.Limit))
	page := dashboards.TemplatePage{Templates: rows[from:to]}
	if to < len(rows) {
		page.Next = strconv.Itoa(to)
	}
	return page, nil
}

// CountTemplates implements dashboards.Templates.
func (c *catalogue) CountTemplates(ctx context.Context, f dashboards.TemplateFilter) (int, error) {
	rows, err := c.selected(ctx, f)
	return len(rows), translate(err)
}

// Template implements dashboards.Templates.
func (c *catalogue) Template(ctx context.Context, id detector.ShapeID) (*dashboards.Template, error) {
	id = c.templates.Canonical(id)
	rows, err := c.all(ctx)
	if err != nil {
		return nil, translate(err)
	}
	i := slices.IndexFunc(rows, func(t dashboards.Template) bool { return t.ID == id })
	if i < 0 {
		return nil, dashboards.ErrNotFound
	}
	t := rows[i]
	samples, err := c.reader.Samples(ctx, func(s detector.Series) bool {
		return s.Class == detector.ClassLine && c.templates.Canonical(s.Shape) == id
	})
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
	return &t, c.history(ctx, &t)
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
	t.History = append(t.History, dashboards.TemplateChange{At: t.FirstSeen, What: "First seen"})
	slices.SortStableFunc(t.History, func(a, b dashboards.TemplateChange) int { return b.At.Compare(a.At) })
	return nil
}
