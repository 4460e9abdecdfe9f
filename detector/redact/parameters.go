package redact

// A statement that is logged with what was bound to it names the columns, and the values stand elsewhere by their place:
// INSERT INTO users (name, password) VALUES (?, ?) ('bob', 'x'); UPDATE users SET password = $2 … parameters: $1 = 'bob', $2 = 'x'.

const (
	maxBound = 4096 // bytes of a text in which placeholders and values are looked for
	maxLists = 32   // lists that are read
)

// parameters is what is known of the placeholders of a text, and of the list that is as long as they are many.
type parameters struct {
	used  bool // something of what follows was asked for
	known bool
	named int        // how many were looked for by their own name
	at    int        // up to here those without a number were counted
	count int        // so many
	list  []argument // what is bound to them, in their order; empty where there is no such list
}

// argument is a value of a list.
type argument struct {
	from, to int
	quoted   bool
}

// bound removes what is bound to the placeholder at i, which stands where the value of k would.
func (s *scan) bound(k *key, i int) bool {
	to, n := s.bindMark(i)
	if to == i {
		return false
	}
	s.params.used = true
	if n >= 0 && s.boundByName(k, s.b[i:to]) {
		return true
	}
	p := &s.params
	if !p.known {
		s.readParameters()
	}
	if n < 0 {
		n = s.ordinal(i)
	}
	return n >= 1 && n <= len(p.list) && p.list[n-1].quoted && s.takeElsewhere(k, p.list[n-1])
}

// takeElsewhere removes a value that stands before or behind what is looked at, which goes on.
func (s *scan) takeElsewhere(k *key, a argument) bool {
	for _, sp := range s.spans {
		if a.from < sp.to && a.to > sp.from {
			return false
		}
	}
	was := s.done
	s.done = 0
	found := s.take(k, value{a.from, a.to, true, formAssign})
	s.done = was
	return found
}

// bindMark recognises a placeholder at i: ?, %s, $2, :2, @p2. n is its number, -1 where it has none.
func (s *scan) bindMark(i int) (to, n int) {
	if i >= len(s.b) || i > 0 && chars[s.b[i-1]]&charName != 0 {
		return i, 0
	}
	n = -1
	switch c := s.b[i]; c {
	case '?':
		to = i + 1
	case '%':
		if to = i + 2; !has(s.b, i, "%s") {
			return i, 0
		}
	case '$', ':', '@':
		from := i + 1
		if c == '@' && has(s.b, from, "p") {
			from++
		}
		if to = run(s.b, from, charDigit); to == from || to > from+3 {
			return i, 0
		}
		n = 0
		for _, d := range s.b[from:to] {
			n = n*10 + int(d-'0')
		}
	default:
		return i, 0
	}
	if to < len(s.b) && chars[s.b[to]]&charName != 0 && s.b[to] != '.' {
		return i, 0
	}
	return to, n
}

// boundByName removes the value that stands after the placeholder itself elsewhere: $2 = 'x', @p1='x'.
func (s *scan) boundByName(k *key, mark []byte) bool {
	if s.params.named++; s.params.named > maxLists {
		return false
	}
	for i := 0; i < s.n(0, maxBound); i++ {
		if s.b[i] != mark[0] || !has(s.b, i, string(mark)) {
			continue
		}
		at, f := s.operator(s.blanks(i + len(mark)))
		if f != formAssign || !s.opensQuote(at) {
			continue
		}
		o := s.opened(s.prefix(at))
		to, closed := s.end(o)
		return closed && s.takeElsewhere(k, argument{o.from, to, true})
	}
	return false
}

// ordinal counts the placeholders without a number up to the one at i.
func (s *scan) ordinal(i int) int {
	p := &s.params
	if i < p.at {
		p.at, p.count = 0, 0
	}
	for ; p.at <= min(i, maxBound); p.at++ {
		if to, n := s.bindMark(p.at); to > p.at && n < 0 {
			p.count++
		}
	}
	return p.count
}

// readParameters counts the placeholders and finds the last list of as many values.
func (s *scan) readParameters() {
	p := &s.params
	p.known, p.list = true, p.list[:0]
	count, highest := 0, 0
	for i := range s.n(0, maxBound) {
		if to, n := s.bindMark(i); to > i && n < 0 {
			count++
		} else {
			highest = max(highest, n)
		}
	}
	total := max(count, highest)
	if total == 0 {
		return
	}
	for i, lists := 0, 0; i < s.n(0, maxBound) && lists < maxLists; i++ {
		at, closer := i+1, byte(0)
		switch {
		case s.b[i] == '(':
			closer = ')'
		case s.b[i] == '[':
			closer = ']'
		case hasFold(s.b, i, "arameters: "):
			at = i + len("arameters: ")
		case has(s.b, i, "; ") && s.opensQuote(i+2):
			at = i + 2
		default:
			continue
		}
		lists++
		n := len(p.list)
		s.readList(at, closer)
		if len(p.list)-n != total {
			p.list = p.list[:n]
			continue
		}
		p.list = append(p.list[:0], p.list[n:]...)
	}
	if len(p.list) != total {
		p.list = p.list[:0]
	}
}

// readList appends the values of a list that begins at i, unless it is one of columns or of placeholders. Without a byte
// that closes it, it ends with its line, and its values may stand without quotes before their types: x(String).
func (s *scan) readList(i int, closer byte) {
	p := &s.params
	n := len(p.list)
	for len(p.list)-n < maxColumns {
		i = s.blanks(i)
		a := argument{from: i, to: i}
		if s.opensQuote(i) {
			o := s.opened(s.prefix(i))
			to, closed := s.end(o)
			if !closed {
				break
			}
			a = argument{o.from, to, true}
			i = s.afterQuote(to)
		} else if to, _ := s.bindMark(i); to > i {
			break
		}
		for depth := 0; i < len(s.b) && (depth > 0 || s.b[i] != ',' && s.b[i] != closer); i++ {
			switch c := s.b[i]; {
			case c == '(' && depth == 0 && closer == 0 && !a.quoted:
				a.to, a.quoted = i, true
				depth++
			case c == '(' || c == '[' || c == '{':
				depth++
			case (c == ')' || c == ']' || c == '}') && depth > 0:
				depth--
			case s.newline(i) > i || c == '"':
				if closer == 0 {
					p.list = append(p.list, a)
					return
				}
			}
		}
		p.list = append(p.list, a)
		if i >= len(s.b) && closer != 0 {
			break
		}
		if i >= len(s.b) || s.b[i] == closer {
			if !hasFold(s.b, run(s.b, i+1, charBlank), "values") {
				return
			}
			break
		}
		i++
	}
	p.list = p.list[:n]
}
