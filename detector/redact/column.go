package redact

import "github.com/tocsin-io/tocsin/detector"

// columns remember what the names of fields say, by their place: the fields of a stream stand in the same order in
// event after event, and their names are interned, so that one comparison of pointers finds most.
type columns struct {
	places []column
	names  map[string]name
}

type column struct {
	key  string
	name name
}

// Bounds of what is remembered.
const (
	maxPlaces = 256
	maxNames  = 4096
)

// of returns what the name of the i-th field says.
func (c *columns) of(i int, key string, t *tables) name {
	if i < len(c.places) && c.places[i].key == key {
		return c.places[i].name
	}
	n, known := c.names[key]
	if !known {
		n = t.field(key)
		if len(c.names) < maxNames {
			c.names[key] = n
		}
	}
	if i >= maxPlaces {
		return n
	}
	for i >= len(c.places) {
		c.places = append(c.places, column{})
	}
	c.places[i] = column{key, n}
	return n
}

// field judges the name of a field.
func (t *tables) field(key string) name {
	id := []byte(key)
	if len(id) > maxName {
		id = id[len(id)-maxName:]
	}
	switch {
	case t.allowed(id):
		return name{}
	case t.own(id).class != classNone:
		return name{class: classOwn}
	}
	if n := t.words.named(id); n.class != classNone {
		return n
	}
	return t.foreignField(id)
}

// field redacts one field.
func (r *Redactor) field(ev *detector.Event, i int) {
	f := &ev.Fields[i]
	n := r.columns.of(i, f.Key, r.tables)
	if n.class != classNone && f.Value.Kind != detector.KindBool && f.Value.Kind != detector.KindNull && r.keyed(ev, f, n) {
		return
	}
	switch f.Value.Kind {
	case detector.KindBool, detector.KindNull:
		return
	case detector.KindNumber:
		if len(f.Value.Text) < minCard {
			return
		}
	case detector.KindString:
		if len(f.Value.Text) < minText && len(r.own) == 0 {
			return
		}
	}
	seen := r.clean.slot(f.Value.Text)
	if seen != nil && seen.is(f.Key, f.Value.Text) {
		return
	}
	found := len(ev.Secrets)
	text := r.text(ev, f.Key, f.Value.Text)
	if seen != nil && len(ev.Secrets) == found {
		r.clean.keep(seen, f.Key, text)
	}
	if f.Value.Kind == detector.KindNumber && len(text) > 0 && text[len(text)-1] == '>' {
		f.Value.Kind = detector.KindString
	}
	f.Value.Text = text
}

// keyed redacts a field whose name is that of a secret. It reports whether nothing is left to look at.
func (r *Redactor) keyed(ev *detector.Event, f *detector.Field, n name) bool {
	if n.class == classOwn {
		if len(f.Value.Text) == 0 || placeholder(f.Value.Text) {
			return true
		}
		r.whole(ev, f, classKinds[classOwn])
		return true
	}
	s := &r.scan
	s.of(f.Value.Text, "")
	s.begin()
	k := key{name: n}
	switch {
	case len(s.b) == 0:
		return true
	case n.class == classAuthorization:
		s.authorization(&k, 0, formColon)
	case n.class == classCookie:
		s.cookies(&k, 0, formColon)
	case n.class == classPhrase && s.wordList(&k, 0):
	case f.Value.Kind == detector.KindArray && s.b[0] == '[':
		s.list(&k, 1, formColon)
	case f.Value.Kind == detector.KindObject:
		return false
	case len(s.b) > maxJudged || !s.clear(&k, value{0, len(s.b), true, formColon}):
		if touchesMark(s.b, 0, len(s.b)) {
			return false
		}
		r.whole(ev, f, classKinds[n.class])
		return true
	}
	if len(s.spans) == 0 {
		return false
	}
	f.Value.Text = r.replace(ev, f.Key, f.Value.Text, s.spans)
	return false
}

// whole replaces a whole value.
func (r *Redactor) whole(ev *detector.Event, f *detector.Field, kind string) {
	ev.Secrets = append(ev.Secrets, detector.Secret{Kind: kind, Key: f.Key, Fingerprint: r.prints.of(f.Value.Text)})
	from := len(r.out)
	r.out = appendMark(r.out, kind)
	f.Value = detector.Value{Kind: detector.KindString, Text: r.out[from:len(r.out):len(r.out)]}
}
