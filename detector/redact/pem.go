package redact

import "bytes"

// pem removes the body of a private key: what stands between its armour, or up to where it was cut; on one line, with
// its line ends escaped, or over many.
func (s *scan) pem(i int) {
	for i > 0 && s.b[i-1] == '-' && i > s.done {
		i--
	}
	switch {
	case hasFold(s.b, i, "putty-user-key-file"):
		s.putty(i)
		return
	case has(s.b, i, encodedArmour):
		s.encodedKey(i)
		return
	case !has(s.b, i, "----"):
		return
	}
	begin := run(s.b, i, charDash)
	if hasFold(s.b, begin, "%20") {
		begin += 3
	}
	if !has(s.b, begin, "BEGIN") && !has(s.b, begin, " BEGIN") {
		return
	}
	title := begin
	for title < s.n(begin, 96) && s.b[title] != '-' && s.b[title] != '\n' {
		title++
	}
	if !bytes.Contains(s.b[begin:title], []byte("PRIVATE")) && !bytes.Contains(s.b[begin:title], []byte("OpenVPN Static")) || title >= len(s.b) {
		return
	}
	from := run(s.b, title, charDash)
	if s.mentioned(from) {
		return
	}
	to := s.keyEnd(from)
	s.keyOpen = !bytes.Contains(s.b[to:s.n(to, 64)], keyEnd)
	for from < to && is(s.b, from, charBlank) {
		from++
	}
	for from+1 < to && s.b[from] == '\\' && (s.b[from+1] == 'n' || s.b[from+1] == 'r' || s.b[from+1] == '\\') {
		from += 2
		if s.b[from-1] == '\\' && from < to && s.b[from] == 'n' {
			from++
		}
	}
	if to-from >= 4 {
		s.add(from, to, "private-key", 0, 0)
	}
}

// mentioned reports whether a sentence goes on behind the armour that ends at i, which it only names: could not find a
// -----BEGIN PRIVATE KEY----- line. No line of a key is a word in lower case.
func (s *scan) mentioned(i int) bool {
	at := run(s.b, i, charBlank)
	to := run(s.b, at, charLower)
	return at > i && to > at && to-at < maxWordLen && (s.endsAt(to) || s.b[to] == '.' || s.b[to] == ',') && bytes.IndexByte(s.b[i:at], '\n') < 0
}

func lineEnd(c byte) bool { return c == '\n' || c == '\r' }

// keyEnd returns where the body of a key ends: before the armour of its end, or with the last byte that one may have.
func (s *scan) keyEnd(i int) int {
	start, last := i, i
	for i < len(s.b) {
		if quotes(s.b[i]) && s.atLineStart(i) {
			i++
			continue
		}
		switch c := s.b[i]; {
		case c == '|' && is(s.b, i-1, charBlank) && is(s.b, i+1, charBlank): // behind the name of what wrote the line
			i++
			continue
		case c == '-' && (has(s.b, i, "-----END") || has(s.b, i, "---- END")):
			return min(last, max(start, s.beforeName(i)))
		case chars[c]&(charStd|charBlank|charColon|charDash|charDot|charPercent|charUnder) != 0 || c == '(' || c == ')' || c == ',':
			i++
			if chars[c]&(charStd&^charBlank) != 0 {
				last = i
			}
			continue
		case c == '#' && (has(s.b, i, "#012") || has(s.b, i, "#015")): // a line end, as syslog writes it
			i += len("#012")
			continue
		case c == '\\':
			if n, c := s.char(i); n > 1 && c > ' ' && chars[c]&charStd != 0 {
				i += n
				last = i
				continue
			}
			if i = s.pastBackslash(i); i < 0 {
				return last
			}
		case c == '"' || c == '\'':
			if i = s.pastJoin(i); i < 0 {
				return last
			}
		default:
			return last
		}
	}
	return last
}

// pastBackslash skips an escape in the body of a key, of the end of a line, a stroke or a character by its number,
// however often it is escaped; -1 where another stands at i.
func (s *scan) pastBackslash(i int) int {
	i = pastSlashes(s.b, i)
	if i >= len(s.b) {
		return -1
	}
	switch s.b[i] {
	case 'n', 'r', 't', '/', '\n':
		return i + 1
	case 'u':
		return i + len("u000a")
	}
	return -1
}

// pastJoin skips what joins two strings at i, as code has a key a line: "…" + "…"; -1 where nothing does.
func (s *scan) pastJoin(i int) int {
	j := i + 1
	for j < s.n(i, 16) && (chars[s.b[j]]&charBlank != 0 || s.b[j] == '+') {
		j++
	}
	if j == i+1 || j >= len(s.b) || s.b[j] != s.b[i] {
		return -1
	}
	return j + 1
}

// beforeName returns the end of the line before the one that goes on at i, if only a name and a stroke stand before it,
// as what wrote the line: app | -----END; otherwise i.
func (s *scan) beforeName(i int) int {
	if !has(s.b, i-len(" | "), " | ") {
		return i
	}
	for j := i; j > 0 && i-j < maxWordLen+len(" | "); j-- {
		if c := s.b[j-1]; lineEnd(c) {
			return j - 1
		} else if c == 'n' && has(s.b, j-2, `\`) {
			for j -= 2; j > 0 && s.b[j-1] == '\\'; j-- {
			}
			return j
		}
	}
	return i
}

// quotes reports whether c stands before each line of a text that is quoted, commented or drawn in a frame.
func quotes(c byte) bool { return c == '>' || c == '|' || c == '#' || c == '*' }

// atLineStart reports whether only what quotes a line stands between the line end and i.
func (s *scan) atLineStart(i int) bool {
	for j := i; j > 0 && i-j < 16; j-- {
		switch c := s.b[j-1]; {
		case lineEnd(c), (c == 'n' || c == 'r') && has(s.b, j-2, `\`):
			return true
		case c != ' ' && c != '\t' && !quotes(c):
			return false
		}
	}
	return false
}

// putty removes the private lines of a key of PuTTY.
func (s *scan) putty(i int) {
	at := bytes.Index(s.b[i:s.n(i, maxHeader)], []byte("Private-Lines:"))
	if at < 0 {
		return
	}
	from := i + at + len("Private-Lines:")
	from = run(s.b, from, charBlank|charDigit)
	to := len(s.b)
	if mac := bytes.Index(s.b[from:], []byte("Private-")); mac >= 0 {
		to = from + mac
	}
	for to > from && lineEnd(s.b[to-1]) {
		to--
	}
	s.add(from, to, "private-key", 0, 0)
}
