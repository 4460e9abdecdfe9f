package redact

import "bytes"

const maxItems = 4096

// items removes the elements of a list of YAML that stand under the name of many, each on a line of its own behind a dash. It
// reports whether there is such a list. i is behind the colon.
func (s *scan) items(k *key, i int) bool {
	found, indent := false, -1
	if has(s.b, s.blanks(i), "#") {
		i = s.lineEndEscaped(i)
	}
	for range maxItems {
		line := s.newline(i)
		at := s.blanks(line)
		if line > i && has(s.b, at, "#") {
			i = s.lineEndEscaped(at)
			continue
		}
		if line == i || !has(s.b, at, "- ") || indent >= 0 && at-line != indent {
			break
		}
		found, indent = true, at-line
		one := *k
		v, ok := s.bounded(&one, s.blanks(at+2), formAssign)
		if !ok {
			break
		}
		if !v.quoted {
			v.to = min(v.to, s.lineEndEscaped(v.from))
			if c := bytes.Index(s.b[v.from:v.to], []byte(" #")); c > 0 {
				v.to = v.from + c
			}
		}
		end := v.to
		if v.quoted {
			end = s.afterQuote(end)
		}
		if s.newline(end) > end || end == len(s.b) || has(s.b, s.blanks(end), "#") {
			s.item(&one, v)
		}
		i = s.lineEndEscaped(end)
	}
	return found
}

// item removes an element unless it may be the name of one, or of who has it.
func (s *scan) item(k *key, v value) {
	if b := s.b[v.from:v.to]; !v.quoted && k.class == classPassword {
		t := traitsOf(b)
		v.quoted = t.len >= 6 && t.digits > 0 && t.lowers+t.uppers > 0 && t.slashes+t.dots+t.colons == 0 || scrambled(b) || s.t.weak.has(b)
	}
	s.take(k, v)
}

// lineEndEscaped is the end of the line that i is on, also where it is escaped.
func (s *scan) lineEndEscaped(i int) int {
	for end := s.n(i, maxJudged); i < end && s.newline(i) == i; {
		i++
	}
	return i
}

// wordList removes the words of a recovery phrase that stand one by one in the list at i: ["abandon", "ability", …].
func (s *scan) wordList(k *key, i int) bool {
	if !has(s.b, i, "[") {
		return false
	}
	words, to := 0, i+1
	for end := s.n(to, maxJudged); to < end && s.b[to] != ']'; {
		switch c := s.b[to]; {
		case is(s.b, to, charLower):
			words, to = words+1, run(s.b, to, charLower)
		case c == ',' || c == '"' || c == '\'' || c == '\\' || c == ' ':
			to++
		default:
			return false
		}
	}
	return words >= 12 && words <= 24 && has(s.b, to, "]") && s.add(i+1, to, classKinds[k.class], k.from, k.to)
}

// list removes each element of a list: ["a", "b"], [a b].
func (s *scan) list(k *key, i int, f form) {
	if i < s.partsTo {
		return
	}
	defer func() { s.partsTo = max(s.partsTo, i) }()
	for range 64 {
		i = s.blanks(i)
		if i >= len(s.b) || s.b[i] == ']' {
			return
		}
		one := *k
		v, ok := s.bounded(&one, i, f)
		if !ok || v.to <= v.from && !v.quoted {
			return
		}
		s.take(&one, v)
		i = max(v.to, i+1)
		i = s.blanks(s.quotesAt(i))
		if i < len(s.b) && s.b[i] == ',' {
			i++
			continue
		}
		return
	}
}

// sameShape reports whether two codes are as long as each other and grouped at the same places.
func (s *scan) sameShape(a, b value) bool {
	if a.to-a.from != b.to-b.from {
		return false
	}
	for i := range a.to - a.from {
		x, y := chars[s.b[a.from+i]], chars[s.b[b.from+i]]
		if (x|y)&^charAlnum != 0 && x != y {
			return false
		}
	}
	return true
}
