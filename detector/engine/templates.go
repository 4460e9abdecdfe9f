package engine

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/template"
)

// Templates keeps this process's knowledge of templates in step with the ledger, and so with the other replicas. Safe
// for concurrent use, but for Load, which one goroutine calls.
type Templates struct {
	aliases *template.Aliases
	cursor  int64

	mu       sync.Mutex
	all      []template.Alias
	services map[detector.ShapeID][]string
}

// NewTemplates returns one that knows nothing.
func NewTemplates() *Templates {
	return &Templates{aliases: template.NewAliases(), services: make(map[detector.ShapeID][]string)}
}

// Canonical is the template that a shape belongs to.
func (t *Templates) Canonical(id detector.ShapeID) detector.ShapeID { return t.aliases.Resolve(id) }

// Text is the masked text of the template that a shape belongs to; empty where it is not known.
func (t *Templates) Text(id detector.ShapeID) string { return t.aliases.Text(id) }

// Name is what people call the template that a shape belongs to; empty where nobody named it.
func (t *Templates) Name(id detector.ShapeID) string { return t.aliases.Name(id) }

// Use takes over what people call templates: those that patterns pin by the patterns' names, others by id. It is to be
// called before the first Load.
func (t *Templates) Use(patterns []template.Pattern, names map[detector.ShapeID]string) error {
	for id, name := range names {
		t.aliases.SetName(id, name)
	}
	return t.aliases.NamePatterns(patterns)
}

// Learn takes shapes and returns the aliases that they bring.
func (t *Templates) Learn(shapes []template.Known) []template.Alias {
	aliases := t.aliases.Learn(shapes)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = append(t.all, aliases...)
	for i := range shapes {
		if k := &shapes[i]; !slices.Contains(t.services[k.ID], k.Service) {
			t.services[k.ID] = append(t.services[k.ID], k.Service)
		}
	}
	return aliases
}

// Services are the services that logged lines of a shape.
func (t *Templates) Services(id detector.ShapeID) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.services[id])
}

// Aliases returns every alias so far, in the order in which they were found.
func (t *Templates) Aliases() []template.Alias {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.all[:len(t.all):len(t.all)]
}

// shapesPage is how many shapes are read from the ledger at once.
const shapesPage = 5000

// Load takes what the ledger has that is not known yet, of this and other replicas, and returns the aliases that it
// brings.
func (t *Templates) Load(ctx context.Context, l Ledger) ([]template.Alias, error) {
	var aliases []template.Alias
	for {
		shapes, cursor, err := l.Shapes(ctx, t.cursor, shapesPage)
		if err != nil {
			return aliases, fmt.Errorf("read templates: %w", err)
		}
		if len(shapes) == 0 {
			return aliases, nil
		}
		aliases = append(aliases, t.Learn(shapes)...)
		t.cursor = cursor
	}
}
