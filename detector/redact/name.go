package redact

// name looks at the name around a word of a secret and at the value that stands under it.
func (s *scan) name(at int) {
	if at < s.nameTo {
		return
	}
	from, to := s.around(at)
	if to-from > maxName {
		s.nameTo = at + gramSize
		return
	}
	s.nameTo = max(to, at+1)
	if insideMark(s.b, from) {
		return
	}
	id := s.b[from:to]
	n := s.t.own(id)
	if n.class == classNone {
		n = s.t.words.named(id)
		if n.class == classNone || n.doubtful {
			if m := s.inProse(from, id); m.class != classNone && (n.class == classNone || !m.doubtful) {
				n = m
			}
		}
	}
	if n.class == classNone {
		n = s.inQuery(from, id)
	}
	if n.class == classNone || s.t.allowed(id) {
		return
	}
	k := key{name: n, from: from, to: to, flag: from < to && s.b[from] == '-'}
	s.under(&k)
}

// key is a name in a text.
type key struct {
	name
	from, to int
	flag     bool // of a command line: -p, --password
	quoted   bool
	tag      bool // it stands in a tag: the value is up to the next one
	query    bool // of a URL or a form: & ends the value
	table    bool // in a column: | ends the value
}

// around returns the name that the byte at is part of: letters, digits, _ - and dots, without what an escape before it
// leaves.
func (s *scan) around(at int) (from, to int) {
	from, to = at, at
	for from > 0 && at-from <= maxName && chars[s.b[from-1]]&charName != 0 {
		from--
	}
	for i := from + 1; i <= min(at, from+12); i++ {
		if escapeBefore(s.b, i) {
			from = i
		}
	}
	for to < len(s.b) && to-from <= maxName+1 && chars[s.b[to]]&charName != 0 {
		to++
	}
	for to > at+1 && (s.b[to-1] == '.' || s.b[to-1] == '-') {
		to--
	}
	return from, to
}

// inProse judges a name with the words that stand before it, each after one blank: API key, card security code.
func (s *scan) inProse(from int, id []byte) name {
	var before [3][]byte
	n := len(before)
	for i := from; n > 0 && is(s.b, i-1, charBlank) && is(s.b, i-2, charAlnum); {
		j := i - 1
		for j > 0 && i-j < maxWordLen && chars[s.b[j-1]]&(charAlnum|charDash) != 0 {
			j--
		}
		n--
		before[n] = s.b[j : i-1]
		i = j
	}
	if n == len(before) {
		return name{}
	}
	return s.t.words.named(id, before[n:]...)
}

// inQuery judges a name that is one of a secret only in a query or a form.
func (s *scan) inQuery(from int, id []byte) name {
	switch {
	case one([]string{"samlresponse", "code_verifier"}, id):
		return name{class: classToken}
	case from == 0 || s.b[from-1] != '?' && s.b[from-1] != '&' && !hasFold(s.b, from-6, `\u0026`) && !hasFold(s.b, from-5, "&amp;"):
	case one([]string{"key", "code", "ticket", "sid", "session", "sessionid", "session_id"}, id):
		return name{class: classToken, doubtful: true}
	}
	return name{}
}

// insideMark reports whether a name is that of a mark.
func insideMark(b []byte, from int) bool {
	return from >= len(marked) && string(b[from-len(marked):from]) == marked
}
