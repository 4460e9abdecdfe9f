package redact

import "bytes"

// closing remembers where a quote was found to close, so that a text of many openings is read once.
type closing struct {
	quote  byte
	level  int
	at, to int // looked for from at, found at to; -1 where there is none
	known  bool
}

// opening is how a value begins.
type opening struct {
	from  int    // of the value
	quote byte   // 0: none
	level int    // backslashes before the quote
	text  string // what closes it, where the quote is spelled: &quot;, %22, ]]>
}

// opened tells how the value at i begins: a quote at any level of escapes, a bracket, or nothing.
func (s *scan) opened(i int) opening {
	b := s.b
	j := i
	j = pastSlashes(b, j)
	if j < len(b) && (b[j] == '"' || b[j] == '\'' || b[j] == '`') {
		o := opening{from: j + 1, quote: b[j], level: j - i}
		if triple := b[j]; has(b, j+1, string([]byte{triple, triple})) && j == i {
			o.from, o.text = j+3, string([]byte{triple, triple, triple})
		}
		return o
	}
	switch n, c := s.char(i); {
	case n > 1 && (c == '"' || c == '\''):
		return opening{from: i + n, quote: c, text: string(b[i : i+n])}
	case has(b, i, "<![CDATA["):
		return opening{from: i + 9, quote: '<', text: "]]>"}
	case n == 1 && c == '{' && !has(b, i, "{{") && !has(b, i, "{%") && !s.opensObject(i+1):
		return opening{from: i + 1, quote: '{', text: "}"}
	case n == 1 && c == '(':
		return opening{from: i + 1, quote: '(', text: ")"}
	case c == '<' && !has(b, i, marked):
		o := opening{from: i + n, quote: '<', text: ">"}
		if n > 1 {
			o.text = escapedGreater(b[i])
		}
		return o
	}
	return opening{from: i}
}

// escapedGreater is how > is written where < is written with first.
func escapedGreater(first byte) string {
	if first == '&' {
		return "&gt;"
	}
	return `\u003e`
}

// opensQuote reports whether a quote opens at i, after at most two letters that say how it is to be read.
func (s *scan) opensQuote(i int) bool {
	q := s.opened(s.prefix(i)).quote
	return q == '"' || q == '\'' || q == '`'
}

// prefix skips the letters of a literal before its quote: b"", N”, r#"", @"".
func (s *scan) prefix(i int) int {
	for j := i; j < s.n(i, 3); j++ {
		switch c := s.b[j]; c {
		case '"', '\'', '\\':
			return j
		case 'b', 'B', 'u', 'U', 'r', 'R', 'f', 'N', 'E', 'L', '@', '$', '#':
		default:
			return i
		}
	}
	return i
}

// opensObject reports whether what follows a brace is the key of an object.
func (s *scan) opensObject(i int) bool {
	i = s.blanks(i)
	if i >= len(s.b) || s.quotedAttribute(i) > 0 || s.b[i] == '}' || s.b[i] == ':' || s.b[i] == '\n' {
		return true
	}
	j := run(s.b, i, charName)
	j = s.blanks(j)
	n, c := s.char(j)
	return n > 0 && j > i && (c == ':' || c == '=')
}

// closesOuter reports whether the quote before i ends the string around it, so that nothing stands where a value might:
// msg="password=", "msg":"password=","n":1}.
func (s *scan) closesOuter(i int) bool {
	for j := i; j < s.n(i, 4); j++ {
		switch s.b[j] {
		case '}', ']', ')':
			continue
		case ',':
			return j+1 >= len(s.b) || s.b[j+1] == '"' || s.b[j+1] == ' ' && has(s.b, j+2, "\"") || s.b[j+1] == '\\'
		case '\\', '"':
			return j > i
		case '\n', ' ':
			return j > i
		}
		return false
	}
	return true
}

// end returns where a value ends that begins as o says, and whether it is closed.
func (s *scan) end(o opening) (to int, ok bool) {
	switch {
	case o.text != "":
		n := bytes.Index(s.b[o.from:min(len(s.b), o.from+maxSpelled)], []byte(o.text))
		if n < 0 {
			return len(s.b), false
		}
		return o.from + n, true
	default:
		to := s.close(o)
		if to < 0 {
			return len(s.b), false
		}
		return to, true
	}
}

// maxSpelled bounds values whose quotes are spelled.
const maxSpelled = 1024

// close finds the quote that closes a value: after as many backslashes as its opening has, counting the escaped ones,
// and before no letter or digit; or one with fewer, where an outer string ends first. -1 where there is none.
func (s *scan) close(o opening) int {
	var m *closing
	for i := range s.quotes {
		if q := &s.quotes[i]; !q.known || q.quote == o.quote && q.level == o.level {
			m = q
			break
		}
	}
	if m != nil && m.known && m.at <= o.from && (m.to < 0 || m.to >= o.from) {
		return m.to
	}
	to := s.seek(o)
	if m != nil {
		*m = closing{o.quote, o.level, o.from, to, true}
	}
	return to
}

func (s *scan) seek(o opening) int {
	b := s.b
	for i := o.from; i < len(b); i++ {
		n := bytes.IndexByte(b[i:], o.quote)
		if n < 0 {
			return -1
		}
		i += n
		slashes := 0
		for i-slashes > o.from && b[i-1-slashes] == '\\' {
			slashes++
		}
		closes := slashes < o.level || slashes%(2*(o.level+1)) == o.level
		switch {
		case !closes:
		case i+1 < len(b) && b[i+1] == o.quote && o.quote == '\'' && i > o.from: // SQL doubles it
			i++
		case !is(b, i+1, charAlnum) || slashes < o.level:
			return i - min(slashes, o.level)
		}
	}
	return -1
}

// quotesAt skips the quotes at i, however they are escaped.
func (s *scan) quotesAt(i int) int {
	for i < len(s.b) {
		switch n, c := s.char(i); {
		case c == '"' || c == '\'':
			i += n
		case s.b[i] == '\\': // all of them: each look at one reads the rest
			i = pastSlashes(s.b, i)
		default:
			return i
		}
	}
	return i
}

// spelledQuotes are the ways to write a quote that end in no quote.
var spelledQuotes = []string{`\u0022`, `\u0027`, "&quot;", "&apos;", "&#34;", "&#39;", "%22", "%27"}

// quotesBefore returns where the quotes and blanks begin that end before i.
func (s *scan) quotesBefore(i int) int {
next:
	for i > 0 {
		switch s.b[i-1] {
		case '"', '\'', '\\', ' ':
			i--
			continue
		case '2', '7', ';', '4', '9':
			for _, q := range spelledQuotes {
				if hasFold(s.b, i-len(q), q) {
					i -= len(q)
					continue next
				}
			}
		}
		break
	}
	return i
}
