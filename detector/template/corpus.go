package template

import (
	"slices"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
)

// Corpus finds the templates of a whole file. Beside the shapes it keeps four bytes a line, and those only where the
// assignment of each line is wanted.
type Corpus struct {
	shaper Shaper
	ids    map[detector.ShapeID]int32
	shapes []corpusShape
	lines  []int32
	assign bool
	merger *Merger
	buf    []byte
}

type corpusShape struct {
	id    detector.ShapeID
	count int
}

// Counted is a template of a Corpus.
type Counted struct {
	ID    detector.ShapeID
	Text  string
	Count int
}

// NewCorpus returns an empty Corpus; assign keeps the template of each line.
func NewCorpus(assign bool) *Corpus {
	return &Corpus{ids: map[detector.ShapeID]int32{}, assign: assign, merger: NewMerger()}
}

// Add takes the next line.
func (c *Corpus) Add(msg []byte) {
	id := c.shaper.Shape(msg)
	n, ok := c.ids[id]
	if !ok {
		n = int32(len(c.shapes))
		c.ids[id] = n
		c.shapes = append(c.shapes, corpusShape{id: id})
		c.buf = c.shaper.AppendText(c.buf[:0])
		c.merger.Add([]Known{{ID: id, Text: string(c.buf)}})
	}
	c.shapes[n].count++
	if c.assign {
		c.lines = append(c.lines, n)
	}
}

// Finish returns the templates, the most frequent first, and for each line the index of its template if assign was
// asked for.
func (c *Corpus) Finish() (templates []Counted, lines []int32) {
	at := map[detector.ShapeID]int32{}
	for _, s := range c.shapes {
		id := c.merger.Canonical(s.id)
		n, ok := at[id]
		if !ok {
			n = int32(len(templates))
			at[id] = n
			text, _ := c.merger.Text(id)
			templates = append(templates, Counted{ID: id, Text: text})
		}
		templates[n].Count += s.count
	}
	slices.SortFunc(templates, func(a, b Counted) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return strings.Compare(a.Text, b.Text)
	})
	for n, t := range templates {
		at[t.ID] = int32(n)
	}
	if !c.assign {
		return templates, nil
	}
	for k, n := range c.lines {
		c.lines[k] = at[c.merger.Canonical(c.shapes[n].id)]
	}
	return templates, c.lines
}
