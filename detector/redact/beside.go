package redact

import "bytes"

// arrow returns where the new value stands that follows an old one, which ends at i: "old" => "new", old -> new.
//
// told tells that words say so: changed from old to new.
func (s *scan) arrow(i int, quoted, told bool) (at int, ok bool) {
	i = s.blanks(s.afterQuote(i))
	for _, a := range [...]string{"=>", "->", "→", "to ", `=\u003e`, `-\u003e`, `\u003d\u003e`, "-&gt;", "=&gt;"} {
		if has(s.b, i, a) {
			at = s.blanks(i + len(a))
			return at, s.opensQuote(at) || !quoted && (told || a[0] != 't')
		}
	}
	return i, false
}

// maxBeside bounds how far a value stands from its name where both have labels.
const maxBeside = 160

// attributes skips what stands between a name and its value where both have labels: name="x" type="text" value="y",
// "name":"x","type":"string","value":"y".
func (s *scan) attributes(i int) (at int, ok bool) {
	for end := s.n(i, maxBeside); i < end; {
		for i < end && (s.b[i] == ',' || s.b[i] == ';' || s.b[i] == ' ') {
			i++
		}
		if at, ok := s.valueWord(i); ok {
			return at, true
		}
		i = s.quotesAt(i)
		to := run(s.b, i, charAlpha|charDash|charUnder)
		if to == i {
			return i, false
		}
		to, _ = s.closers(to, i)
		v, f := s.operator(s.blanks(to))
		if f == formNone {
			return i, false
		}
		if o := s.opened(v); o.quote == '"' || o.quote == '\'' {
			if to, ok = s.end(o); !ok {
				return i, false
			}
			i = s.afterQuote(to)
		} else if i = run(s.b, v, charAlnum|charDash|charUnder); i == v {
			return i, false
		}
	}
	return i, false
}

// valueBefore removes the value of a name where the value stands first: <input value="y" name="x">,
// {"value":"y","name":"x"}. i is where the name begins.
func (s *scan) valueBefore(k *key) bool {
	from := max(s.done, k.from-maxBeside)
	if from >= k.from { // the name goes on with a token that is removed
		return false
	}
	b := s.b[from:k.from]
	if open := bytes.LastIndexAny(b, "<{\n"); open >= 0 {
		from += open + 1
		b = s.b[from:k.from]
	} else {
		return false
	}
	at := bytes.LastIndex(b, []byte("alue"))
	if at < 1 || b[at-1] != 'v' && b[at-1] != 'V' || at > 1 && is(b, at-2, charName) {
		return false
	}
	v, ok := s.valueWord(from + at - 1)
	if !ok || !s.opensQuote(v) {
		return false
	}
	o := s.opened(v)
	to, closed := s.end(o)
	return closed && to < k.from && s.take(k, value{o.from, to, true, formPair})
}

// duplicate removes the value that a database says is there already: Duplicate entry 'y' for key 'users.x'.
func (s *scan) duplicate(k *key) bool {
	const between = "for key "
	from := k.from
	for from > 0 && (s.b[from-1] == '\'' || s.b[from-1] == '\\' || s.b[from-1] == '"') {
		from--
	}
	if from == k.from || from-len(between) < s.done || !hasFold(s.b, from-len(between), between) {
		return false
	}
	b := s.b[max(s.done, from-maxJudged) : from-len(between)]
	at := bytes.LastIndex(b, []byte("entry "))
	if at < 0 {
		return false
	}
	o := s.opened(from - len(between) - len(b) + at + len("entry "))
	if o.quote == 0 {
		return false
	}
	to, closed := s.end(o)
	return closed && to < from && s.take(k, value{o.from, to, true, formAssign})
}

// level is what devices of a network write between a key and its value: how the value is encrypted, 0 for not.
func (s *scan) level(i int) int {
	for _, w := range [...]string{"REG_SZ ", "/t REG_SZ /d ", "ENC "} { // as Windows and FortiOS say it
		if has(s.b, i, w) {
			return s.blanks(i + len(w))
		}
	}
	if is(s.b, i, charDigit) && is(s.b, i+1, charBlank) && (s.b[i] == '0' || s.b[i] >= '5') && chars[s.b[i]]&charDigit != 0 {
		at := s.blanks(i + 1)
		end := at
		for end < len(s.b) && s.b[end] > ' ' && s.b[end] != '"' {
			end++
		}
		if t := traitsOf(s.b[at:end]); t.len >= 4 && (t.digits > 0 || t.marks > 0 || t.lowers > 0 && t.uppers > 1) && t.digits < t.len || t.len >= 8 && t.hex || s.t.weak.has(s.b[at:end]) {
			return at
		}
	}
	return i
}
