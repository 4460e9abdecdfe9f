package redact

// act says what may begin at an anchor.
type act uint32

const (
	actName     act = 1 << iota // a word of a name
	actProvider                 // a token that is known by how it begins
	actURL                      // what follows a scheme
	actPEM                      // the armour of a key
	actScheme                   // Bearer, Basic
	actCommand                  // a program that takes a password as an argument
	actSQL                      // INSERT with a list of columns
	actHash                     // a hash of a password
	actJWK                      // a key as JSON
	actVerb                     // a verb of a protocol: AUTH, PASS
	actPath                     // a token in a path
	actDSN                      // user:password@tcp(
	actSession                  // the name of a session
	actForeign                  // a name in letters beyond ASCII
	actPiped                    // echo
	actDevice                   // a setting of a network device
	actTold                     // what stands beside the words that tell of it: is your, <<<, ConvertTo-SecureString
	actLogin                    // user:password@host, a line of .pgpass
)

// scan is the work on one text. It appends what it finds to spans, in any order.
type scan struct {
	t     *tables
	b     []byte
	spans []span

	field   string // the name of the field that the text is the value of; empty for a message
	done    int    // before it everything is settled
	keyOpen bool   // a private key began and did not end
	nameTo  int    // where the name ends that was looked at last
	partsTo int    // up to where a header, a list or an object was read for its parts
	// The rows of a table that were read under its head.
	rowsFrom, rowsTo int

	quotes [4]closing
}

// minText is the shortest text that holds the name of a secret and its value.
const minText = 6

// text looks at a whole text and returns what is to be removed, in order.
func (s *scan) text(t *tables, field string, b []byte) []span {
	s.b, s.field, s.spans, s.done, s.keyOpen = b, field, s.spans[:0], 0, false
	if len(b) < minText {
		return nil
	}
	if i := t.grams.next(b, 0); i < len(b) {
		s.begin(t, b)
		s.field = field
		for i < len(b) {
			if i >= s.done {
				s.at(i)
			}
			i = t.grams.next(b, max(i+1, s.done))
		}
	}
	s.numbers()
	if len(s.spans) > 1 {
		return ordered(s.spans)
	}
	return s.spans
}

// begin forgets the text before. It costs as much as a look at a short text, so that those without an anchor go without.
func (s *scan) begin(t *tables, b []byte) {
	s.t, s.b, s.field, s.spans = t, b, "", s.spans[:0]
	s.done, s.keyOpen, s.nameTo, s.partsTo, s.rowsFrom, s.rowsTo = 0, false, 0, 0, 0, 0
	for i := range s.quotes {
		s.quotes[i].known = false
	}
}

// at tries everything that may begin at i.
func (s *scan) at(i int) {
	g := s.t.grams.at(s.b, i)
	if g.acts == 0 {
		return
	}
	if g.acts == actName {
		s.name(i)
		return
	}
	n := len(s.spans)
	try := func(a act, fn func(i int)) bool {
		if g.acts&a != 0 {
			fn(i)
		}
		return len(s.spans) > n
	}
	if g.acts&actProvider != 0 && s.provider(i, s.t.grams.lists[g.lists]) {
		return
	}
	_ = try(actPEM, s.pem) || try(actURL, s.url) || try(actDSN, s.dsn) || try(actHash, s.hash) || try(actJWK, s.jwk) ||
		try(actCommand, s.command) || try(actSQL, s.insert) || try(actScheme, s.scheme) || try(actVerb, s.verb) ||
		try(actName, s.name) || try(actPath, s.path) || try(actSession, s.session) ||
		try(actForeign, s.foreign) || try(actPiped, s.piped) || try(actLogin, s.loginAt) || try(actLogin, s.pgpass) ||
		try(actDevice, s.device) || try(actTold, s.isYour) || try(actTold, s.hereString) || try(actTold, s.secureString)
}

// add marks a range as secret, unless it is empty or overlaps what was removed before.
func (s *scan) add(from, to int, kind string, keyFrom, keyTo int) bool {
	if from < s.done || from >= to || touchesMark(s.b, from, to) {
		return false
	}
	s.spans = append(s.spans, span{from, to, kind, keyFrom, keyTo})
	s.done = to
	return true
}
