package template

// unit is one part of a normal form.
type unit struct {
	hash  uint64
	kind  elemKind
	space bool   // white space stands before it; of a variable it says nothing, as forms with and without are one
	tight bool   // a colon or comma without white space behind
	b     byte   // the mark
	text  []byte // the word
}

// form is a masked text reduced further: what is optional or of any number is gone. Shapes of one form are one
// template. The reductions are those of DESIGN.md: they are not part of the identity of a shape, so they may change
// without losing what was counted.
type form struct {
	units []unit
}

// of reduces the elements of l. The result is valid until the next call.
func (f *form) of(l *line) {
	f.units = f.units[:0]
	skip := 0
	for k := range l.elems[:l.n] {
		if k < skip {
			continue
		}
		e := &l.elems[k]
		u := unit{hash: e.hash, kind: e.kind, space: e.space, text: l.msg[e.start:e.end]}
		if e.kind == elemVar || e.numbered {
			u.kind, u.hash = elemVar, hashVar
		}
		if e.kind == elemMark {
			if to := l.address(k); to > k {
				f.units = reduce(f.units, unit{hash: hashVar, kind: elemVar}, true)
				skip = to
				continue
			}
			if u.b = u.text[0]; u.b >= 0x80 {
				u.b = asciiMark(u.text)
			}
			if (u.b == ':' || u.b == ',') && k+1 < l.n && !l.elems[k+1].space {
				u.tight = true
				u.hash = mix(u.hash, k1)
			}
			if u.b == '=' && !e.space && (k+1 == l.n || l.elems[k+1].space) && k > 0 && l.elems[k-1].kind == elemWord {
				f.units = reduce(f.units, u, true)
				u = unit{hash: hashVar, kind: elemVar} // key= without a value
			}
		}
		f.units = reduce(f.units, u, true)
		if k+1 < l.n && isQuote(u) && l.msg[l.elems[k+1].start] == u.b && !l.elems[k+1].space && f.opens(u.b) {
			f.units = reduce(f.units, unit{hash: hashVar, kind: elemVar}, true) // ''
		}
	}
}

// opens reports whether the last unit, a quote, is one that opens.
func (f *form) opens(b byte) bool {
	n := 0
	for k := range f.units {
		if isQuote(f.units[k]) && f.units[k].b == b {
			n++
		}
	}
	return n%2 == 1
}

// address returns the element behind an address that begins with the mark k: a port alone, as :8080, or what stands in
// brackets before one, as [::1]:443; k where there is none.
func (l *line) address(k int) int {
	e := l.elems[k:l.n]
	at := func(i int, b byte) bool {
		return i < len(e) && e[i].kind == elemMark && l.msg[e[i].start] == b && (i == 0 || !e[i].space)
	}
	tight := func(i int) bool { return i < len(e) && !e[i].space && e[i].kind == elemVar }
	if at(0, ':') && tight(1) && (k == 0 || e[0].space) {
		return k + 2
	}
	if at(0, '[') && (tight(1) || at(1, ':')) && at(2, ']') && at(3, ':') && tight(4) {
		return k + 5
	}
	return k
}

// bare is the form of units without the bracket groups that are empty or hold a variable only, which are optional; nil
// where there are none.
func bare(units []unit) []unit {
	var out []unit
	for k, u := range units {
		if out == nil && (opening(u.b) == 0 || u.kind != elemMark || len(closeGroup(units[:k:k], u, opening(u.b))) > k) {
			continue
		}
		if out == nil {
			out = make([]unit, 0, len(units))
			for _, u := range units[:k] {
				out = reduce(out, u, false)
			}
		}
		out = reduce(out, u, false)
	}
	return out
}

// reduce appends u to out and takes away what its coming makes superfluous. Where groups are kept, an empty one holds a
// variable.
func reduce(out []unit, u unit, keep bool) []unit {
	n := len(out)
	switch u.kind {
	case elemVar:
		return reduceVar(out, u)
	case elemWord:
		if n > 0 && out[n-1].kind == elemVar && (isUnit(u.text) || placeholder(u.text)) {
			return out
		}
		if n > 0 && placeholder(u.text) && out[n-1].kind == elemMark && !u.space && !isStop(out[n-1].b) {
			return reduceVar(out, unit{hash: hashVar, kind: elemVar})
		}
	case elemMark:
		if open := opening(u.b); open != 0 {
			if keep {
				return keepGroup(out, u, open)
			}
			return closeGroup(out, u, open)
		}
	}
	return append(out, u)
}

