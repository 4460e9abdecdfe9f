package template

// hole is a way to see a form as a wider one: the units of the ranges become variables.
type hole struct {
	ranges [][2]int // [from, to), in order
	points int
	value  uint64 // hash of what stood there
}

// maxHoles is how many words, and how many quoted texts, are tried as holes. The work and the memory for a form grow with
// the square of it; of the words of a longer line the first tell most of what it is.
const maxHoles = 24

// holes calls yield for each hole of the form.
func (f *form) holes(h *hole, yield func(*hole)) {
	u := f.units
	words := 0
	for p := range u {
		if u[p].kind == elemWord {
			words++
		}
	}
	tried := 0
	for p := range u {
		if words < 2 || p == 0 && words < 3 || tried == maxHoles {
			continue // too little would be left to know it by
		}
		if n := points(u, p); n != never && !f.told(p) {
			tried++
			h.set(n)
			h.add(u, p, p+1)
			yield(h)
			if p+2 < len(u) && ported(u[p+1], u[p+2]) {
				h.set(pointsPlain) // name:80
				h.add(u, p, p+3)
				yield(h)
			}
		}
	}
	h.set(pointsTuple)
	f.quoted(h, yield)
	h.set(pointsTuple)
	for p := 1; p+1 < len(u); p++ {
		if u[p].kind == elemMark && u[p].b == '=' && u[p-1].kind == elemWord && !f.told(p+1) {
			if q := f.quote(p + 1); q > p+2 {
				h.add(u, p+2, q)
			} else if u[p+1].kind == elemWord && look(u[p+1].text) >= 0 {
				v := h.value
				h.add(u, p+1, p+2)
				if dotted(u[p+1].text) {
					h.value = v // that it varies is no evidence for the others
				}
			}
		}
	}
	if len(h.ranges) > 1 {
		yield(h)
	}
	h.set(pointsDotted)
	for p := 1; p < len(u); p++ {
		if u[p].kind == elemWord && dotted(u[p].text) {
			h.add(u, p, p+1)
		}
	}
	if len(h.ranges) > 1 {
		yield(h)
	}
}

// ported reports whether what stands after a word is a colon and a port.
func ported(colon, port unit) bool {
	return colon.b == ':' && colon.tight && !colon.space && port.kind == elemVar
}

func dotted(w []byte) bool {
	n := look(w)
	return n == pointsDotted || n == pointsHost
}

// quoted yields each quoted text of several units.
func (f *form) quoted(h *hole, yield func(*hole)) {
	tried := 0
	for p := 1; p < len(f.units) && tried < maxHoles; p++ {
		if q := f.quote(p); q > p+2 {
			tried++
			if !f.told(p) {
				h.set(pointsTuple)
				h.add(f.units, p+1, q)
				yield(h)
			}
			p = q
		}
	}
}

// quote returns the place of the quote that closes the one at p, or 0.
func (f *form) quote(p int) int {
	u := f.units
	if u[p].kind != elemMark || u[p].b != '"' && u[p].b != '\'' {
		return 0
	}
	for q := p + 1; q < len(u); q++ {
		if u[q].kind == elemMark && u[q].b == u[p].b {
			return q
		}
	}
	return 0
}

func (h *hole) set(points int) {
	h.ranges, h.points, h.value = h.ranges[:0], points, 0
}

func (h *hole) add(u []unit, from, to int) {
	h.ranges = append(h.ranges, [2]int{from, to})
	for k := from; k < to; k++ {
		h.value = mix(h.value^u[k].hash, k0)
	}
}

// keys is the hash of the form seen through h (nil: as it is), reduced again, and the key of the group of forms that
// look the same through such a hole. A word that vanishes because a variable stands beside it (worker started 5,
// worker 5) is weaker evidence than one in the place of a variable: its group is another.
func (f *form) keys(salt uint64, h *hole, scratch []unit) (form, group uint64, out []unit) {
	out = scratch[:0]
	next, skip, removed := 0, 0, 0
	for k, u := range f.units {
		if k < skip {
			removed++
			continue
		}
		if h != nil && next < len(h.ranges) && k == h.ranges[next][0] {
			u = unit{hash: hashVar, kind: elemVar}
			skip = h.ranges[next][1]
			next++
		}
		out = reduce(out, u, true)
	}
	form = salt
	for k := range out {
		form = mix(form^out[k].hash, k0)
	}
	form = mix(form^uint64(len(out)), k3)
	group = form
	if len(out)+removed != len(f.units) {
		group ^= k1
	}
	return form, group, out
}
