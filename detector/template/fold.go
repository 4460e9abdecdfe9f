package template

import "strings"

// fold is the shapes of a class that have one number of elements, laid over each other.
type fold struct {
	parts []string // <*> where they differ
	count int
}

// add makes a shape with this masked text one of the class.
func (c *class) add(m *Merger, text string) {
	if c.first == "" && c.folds == nil {
		c.first = text
		return
	}
	c.unfold(m)
	c.lay(m.fold(text))
}

// unfold makes a fold of the only text of a class. Most classes never need one.
func (c *class) unfold(m *Merger) {
	if c.first != "" {
		c.folds = []fold{m.fold(c.first)}
		c.first = ""
	}
}

// join takes over what o has.
func (c *class) join(m *Merger, o *class) {
	switch {
	case o.first == "" && o.folds == nil:
	case c.first == "" && c.folds == nil:
		c.first, c.folds = o.first, o.folds
	default:
		c.unfold(m)
		o.unfold(m)
		for _, f := range o.folds {
			c.lay(f)
		}
	}
}

func (m *Merger) fold(text string) fold {
	l := &m.folder
	l.lex([]byte(text))
	parts := make([]string, l.n)
	for k := range parts {
		e := &l.elems[k]
		parts[k] = text[e.start:e.end]
		if e.space && k > 0 {
			parts[k] = " " + parts[k]
		}
	}
	return fold{parts, 1}
}

// lay puts f over the fold of its length.
func (c *class) lay(f fold) {
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

// text is that of the only length; of several, that of the form that they have in common, or of the length that most
// shapes have.
func (c *class) text() string {
	switch {
	case c.folds == nil:
		return c.first
	case len(c.folds) > 1 && strings.Contains(c.wide, wildcard):
		return c.wide
	}
	best, text := -1, ""
	for _, f := range c.folds {
		t := strings.Join(f.parts, "")
		if f.count > best || f.count == best && (len(t) > len(text) || len(t) == len(text) && t < text) {
			best, text = f.count, t
		}
	}
	return text
}

// render is the text of a form. Whether a space stood before a variable is no part of it: one is put where it is usual.
func render(units []unit) string {
	var b strings.Builder
	var quotes [2]bool // open now: ", '
	for k, u := range units {
		if k > 0 && isQuote(units[k-1]) {
			n := 0
			if units[k-1].b == '\'' {
				n = 1
			}
			quotes[n] = !quotes[n]
			if u.kind == elemVar && !quotes[n] {
				b.WriteByte(' ') // "a" <*>
			}
		}
		switch {
		case u.kind != elemVar:
			if u.space && k > 0 {
				b.WriteByte(' ')
			}
			b.Write(u.text)
			continue
		case k == 0:
		case units[k-1].kind != elemMark || strings.IndexByte("([{<\"'=|`", units[k-1].b) < 0:
			b.WriteByte(' ')
		}
		b.WriteString("<*>")
	}
	return b.String()
}
