package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// head is what stands before a message: time, level, thread, logger and the like, in whatever order a logger puts
// them. It is read element by element; what may be an element is decided by what was read before.
type head struct {
	when     stamp
	hasWhen  bool
	level    detector.Level
	hasLevel bool
	boxed    bool // the level stood in brackets
	padded   bool // and was padded with blanks to its right (structlog)
	piped    bool // elements are divided by |
	tabbed   bool // by tabs
	ruby     bool // I, [time #pid]  INFO -- progname: message
	named    bool // a name with a colon follows in any case (logcat, ClickHouse)
	sealed   bool // the message begins where the level ends: LEVEL: message
	glued    bool // colons without blanks divide: TIME:LEVEL:logger:message
	ahead    bool // the message stands on the next line
	host     []byte
	caller   []byte
	app      []byte
	trace    []byte
	span     []byte
	beside
}

// beside is what stands between time, level and message.
type beside struct {
	thread  []byte
	logger  []byte
	pid     []byte
	request []byte // a UUID: AWS Lambda's request
	context span   // key=value pairs before the level, or in tracing's spans
	pairs   []byte // PostgreSQL's prefix
	groups  int
}

// header decodes a line that begins with a time or a level.
func (d *Decoder) header(b []byte) bool {
	if (&stack{}).start(b) {
		return false
	}
	var h head
	at := h.lead(b)
	if at < 0 {
		return false
	}
	start := at
	if h.hasWhen && !h.hasLevel && h.when.dated {
		if end := h.postgres(b, at); end > 0 {
			start, at = end, end
		}
	}
	switch {
	case h.glued && h.hasLevel:
		start = h.gluedTail(b, at)
	case h.pairs != nil:
	case h.hasLevel && !h.sealed || h.tabbed:
		start = h.callerAhead(b, h.tail(b, at))
	default:
		start = h.place(b, at)
	}
	start, headOnly := d.dotnet(&h, b, start)
	headOnly = headOnly || h.ahead && start == len(b)
	d.line.headed = true
	d.line.text = b
	d.apply(&h)
	if headOnly {
		d.line.headOnly = true
		d.message(nil)
		return true
	}
	if h.java(b, start) || h.erlang(b) {
		d.line.headOnly = true
		d.message(nil)
		d.add("source", detector.KindString, bytes.TrimSpace(b[start:]))
		return true
	}
	body := b[start:]
	if !h.tabbed {
		body = trimBlank(body)
	}
	body = d.afterHeader(&h, body)
	if h.boxed {
		body = d.nginx(body)
	}
	if d.namedBefore(&h, body) {
		d.add("logger", detector.KindString, body)
		body = nil
	}
	if !h.hasLevel && hasPrefix(body, "PHP ") {
		d.draft.level = phpLevel(body[4:])
	}
	d.body(&h, body)
	if h.hasWhen && !h.hasLevel && len(body) > 0 && isDigit(body[len(body)-1]) {
		d.w3c(body)
	}
	return true
}

// trimBlank removes the blank that divides header and message, and padding.
func trimBlank(b []byte) []byte {
	for len(b) > 0 && b[0] == ' ' {
		b = b[1:]
	}
	return b
}

// apply puts the header's facts into the draft.
func (d *Decoder) apply(h *head) {
	f := &d.draft
	if h.hasWhen {
		f.when, f.hasWhen = h.when, true
	}
	f.level = h.level
	d.addPID(h.pid)
	d.add("thread", detector.KindString, bytes.TrimSpace(h.thread))
	d.add("logger", detector.KindString, h.logger)
	d.add("caller", detector.KindString, h.caller)
	d.add("request_id", detector.KindString, h.request)
	if h.trace != nil {
		f.trace = pick{d.kubeKey, 0, value{detector.KindString, h.trace}}
		f.span = pick{d.kubeKey, 0, value{detector.KindString, h.span}}
	}
	d.prefixPairs(h.pairs)
	if h.context.to > 0 {
		d.spanPairs(d.line.text[h.context.from:h.context.to])
	}
	if len(h.host) > 0 {
		f.host = pick{d.kubeKey, 0, value{detector.KindString, h.host}}
	}
	if len(h.app) > 0 {
		f.service = pick{d.kubeKey, 3, value{detector.KindString, h.app}}
	}
}

// lead reads time and level with what stands between them; it gives the index after the last of the two, or -1 where
// the line begins with neither.
func (h *head) lead(b []byte) int {
	i, mark, names := 0, -1, 0
	var sure beside                                                               // what was read up to mark
	if len(b) > 4 && isUpper(b[0]) && b[1] == ',' && b[2] == ' ' && b[3] == '[' { // Ruby: I, [time #pid]  INFO -- :
		i, h.ruby = 3, true
	}
	if end := h.nameFirst(b); end > 0 {
		return end
	}
	for n := 0; n < 12; n++ {
		i = skipBlanks(b, i)
		if i >= len(b) || (h.hasWhen && h.hasLevel) {
			break
		}
		c := b[i]
		if !h.hasWhen && (isDigit(c) || isAlpha(c)) {
			if s, k := parseStamp(b[i:]); k > 0 && edge(b, i+k) {
				h.when, h.hasWhen = s, true
				i = h.divider(b, i+k)
				mark, sure = i, h.beside
				continue
			}
		}
		if !h.hasLevel && isAlpha(c) {
			if end := h.levelWord(b, i, h.hasWhen, names == 0 || mark >= 0 && i == skipBlanks(b, mark)); end > 0 {
				if i, mark, sure = end, end, h.beside; h.logger != nil && !h.sealed { // Python's LEVEL:name:message
					break
				}
				continue
			}
		}
		if c >= 0x80 && !h.hasLevel {
			if end := h.symbol(b, i); end > 0 {
				i, mark, sure = end, end, h.beside
			}
			break
		}
		if end, hit := h.box(b, i); end > 0 {
			i = end
			if hit {
				mark, sure = end, h.beside
			}
			continue
		}
		if mark < 0 && n > 0 && (n > 3 || isAlpha(c)) {
			return -1
		}
		had := h.hasLevel
		end := h.between(b, i, n == 0)
		if end < 0 {
			break
		}
		names++
		if i = end; h.hasLevel != had {
			mark, sure = end, h.beside
		}
	}
	if mark >= 0 && i != mark && !(h.hasWhen && h.hasLevel) { // what stood between led nowhere
		h.beside = sure
	}
	if !h.hasWhen && !h.hasLevel {
		return -1
	}
	return mark
}

func skipBlanks(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t') {
		i++
	}
	return i
}

// edge tells whether a time may end at i.
func edge(b []byte, i int) bool {
	return i >= len(b) || !isWord(b[i]) && b[i] != '-' && b[i] != '.' && b[i] != '/'
}

// divider skips what divides a time from what follows, and notes a style of pipes or tabs.
func (h *head) divider(b []byte, i int) int {
	j := skipBlanks(b, i)
	if j >= len(b) {
		return j
	}
	switch b[j] {
	case '|':
		h.piped = true
		return j + 1
	case ',', ';':
		if j == i {
			return j + 1
		}
	case ':':
		if j == i && (h.hasLevel || j+1 < len(b) && (b[j+1] == ' ' || h.gluedLevel(b, j+1))) {
			return j + 1
		}
	}
	return i
}
