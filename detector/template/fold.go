package template

import "strings"

// fold is the shapes of a class that have one number of elements, laid over each other.
type fold struct {
	parts []string // <*> where they differ
	count int
}

// fold lays a shape over those of its length.
func (c *class) fold(l *line, text string) {
	parts := make([]string, l.n)
	for k := range parts {
		e := &l.elems[k]
		end := int(e.end)
		parts[k] = text[e.start:end]
		if e.space && k > 0 {
			parts[k] = " " + parts[k]
		}
	}
	c.add(fold{parts, 1})
}

func (c *class) add(f fold) {
	for k := range c.folds {
		if len(c.folds[k].parts) == len(f.parts) {
			c.folds[k].over(f)
			return
		}
	}
	c.folds = append(c.folds, f)
}

func (f *fold) over(g fold) {
	f.count += g.count
	for k, p := range g.parts {
		q := f.parts[k]
		if p == q {
			continue
		}
		if strings.HasPrefix(p, " ") || strings.HasPrefix(q, " ") {
			f.parts[k] = " <*>"
		} else {
			f.parts[k] = "<*>"
		}
	}
}

func (c *class) join(o *class) {
	for _, f := range o.folds {
		c.add(f)
	}
}

func (c *class) text() string {
	best := -1
	text := ""
	for _, f := range c.folds {
		t := strings.Join(f.parts, "")
		if f.count > best || f.count == best && (len(t) > len(text) || len(t) == len(text) && t < text) {
			best, text = f.count, t
		}
	}
	return text
}
