package template

import "bytes"

// The evidence that a place of a form varies, in points: it is a variable when its different values have enough of them
// together. Each kind of word has the points that its look deserves.
const (
	enough       = 30
	pointsPlace  = 22 // another shape has a variable there: one joined word follows
	pointsColumn = 24 // the same of a place for values: one plain word follows
	pointsTuple  = 6  // several places vary at once, or a quoted text
	pointsList   = 10 // several words with commas: three lists
	pointsQuoted = 15 // a quoted word behind another word, as in role "bob": two
	pointsPlain  = 6  // five different words
	pointsJoined = 8  // parts joined by - _ / and the like: four
	pointsDotted = 10 // com.example.Thing, three
	pointsHost   = 15 // mail.example.com, two
	pointsCaps   = 4  // RUNNING, an enumeration more often than a name: eight
	pointsVerb   = 2  // started, stopping: fifteen
	pointsNone   = 0  // true, null: says nothing, but follows the others
	never        = -1
)

var (
	// what a sentence is built of, and what tells one event from another
	fixed = wordSet("a", "an", "the", "is", "are", "was", "were", "be", "been", "has", "have", "had", "not", "no", "and", "or", "but",
		"to", "from", "of", "in", "on", "at", "by", "for", "with", "without", "into", "as", "if", "than", "then", "when", "while",
		"after", "before", "can", "cannot", "could", "will", "would", "should", "must", "may", "does", "did", "do", "due",
		"trace", "debug", "info", "notice", "warn", "warning", "error", "critical", "fatal", "alert", "emergency",
		"get", "post", "put", "delete", "head", "patch", "options")
	literals = wordSet("true", "false", "yes", "null", "nil", "none", "off", "enabled", "disabled", "ok", "unknown")
	// telling are the keys whose values say what happened
	telling = wordSet("msg", "message", "event", "action", "op", "operation", "method", "level", "severity")
	// names are words after which a name stands
	names = wordSet("user", "username", "for", "by", "interface", "host", "hostname", "node", "device", "file", "named", "client",
		"server", "address", "domain", "table", "topic", "queue", "pod", "container", "namespace", "volume", "image", "bucket",
		"partition", "schema", "role", "account", "project", "tenant", "region", "zone")
)

// points is what the word at p says for its place being a variable.
func points(units []unit, p int) int {
	u := &units[p]
	if u.kind != elemWord {
		return never
	}
	n := look(u.text)
	if n <= 0 {
		return n
	}
	if p == 0 || tagged(units, p) {
		return n / 3 // what a line begins with tells most of what it is
	}
	if p+1 < len(units) && units[p+1].b == '=' && !units[p+1].space && !dotted(u.text) {
		return n / 3 // a key says what its value is
	}
	if prev := &units[p-1]; prev.kind == elemWord && (lowerIn(names, prev.text) || isClause(prev)) {
		n = n * 5 / 3
	}
	return n
}

// tagged reports whether the word at p begins what follows the name of a component, as in PanelView: closed.
func tagged(units []unit, p int) bool {
	if p < 2 || units[p-1].b != ':' || units[p-1].space || !units[p].space || units[p-2].kind != elemWord {
		return false
	}
	inner := false
	for _, c := range units[p-2].text[1:] {
		inner = inner || c >= 'A' && c <= 'Z' || c == '.'
	}
	words := 0
	for _, u := range units[:p-2] {
		if u.kind == elemWord {
			words++
		}
	}
	return inner && words < 3
}

// told reports whether what begins at p, or within the quotes that do, is the value of a key that says what happened:
// msg="…", "event":"…".
func (f *form) told(p int) bool {
	u := f.units
	if p > 1 && isQuote(u[p-1]) {
		p--
	}
	if p < 2 || u[p-1].b != '=' && u[p-1].b != ':' {
		return false
	}
	key := &u[p-2]
	if p > 3 && isQuote(*key) && isQuote(u[p-4]) {
		key = &u[p-3]
	} else if u[p-1].b == ':' {
		return false
	}
	return key.kind == elemWord && lowerIn(telling, key.text)
}

// look is the points of a word by its letters alone.
func look(w []byte) int {
	if lowerIn(fixed, w) {
		return never
	}
	if lowerIn(literals, w) {
		return pointsNone
	}
	upper, lower, dots, joins := 0, 0, 0, 0
	for i, c := range w {
		switch {
		case c >= 'A' && c <= 'Z':
			upper++
		case c >= 'a' && c <= 'z' || c >= 0x80:
			lower++
		case i == 0 || i == len(w)-1:
		case c == '.':
			dots++
		default:
			joins++
		}
	}
	n := len(w)
	switch {
	case upper+lower == 0:
		return never
	case dots > 0 && upper == 0 && (dots > 1 || isDomain(w)):
		return pointsHost
	case dots > 0:
		return pointsDotted
	case upper > 1 && lower == 0:
		return pointsCaps
	case joins > 0:
		return pointsJoined
	case n > 4 && (string(w[n-2:]) == "ed" || string(w[n-3:]) == "ing"):
		return pointsVerb
	}
	return pointsPlain
}

// isDomain reports whether w ends as the names of hosts do.
func isDomain(w []byte) bool {
	switch string(w[bytes.LastIndexByte(w, '.')+1:]) {
	case "com", "net", "org", "edu", "gov", "io", "local", "localdomain", "internal", "lan":
		return true
	}
	return false
}

func lowerIn(set map[string]bool, w []byte) bool {
	var buf [16]byte
	if len(w) > len(buf) {
		return false
	}
	for i, c := range w {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		buf[i] = c
	}
	return set[string(buf[:len(w)])]
}

func wordSet(words ...string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
}
