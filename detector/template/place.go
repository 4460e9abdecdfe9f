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
	if words == 0 || open == 0 || len(out) < 2 || len(out) > maxColumns {
		return out[:0]
	}
	return out
}

// value is what stands at p, where that is a place for values: in quotes or alone in brackets, after an equals sign, a
// colon, or a word such as user, before a port; or what looks like nothing else, as a dotted name does.
func (f *form) value(p int) (value, bool) {
	u := f.units
	if p == 0 || f.told(p) {
		return value{}, false
	}
	prev, next := &u[p-1], unit{}
	if p+1 < len(u) {
		next = u[p+1]
	}
	if q := f.quote(p - 1); q > p+1 {
		return f.newValue(p, q, pointsTuple), true
	}
	n := points(u, p)
	if n < 0 {
		return value{}, false
	}
	if p+2 < len(u) && ported(next, u[p+2]) && n > 0 {
		return f.newValue(p, p+3, max(n, pointsPlain)), true // name:80
	}
	switch {
	case dotted(u[p].text),
		prev.kind == elemWord && lowerIn(names, prev.text),
		isQuote(*prev) && next.b == prev.b && next.kind == elemMark,
		f.listed(p),
		prev.b == '=' && p > 1 && u[p-2].kind == elemWord,
		prev.b == ':' && prev.tight && !prev.space && p > 1 && u[p-2].kind == elemWord:
		return f.newValue(p, p+1, n), true
	}
	return value{}, false
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
