package template

// value is a place of a form where values stand, or a variable that is there already.
type value struct {
	from, to int    // units [from, to)
	hash     uint64 // of what stands there; 0: it is a variable
	points   int
}

// values are the columns of f: variables, and what may be one. Without any of those, or with nothing beside them to
// know the form by, there are none.
func (f *form) values(out []value) []value {
	out = out[:0]
	words, open := 0, 0
	u := f.units
	for p := 0; p < len(u); p++ {
		if u[p].kind == elemVar {
			if v, ok := f.listOrGroup(p); ok {
				out = append(out, v)
				open++
				p = v.to - 1
				continue
			}
			out = append(out, value{from: p, to: p + 1})
			continue
		}
		if v, ok := f.value(p); ok {
			out = append(out, v)
			open++
			p = v.to - 1
		} else if u[p].kind == elemWord {
			words++
		}
	}
	if words == 0 || open == 0 || len(out) > maxColumns {
		return out[:0]
	}
	return out
}

// value is what stands at p, where that is a place for values: in quotes or alone in brackets, after an equals sign, a
// colon, or a word such as user, before a port; or what looks like nothing else, as a dotted name does.
func (f *form) value(p int) (value, bool) {
	u := f.units
	if p == 0 || f.told(p) || f.isKey(p) {
		return value{}, false
	}
	prev, next := &u[p-1], unit{}
	if p+1 < len(u) {
		next = u[p+1]
	}
	if q := f.quote(p - 1); q > p+1 && !isCommand(&u[p]) {
		return f.newValue(p, q, pointsTuple), true
	}
	if v, ok := f.listOrGroup(p); ok {
		return v, true
	}
	n := points(u, p)
	if n < 0 {
		return value{}, false
	}
	if p+2 < len(u) && ported(next, u[p+2]) && n > 0 {
		return f.newValue(p, p+3, max(n, pointsPlain)), true // name:80
	}
	switch {
	case isQuote(*prev) && next.b == prev.b && next.kind == elemMark:
		if n >= pointsPlain && p > 1 && u[p-2].kind == elemWord {
			n = max(n, pointsQuoted)
		}
		return f.newValue(p, p+1, n), true
	case dotted(u[p].text),
		prev.kind == elemWord && lowerIn(names, prev.text),
		isClause(prev) && !isClause(&u[p]),
		f.listed(p),
		prev.b == '=' && p > 1 && u[p-2].kind == elemWord,
		prev.b == ':' && prev.tight && !prev.space && p > 1 && u[p-2].kind == elemWord:
		return f.newValue(p, p+1, n), true
	}
	return value{}, false
}

// listOrGroup is the list of words that begins at p, or all that stands between the brackets there, where that is words
// and variables alone.
func (f *form) listOrGroup(p int) (value, bool) {
	if p == 0 {
		return value{}, false
	}
	u := f.units
	inside, commas, words := isOpening(u[p-1].b) && u[p-1].kind == elemMark, 0, 0
	for q := p; ; q++ {
		if q == len(u) || u[q].kind == elemMark && u[q].b != ',' {
			closed := q < len(u) && inside && opening(u[q].b) == u[p-1].b
			switch {
			case words == 0 || q-p < 2 || u[q-1].kind == elemMark:
				return value{}, false
			case commas > 0 && q-p == 2*commas+1 && (closed || !inside && (q == len(u))):
				return f.newValue(p, q, pointsList), true
			case closed && commas == 0:
				return f.newValue(p, q, pointsTuple), true
			}
			return value{}, false
		}
		switch {
		case u[q].kind == elemMark:
			if q == p || u[q-1].kind == elemMark || !inside && !u[q].tight {
				return value{}, false
			}
			commas++
		case u[q].kind == elemWord:
			words++
		}
	}
}

// isCommand reports whether a quoted text that begins with u says what was done, as "GET / HTTP/1.1" does.
func isCommand(u *unit) bool {
	return u.kind == elemWord && lowerIn(fixed, u.text) && len(u.text) > 1 && u.text[1] <= 'Z'
}

// isClause reports whether a name follows in SQL, as behind FROM.
func isClause(u *unit) bool {
	if u.kind != elemWord {
		return false
	}
	switch string(u.text) {
	case "FROM", "INTO", "UPDATE", "TABLE", "JOIN", "COLUMN":
		return true
	}
	return false
}

// isKey reports whether the word at p is a quoted name before a colon, as in {"user":"bob"}: it says what its value is.
func (f *form) isKey(p int) bool {
	u := f.units
	return p > 1 && p+2 < len(u) && isQuote(u[p-1]) && u[p+1].b == u[p-1].b && u[p+2].b == ':' && (u[p-2].b == '{' || u[p-2].b == ',')
}

// listed reports whether the word at p is alone between brackets and commas.
func (f *form) listed(p int) bool {
	u := f.units
	if p+1 == len(u) {
		return u[p-1].b == ',' && u[p-1].tight
	}
	prev, next := &u[p-1], &u[p+1]
	switch {
	case next.b == ',' && next.tight || prev.b == ',' && prev.tight:
		return true // a,b
	case prev.b == ',':
		return next.b == ',' || opening(next.b) != 0
	}
	return prev.b != 0 && (opening(next.b) == prev.b || next.b == ',' && isOpening(prev.b))
}

func (f *form) newValue(from, to, points int) value {
	v := value{from: from, to: to, points: points, hash: k2}
	for k := from; k < to; k++ {
		v.hash = mix(v.hash^f.units[k].hash, k0)
	}
	return v
}

// frameKey is the hash of the form with a variable in each column; that of the form itself, where one is.
func (f *form) frameKey(salt uint64, values []value) uint64 {
	h, n := salt, 0
	for k := 0; k < len(f.units); k++ {
		unit := f.units[k].hash
		if len(values) > 0 && values[0].from == k {
			unit = hashVar
			k = values[0].to - 1
			values = values[1:]
		}
		h = mix(h^unit, k0)
		n++
	}
	return mix(h^uint64(n), k3)
}
