package redact

// picture removes a column of a table that is drawn with | and a row of dashes under its head, as clients of databases
// print one and Markdown writes one. It reports whether the name of k stands in such a head.
func (s *scan) picture(k *key) bool {
	if !s.manyLines() || !has(s.b, run(s.b, k.to, charBlank), "|") && !s.inTable(k.from) && !s.ruledBelow(k.to) {
		return false
	}
	from := s.lineStart(k.from)
	nth := s.pipes(from, k.from)
	end := s.rowEnd(k.to)
	total := nth + s.pipes(k.to, end)
	row := s.newline(end)
	rule := s.ruled(row)
	if total == 0 || row == end || rule == row {
		return false
	}
	found, done := false, s.done
	for range maxHeaderRows {
		if row = s.newline(rule); row == rule {
			break
		}
		end := s.rowEnd(row)
		if s.pipes(row, end) != total {
			break
		}
		if !found {
			found, s.rowsFrom = true, row
		}
		at := row
		for range nth {
			for s.b[at] != '|' {
				at++
			}
			at++
		}
		to := at
		for to < end && s.b[to] != '|' {
			to++
		}
		at = min(run(s.b, at, charBlank), to)
		for to > at && s.b[to-1] == ' ' {
			to--
		}
		s.take(k, value{at, to, true, formAssign})
		rule, s.rowsTo = end, end
	}
	s.takenTo, s.done = max(s.takenTo, s.done), done
	return found
}

// ruledBelow reports whether the line that goes on at i ends within a few blanks, and a row of dashes is the next.
func (s *scan) ruledBelow(i int) bool {
	i = s.blanks(i)
	next := s.newline(i)
	return next > i && s.ruled(next) > next
}

// lineStart returns where the line that i is in begins.
func (s *scan) lineStart(i int) int {
	for limit := max(0, i-maxJudged); i > limit && !lineEnd(s.b[i-1]) && (s.b[i-1] != 'n' || i < 2 || s.b[i-2] != '\\') && s.b[i-1] != '"'; {
		i--
	}
	return i
}

// rowEnd returns where the row of a table ends that i is in.
func (s *scan) rowEnd(i int) int {
	for end := s.n(i, maxJudged); i < end && s.b[i] != '"' && s.newline(i) == i; {
		i++
	}
	return i
}

// pipes counts the | between from and to.
func (s *scan) pipes(from, to int) (n int) {
	for _, c := range s.b[from:to] {
		if c == '|' {
			n++
		}
	}
	return n
}

// ruled returns the end of a row at i that is nothing but dashes and what crosses them; i where it is another.
func (s *scan) ruled(i int) int {
	j, dashes := i, 0
	for j < s.n(i, maxJudged) && (s.b[j] == '-' || s.b[j] == '|' || s.b[j] == '+' || s.b[j] == ':' || s.b[j] == ' ') {
		if s.b[j] == '-' {
			dashes++
		}
		j++
	}
	if dashes < 3 || j < len(s.b) && s.newline(j) == j {
		return i
	}
	return j
}
