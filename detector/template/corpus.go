package template

import (
	"slices"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
)

// Corpus finds the templates of a whole file. Beside the shapes, of which it takes a bounded number, it keeps four bytes
// a line, and those only where the assignment of each line is wanted. Not safe for concurrent use.
type Corpus struct {
	shaper Shaper
	ids    map[detector.ShapeID]int32
	shapes []corpusShape
	lines  []int32
	assign bool
	merged *Aliases
	match  matcher
	buf    []byte
}

// Of a Corpus: from manyShapes on, a shape that a merged template covers takes no room; from maxShapes on, one that none
// covers counts as overflow.
const (
	manyShapes = 1 << 14
	maxShapes  = 1 << 18
)

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
	return &Corpus{ids: map[detector.ShapeID]int32{}, assign: assign, merged: NewAliases()}
}

// Add takes the next line.
func (c *Corpus) Add(msg []byte) { c.add(c.shaper.Shape(msg), msg, true) }

// AddShaped is Add for a line of which a Shaper gave the shape: where it is known, the line is not looked at.
func (c *Corpus) AddShaped(id detector.ShapeID, msg []byte) { c.add(id, msg, false) }

func (c *Corpus) add(id detector.ShapeID, msg []byte, lexed bool) {
	n, ok := c.ids[id]
	if !ok {
		if !lexed {
			c.shaper.line.lex(msg)
		}
		n = c.meet(id)
	}
	c.shapes[n].count++
	if c.assign {
		c.lines = append(c.lines, n)
	}
}

// meet returns the number of a shape that is new.
func (c *Corpus) meet(id detector.ShapeID) int32 {
	known := Known{ID: id}
	if len(c.shapes) >= manyShapes {
		to, _, ok := c.merged.match(&c.match, &c.shaper.line, "", detector.LevelNone)
		switch {
		case ok:
			return c.ids[to]
		case len(c.shapes) >= maxShapes:
			known = Known{ID: detector.OverflowShape, Text: OverflowText, Pinned: true}
			if n, ok := c.ids[known.ID]; ok {
				return n
			}
		}
	}
	if known.Text == "" {
		c.buf = c.shaper.AppendText(c.buf[:0])
		known.Text = string(c.buf)
	}
	n := int32(len(c.shapes))
	c.ids[known.ID] = n
	c.shapes = append(c.shapes, corpusShape{id: known.ID})
	c.merged.Learn([]Known{known})
	return n
}

// Finish returns the templates, the most frequent first, and for each line the index of its template if assign was
// asked for.
func (c *Corpus) Finish() (templates []Counted, lines []int32) {
	at := map[detector.ShapeID]int32{}
	for _, s := range c.shapes {
		id := c.merged.Resolve(s.id)
		n, ok := at[id]
		if !ok {
			n = int32(len(templates))
			at[id] = n
			templates = append(templates, Counted{ID: id, Text: c.merged.Text(id)})
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
		c.lines[k] = at[c.merged.Resolve(c.shapes[n].id)]
	}
	return templates, c.lines
}
