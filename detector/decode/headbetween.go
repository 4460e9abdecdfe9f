package decode

import "bytes"

// between reads one element that may stand between time and level: a separator, a number or a name. A level that has a form
// of its own is read here, too.
func (h *head) between(b []byte, i int, first bool) int {
	if !first && h.hasWhen && !h.hasLevel {
		if end := h.rare(b, i); end > 0 {
			return end
		}
	}
	c := b[i]
	switch {
	case c == '-' || c == '|' || c == '>':
		if first {
			return -1
		}
		h.piped = h.piped || c == '|'
		j := i
		for j < len(b) && b[j] == c {
			j++
		}
		if c == '-' && j < len(b) && b[j] != ' ' {
			return -1
		}
		return j
	case uuid(b[i:]):
		h.request = b[i : i+36]
		return i + 36
	case isDigit(c):
		j := i
		for j < len(b) && isDigit(b[j]) {
			j++
		}
		if j >= len(b) || (b[j] != ' ' && b[j] != '\t' && b[j] != '|') || j-i > 20 {
			return -1
		}
		h.pid = b[i:j]
		return j
	case isAlpha(c) || c == '_':
		if _, _, end := nextPair(b, i); end > 0 && !first { // Sidekiq: pid=1 tid=x INFO:
			if h.context.to == 0 {
				h.context.from = i
			}
			h.context.to = end
			return end
		}
		end := h.logName(b, i)
		j := i
		for j < end && b[j] != '|' {
			j++
		}
		if j < end {
			end = j
		}
		next := skipBlanks(b, end)
		if next >= len(b) || end-i > 100 {
			return -1
		}
		name := b[i:end]
		sure := b[next] == '|' || b[next] == '[' || (b[next] == '-' && next+1 < len(b) && b[next+1] == ' ') ||
			bytes.ContainsAny(name, "._$:/@") || string(name) == "root"
		if !sure {
			return h.words(b, i)
		}
		h.logger = bytes.TrimSuffix(name, []byte{':'})
		return end
	}
	return -1
}

// logName gives the end of a word without blanks that may be a logger's name; monolog's channel.LEVEL: ends before
// the point.
func (h *head) logName(b []byte, i int) int {
	for i < len(b) && b[i] > ' ' && b[i] != '[' && b[i] != '(' && b[i] != '"' && b[i] != '=' && b[i] != ',' && b[i] != '{' {
		i++
	}
	if hasPrefix(b[i:], "() ") {
		i += 2
	}
	return i
}
