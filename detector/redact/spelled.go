package redact

// minSpelled is how many bytes a value has at least that is printed byte by byte.
const minSpelled = 4

// spelled removes a value that is printed byte by byte, as languages print an array of characters or bytes: [h, u, n, t],
// [104 117 110 116], <Buffer 68 75 6e 74>. It reports whether one stands at i.
func (s *scan) spelled(k *key, i int) bool {
	switch k.class {
	case classPassword, classSecret, classKey, classToken:
	default:
		return false
	}
	if k.doubtful || k.plural {
		return false
	}
	if from := i + len("<Buffer "); has(s.b, i, "<Buffer ") {
		to := run(s.b[:s.n(from, maxSpelled)], from, charHex|charBlank|charDot)
		return to-from >= 3*minSpelled-1 && !has(s.b, to, "bytes") && s.b[from+2] == ' ' && s.add(from, to, classKinds[k.class], k.from, k.to)
	}
	if !has(s.b, i, "[") {
		return false
	}
	from, count, shown := i+1, 0, false
	for at, end := from, s.n(from, maxSpelled); at < end; {
		next := s.element(at)
		if next == at {
			return false
		}
		shown = shown || s.b[at] != '*' && s.b[at] != 'x'
		count++
		switch {
		case has(s.b, next, "]"):
			return count >= minSpelled && shown && s.add(from, next, classKinds[k.class], k.from, k.to)
		case has(s.b, next, ", "):
			at = next + 2
		case has(s.b, next, ","), has(s.b, next, " "):
			at = next + 1
		default:
			return false
		}
	}
	return false
}

// element returns where a byte ends that is printed at i, as a number or as the character that it is; i where there is
// none.
func (s *scan) element(i int) int {
	digits := i
	if has(s.b, i, "-") { // a byte has a sign in Java
		digits++
	}
	if to := run(s.b, digits, charDigit); to > digits {
		if to-digits > 3 {
			return i
		}
		return to
	}
	if (has(s.b, i, "'") || has(s.b, i, `"`)) && i+2 < len(s.b) && s.b[i+2] == s.b[i] {
		return i + 3
	}
	if s.b[i] > ' ' && s.b[i] < 0x7f {
		return i + 1
	}
	return i
}
