package app

import (
	"cmp"
	"context"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/store"
)

// catalogue joins what the store knows of templates with what was counted of them. What it found is kept, so that a page
// costs no sum over all templates.
type catalogue struct {
	store     *store.Store
	reader    *rate.Reader
	templates *engine.Templates
	expected  func(context.Context) ([]rate.Partition, error)
	listing   kept[*listing]

	// What was read of the store. Only the making of a listing looks at these.
	shapes map[shapeKey]times
	cursor int64
	seen   time.Time // the latest of when shapes were met last
	moved  time.Time // when one was found last that was met since
	sums   runningSums
	last   *listing
}

func newCatalogue(s *store.Store, r *rate.Reader, t *engine.Templates, expected func(context.Context) ([]rate.Partition, error), now func() time.Time) *catalogue {
	c := &catalogue{store: s, reader: r, templates: t, expected: expected, shapes: make(map[shapeKey]times), sums: runningSums{reader: r, span: daySpan, by: byTemplate}}
	c.listing = kept[*listing]{now: now, make: func(ctx context.Context) (*listing, error) { return c.read(ctx, now()) }}
	return c
}

type shapeKey struct {
	service, environment string
	level                detector.Level
	id                   detector.ShapeID
}

type times struct{ first, last time.Time }

// read makes a listing of what is known now.
func (c *catalogue) read(ctx context.Context, now time.Time) (*listing, error) {
	if err := c.extend(ctx, now); err != nil {
		return nil, err
	}
	expected, err := c.expected(ctx)
	if err != nil {
		return nil, err
	}
	rows := make([]dashboards.Template, 0, len(c.shapes)+len(c.shapes)/16)
	found := make(map[shapeKey]int, len(c.shapes)) // in rows
	at := func(k shapeKey) *dashboards.Template {
		k.id = c.templates.Canonical(k.id)
		n, ok := found[k]
		if !ok {
			n, found[k] = len(rows), len(rows)
			rows = append(rows, dashboards.Template{
				ID: k.id, Text: c.templates.Text(k.id), Name: c.templates.Name(k.id), Service: k.service, Environment: k.environment, Level: k.level,
			})
		}
		return &rows[n]
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
	_, err = c.sums.each(ctx, now, now.Add(time.Minute), expected, func(s *rate.Count) {
		t := at(shapeKey{s.Service, s.Environment, s.Level, s.Shape})
		t.Lines += s.Lines
		t.Bytes += s.Bytes
	})
	if err != nil {
		return nil, err
	}
	c.last = newListing(rows, now, c.last)
	return c.last, nil
}

// extend reads the shapes that are new in the store.
func (c *catalogue) extend(ctx context.Context, now time.Time) error {
	for {
		const page = 5000
		shapes, err := c.store.Shapes(ctx, c.cursor, page)
		if err != nil {
			return err
		}
		for _, s := range shapes {
			c.shapes[shapeKey{s.Service, s.Environment, s.Level, s.ID}] = times{s.First, s.Last}
			c.cursor = max(c.cursor, s.Sequence)
			if s.Last.After(c.seen) {
				c.seen = s.Last
			}
			c.moved = now
		}
		if len(shapes) < page {
			return c.follow(ctx, now)
		}
	}
}

// seenLate is how much later than others a replica may write when it met a shape last.
const seenLate = 10 * time.Minute

// since is from when on shapes may have been met that is not known yet. Where nothing was met for so long that every replica
// has written what it met, only later ones may; after a stray from the future it is not known what was met last.
func (c *catalogue) since(now time.Time) time.Time {
	switch {
	case c.seen.After(now):
		return now.Add(-seenLate)
	case now.Sub(c.moved) > seenLate:
		return c.seen
	}
	return c.seen.Add(-seenLate)
}

// follow reads when the shapes that are met still were met last.
func (c *catalogue) follow(ctx context.Context, now time.Time) error {
	return c.store.ShapesSeen(ctx, c.since(now), func(s store.Seen) {
		k := shapeKey{s.Service, s.Environment, s.Level, s.ID}
		if t, ok := c.shapes[k]; ok && s.Last.After(t.last) {
			t.last, c.moved = s.Last, now
			c.shapes[k] = t
		}
		if s.Last.After(c.seen) {
			c.seen = s.Last
		}
	})
}

// ListTemplates implements dashboards.Templates.
func (c *catalogue) ListTemplates(ctx context.Context, f dashboards.TemplateFilter) (dashboards.TemplatePage, error) {
	l, err := c.listing.get(ctx)
	if err != nil {
		return dashboards.TemplatePage{}, translate(err)
	}
	return l.page(f)
}

// CountTemplates implements dashboards.Templates.
func (c *catalogue) CountTemplates(ctx context.Context, f dashboards.TemplateFilter) (int, error) {
	l, err := c.listing.get(ctx)
	if err != nil {
		return 0, translate(err)
	}
	return l.count(f), nil
}

// knowing is the listing that has what a page asks for: one made now, where only the store has it yet.
func (c *catalogue) knowing(ctx context.Context, has func(*listing) bool, stored func() (bool, error)) (*listing, error) {
	l, err := c.listing.get(ctx)
	if err != nil || has(l) {
		return l, err
	}
	if known, err := stored(); err != nil || !known {
		return nil, cmp.Or(err, dashboards.ErrNotFound)
	}
	if l, err = c.listing.latest(ctx); err == nil && !has(l) {
		err = dashboards.ErrNotFound // dropped meanwhile
	}
	return l, err
}
