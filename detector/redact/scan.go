package redact

import "math/bits"

// act says what may begin at an anchor.
type act uint32

// In the order in which they are tried.
const (
	actProvider     act = 1 << iota // a token that is known by how it begins
	actPEM                          // the armour of a key
	actURL                          // what follows a scheme
	actDSN                          // user:password@tcp(
	actHash                         // a hash of a password
	actJWK                          // a key as JSON
	actRSA                          // a key as XML
	actCommand                      // a program that takes a password as an argument
	actSQL                          // INSERT with a list of columns
	actScheme                       // Bearer, Basic
	actVerb                         // a verb of a protocol: AUTH, PASS
	actName                         // a word of a name
	actPath                         // a token in a path
	actSession                      // the name of a session
	actForeign                      // the end of a name in letters beyond ASCII
	actEscaped                      // the same, before the last four digits of an escape
	actPiped                        // echo
	actLogin                        // user:password@host
	actPgpass                       // a line of .pgpass
	actDevice                       // a setting of a network device
	actIsYour                       // a code before the words that tell of it
	actUse                          // a code before what it is for
	actHereString                   // <<<
	actSecureString                 // ConvertTo-SecureString
	actExecutable                   // the extension of a program of Windows
	actCall                         // a call that logs in
	actCommunity                    // the community of SNMP
	actSASL                         // what asks for a password in base64
	actJAAS                         // a module of JAAS
	actIBAN                         // an account by its country
	actDiscord                      // a token of Discord
)

// tries are what is done for each act, at the place of its bit.
var tries = [...]func(s *scan, i int){
	(*scan).provider, (*scan).pem, (*scan).url, (*scan).dsn, (*scan).hash, (*scan).jwk, (*scan).rsaXML, (*scan).command, (*scan).insert, (*scan).scheme, (*scan).verb,
	(*scan).name, (*scan).pathToken, (*scan).session, (*scan).foreign, (*scan).foreignEscaped, (*scan).piped, (*scan).loginAt, (*scan).pgpass, (*scan).device,
	(*scan).isYour, (*scan).use, (*scan).hereString, (*scan).secureString,
	(*scan).executable, (*scan).call, (*scan).community, (*scan).sasl, (*scan).jaas, (*scan).iban, (*scan).discord,
}

// scan is the work on one text. It appends what it finds to spans, in any order.
type scan struct {
	t     *tables
	b     []byte
	spans []span
	look  look

	field   string // the name of the field that the text is the value of; empty for a message
	done    int    // before it everything is settled
	begun   bool   // what is known of the text is of this one
	keyOpen bool   // a private key began and did not end
	nameTo  int    // where the name ends that was looked at last
	partsTo int    // up to where a header, a list or an object was read for its parts
	// Where the digits end that were judged last.
	numbersTo int
	// The rows of a table that were read under its head.
	rowsFrom, rowsTo int
	takenTo          int // in these rows, all before it is settled; the names that follow in the head are not

	params parameters
	lines  lines
	quotes [4]closing
}

// minText is the shortest text that holds the name of a secret and its value.
const minText = 6

// text looks at a whole text and returns what is to be removed, in order.
func (s *scan) text(field string, b []byte) []span {
	s.of(b, field)
	if len(b) < minText {
		return nil
	}
	for from := 0; ; from += lookSize - cardSpan {
		anchors, words := s.look.at(&s.t.grams, b[from:])
		if from > 0 {
			anchors &^= 1<<(cardSpan/wordSize) - 1 // these were looked at before
		}
		for ; anchors != 0; anchors &= anchors - 1 {
			k := bits.TrailingZeros64(anchors)
			s.word(from+k*wordSize, s.look.anchors[k])
		}
		s.numbers(from, words)
		if len(b)-from <= lookSize {
			break
		}
	}
	if len(b) >= minWallet {
		s.wallets()
	}
	if len(s.spans) > 1 {
		return ordered(s.spans)
	}
	return s.spans
}

// of sets what is looked at.
func (s *scan) of(b []byte, field string) {
	s.b, s.field, s.spans, s.done, s.numbersTo, s.keyOpen, s.begun = b, field, s.spans[:0], 0, 0, false, false
}

// begin forgets the text before. It costs as much as a look at a short text, so that those without an anchor go without.
func (s *scan) begin() {
	s.begun, s.nameTo, s.partsTo, s.rowsFrom, s.rowsTo, s.takenTo, s.lines = true, 0, 0, 0, 0, 0, linesUnknown
	if s.params.used {
		s.params = parameters{list: s.params.list[:0]}
	}
	for i := range s.quotes {
		s.quotes[i].known = false
	}
}

// word tries everything that may begin in the eight bytes from i on, at the anchors.
func (s *scan) word(i int, anchors byte) {
	if !s.begun {
		s.begin()
	}
	for ; anchors != 0; anchors &= anchors - 1 {
		if at := i + bits.TrailingZeros8(anchors); at >= s.done && at+gramSize <= len(s.b) {
			s.at(at)
		}
	}
}

// at tries everything that may begin at i, until something is found.
func (s *scan) at(i int) {
	if i >= s.rowsFrom && i < s.takenTo {
		return
	}
	n := len(s.spans)
	for acts := s.t.grams.at(s.b, i).acts; acts != 0 && len(s.spans) == n; acts &= acts - 1 {
		tries[bits.TrailingZeros32(uint32(acts))](s, i)
	}
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