func reduceVar(out []unit, u unit) []unit {
	n := len(out)
	if n > 0 && out[n-1].kind == elemMark && (out[n-1].b == '<' || out[n-1].b == '>') && len(out[n-1].text) == 1 {
		out = out[:n-1] // <1 sec, > 5
		n--
	}
	if n > 0 && out[n-1].kind == elemVar {
		return out
	}
	if n > 1 && out[n-2].kind == elemVar && joins(out[n-1]) {
		return out[:n-1]
	}
	if n > 3 && out[n-4].kind == elemVar && isQuote(out[n-3]) && out[n-2].b == ',' && isQuote(out[n-1]) {
		return out[:n-3] // "a1", "a2"
	}
	return append(out, u)
}

// keepGroup puts a variable into a bracket group that is empty.
func keepGroup(out []unit, u unit, open byte) []unit {
	k := len(out)
	if k > 0 && out[k-1].kind == elemMark && out[k-1].b == open {
		out = append(out, unit{hash: hashVar, kind: elemVar})
	} else if k > 2 && out[k-1].kind == elemVar && out[k-2].b == open && isPrefixed(out[:k-1]) {
		return reduceVar(out[:k-3], unit{hash: hashVar, kind: elemVar}) // node-[40-63]
	}
	return append(out, u)
}

// isPrefixed reports whether the bracket at the end of out touches the first part of a name.
func isPrefixed(out []unit) bool {
	k := len(out)
	return k > 1 && out[k-1].kind == elemMark && !out[k-1].space && out[k-2].kind == elemWord && isPrefix(out[k-2].text)
}

// closeGroup drops a bracket group that is empty or holds a variable only.
func closeGroup(out []unit, u unit, open byte) []unit {
	k := len(out)
	if k > 0 && out[k-1].kind == elemVar {
		k--
	}
	if k == 0 || out[k-1].kind != elemMark || out[k-1].b != open {
		return append(out, u)
	}
	return out[:k-1]
}

// isPrefix reports whether a word is only the first part of a name.
func isPrefix(w []byte) bool {
	c := w[len(w)-1]
	return len(w) > 1 && (c == '-' || c == '_')
}

// placeholder reports whether a word stands for a value that is missing: -, --, ****.
func placeholder(w []byte) bool {
	for _, c := range w {
		if c != w[0] || c != '-' && c != '*' {
			return false
		}
	}
	return len(w) > 0 && len(w) < 8
}

func isStop(b byte) bool { return b == ':' || b == '.' || b == '!' || b == '?' }

func isQuote(u unit) bool { return u.kind == elemMark && (u.b == '"' || u.b == '\'') }

// joins reports whether a variable, u and another variable are one list or range.
func joins(u unit) bool {
	if u.kind == elemMark {
		switch u.b {
		case ',', ';', '|', ':':
			return true
		}
		return false
	}
	return len(u.text) == 1 && (u.text[0] == '/' || u.text[0] == 'x')
}

func isOpening(b byte) bool { return b == '(' || b == '[' || b == '{' || b == '<' }

func opening(b byte) byte {
	switch b {
	case ')':
		return '('
	case ']':
		return '['
	case '}':
		return '{'
	case '>':
		return '<'
	}
	return 0
}

var units = wordSet("b", "kb", "mb", "gb", "tb", "pb", "kib", "mib", "gib", "tib", "k", "m", "g", "ns", "us", "µs", "ms", "s",
	"sec", "secs", "second", "seconds", "min", "mins", "minute", "minutes", "h", "hr", "hrs", "hour", "hours", "d", "day", "days",
	"byte", "bytes", "hz", "khz", "mhz", "ghz", "bit", "bits", "kbit", "mbit", "gbit", "kbps", "mbps", "gbps", "bps", "%")

func isUnit(b []byte) bool {
	if len(b) == 0 || len(b) > 7 {
		return false
	}
	var buf [7]byte
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		buf[i] = c
	}
	return units[string(buf[:len(b)])]
}
