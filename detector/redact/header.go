package redact

const (
	maxHeaderColumns = 64
	maxHeaderRows    = 256
)

// header removes a column of a table whose head names it: user,password,host and rows with as many cells. It reports
// whether the name stands in such a head.
func (s *scan) header(k *key) bool {
	if k.from >= s.rowsFrom && k.from < s.rowsTo { // a row of a table is no head of another
		return false
	}
	if has(s.b, k.from-1, "'") { // a pair: 'x-api-key', 'x'
		return false
	}
	after := k.to
	sep, n := s.separates(after)
	if n == 0 && s.newline(after) == after {
		after = s.afterQuote(after)
		sep, _ = s.separates(after)
	}
	nth, before, ok := s.columnsBefore(k.from, sep)
	if !ok || before == 0 && sep == 0 || before != 0 && sep != 0 && before != sep {
		return false
	}
	if sep == 0 {
		sep = before
	}
	i, total := after, nth+1
	for {
		c, n := s.separates(i)
		if n == 0 || c != sep {
			break
		}
		i = s.cellEnd(i+n, sep)
		if total++; total > maxHeaderColumns {
			return false
		}
	}
	found, done := false, s.done
	for range maxHeaderRows {
		row := s.newline(i)
		if row == i {
			break
		}
		from, to, end, n := s.cell(row, sep, nth)
		if n != total {
			break
		}
		if !found {
			found, s.rowsFrom = true, row
		}
		s.take(k, value{from, to, true, formAssign})
		i, s.rowsTo = end, end
	}
	s.takenTo, s.done = max(s.takenTo, s.done), done
	return found
}

// separates tells which separator stands at i, and how many bytes it takes: a tab may be escaped.
func (s *scan) separates(i int) (sep byte, n int) {
	if at := s.anyTab(i); at > i {
		return '\t', at - i
	}
	if i < len(s.b) && (s.b[i] == ',' || s.b[i] == ';' || s.b[i] == '\t' || s.b[i] == '|') {
		return s.b[i], 1
	}
	return 0, 0
}

// separatesBefore is the same for what ends before i.
func (s *scan) separatesBefore(i int) (sep byte, n int) {
	if has(s.b, i-2, `\t`) {
		for n = 2; i-n > 0 && s.b[i-n-1] == '\\'; n++ {
		}
		return '\t', n
	}
	if i == 0 {
		return 0, 0
	}
	if sep, n = s.separates(i - 1); n == 1 {
		return sep, n
	}
	return 0, 0
}

// columnsBefore counts the names before the one at i, and tells what separates them.
func (s *scan) columnsBefore(i int, sep byte) (n int, found byte, ok bool) {
	for n < maxHeaderColumns {
		for i > 0 && (s.b[i-1] == '"' || s.b[i-1] == '\\') {
			i--
		}
		c, width := s.separatesBefore(i)
		if width == 0 || sep != 0 && c != sep {
			return n, sep, true
		}
		i -= width
		sep = c
		for i > 0 && (s.b[i-1] == '"' || s.b[i-1] == '\\') {
			i--
		}
		to := i
		for i > 0 && to-i < maxName && chars[s.b[i-1]]&charName != 0 {
			i--
		}
		if i = s.pastEscape(i); i >= to {
			return n, sep, false
		}
		n++
	}
	return n, sep, false
}

// cellEnd returns where the cell at i ends: at the separator, a line end, or the quote around the text.
func (s *scan) cellEnd(i int, sep byte) int {
	if o := s.opened(i); o.quote == '"' && !s.closesOuter(o.from) {
		if to, ok := s.end(o); ok && to-i < maxJudged {
			return s.afterQuote(to)
		}
	}
	for end := s.n(i, maxJudged); i < end && s.b[i] != '"' && s.newline(i) == i; i++ {
		if c, n := s.separates(i); n > 0 && c == sep {
			break
		}
	}
	return i
}

// cell returns the nth cell of the row at i, where the row ends and how many cells it has.
func (s *scan) cell(i int, sep byte, nth int) (from, to, end, n int) {
	for n < maxHeaderColumns {
		end = s.cellEnd(i, sep)
		if n == nth {
			from, to = i, end
			if o := s.opened(i); o.quote == '"' && to > o.from+o.level {
				from, to = o.from, to-1-o.level
			}
		}
		n++
		c, width := s.separates(end)
		if width == 0 || c != sep {
			break
		}
		i = end + width
	}
	return from, to, end, n
}
