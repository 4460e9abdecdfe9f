package redact

import "bytes"

// One number in ten has the checksum of a card, and one in three of those begins as cards do: digits alone say little.
// What tells a card is how it is grouped, the name that it stands under, or a word of payment near it.

// nearCard is how far from a number a word of payment is looked for.
const nearCard = 48

// paymentWords are words that a card's number stands near.
var paymentWords = []string{
	"card", "cards", "pan", "cc", "ccn", "visa", "mastercard", "maestro", "amex", "discover", "diners", "jcb", "unionpay", "mir", "cvv", "cvc", "cvv2", "cvc2", "credit", "debit", "charge", "charged", "charging",
	"payment", "paid", "pay", "cardholder", "issuer", "acquirer", "creditcard", "cardnumber", "cardno", "ccnum", "ccnumber", "exp", "expiry", "luhn", "karte", "kreditkarte", "carte", "tarjeta", "carta",
}

// plainNames are names that say no more than that a number follows.
var plainNames = []string{"number", "num", "no", "nr", "pan", "card", "cards", "cc", "ccn"}

// counters end the names of what is counted or identifies something.
var counters = []string{
	"id", "ids", "offset", "seq", "sequence", "order", "invoice", "timestamp", "ts", "time", "nonce", "lsn", "scn", "zxid", "span", "trace", "version", "count", "bytes", "epoch", "ns", "us", "ms", "hash", "imei", "txn",
	"job", "block", "request", "req", "account", "acct", "ref", "reference", "tracking", "cursor", "serial", "uid", "uuid", "guid", "customer", "user", "device", "session", "phone", "msisdn", "iccid", "imsi", "ean", "isbn", "sku",
	"size", "total", "transaction", "shipment", "parcel", "build", "key", "message", "event", "batch", "ticket", "at", "date", "nanos", "micros", "millis", "usec", "nsec", "pid", "tid", "generation", "revision", "snowflake",
}

// evident reports whether the digits from start to end, which have the checksum of a card, are told to be one.
func (s *scan) evident(start, end int) bool {
	id, joined := s.nameBefore(start)
	if start == 0 && end == len(s.b) && s.field != "" {
		return endsWith(s.field, plainNames) && !endsWith(s.field, counters)
	}
	switch {
	case endsWith(id, counters):
		return false
	case joined && (endsWith(id, plainNames) || string(id) == "DE2"): // DE2: of ISO 8583
		return true
	}
	return s.near(max(0, start-nearCard), start) || s.near(end, s.n(end, nearCard))
}

// nameBefore returns the word before the number at i, and whether more than a blank joins them.
func (s *scan) nameBefore(i int) (id []byte, joined bool) {
	j := i
	for j > 0 && i-j < 24 && (s.b[j-1] == '=' || s.b[j-1] == ':' || s.b[j-1] == ' ' || s.b[j-1] == '"' || s.b[j-1] == '\\' || s.b[j-1] == '\'' || s.b[j-1] == '>' || s.b[j-1] == '#') {
		j--
		joined = joined || s.b[j] == '=' || s.b[j] == ':' || s.b[j] == '>'
	}
	to := j
	for j > 0 && to-j < 32 && chars[s.b[j-1]]&charURL != 0 {
		j--
	}
	return s.b[j:to], joined
}

// endsWith reports whether the last word of a name is one of words.
func endsWith[T string | []byte](id T, words []string) bool {
next:
	for _, w := range words {
		n := len(id) - len(w)
		if n < 0 {
			continue
		}
		for i := range len(w) {
			if lower(id[n+i]) != w[i] {
				continue next
			}
		}
		if n == 0 || chars[id[n-1]]&charAlpha == 0 || chars[id[n]]&charUpper != 0 && chars[id[n-1]]&charLower != 0 {
			return true
		}
	}
	return false
}

// near reports whether a word of payment stands between from and to.
func (s *scan) near(from, to int) bool {
	b := s.b[:to]
	for i := from; i < to; {
		end := run(b, i, charLower)
		if i < to && chars[b[i]]&charUpper != 0 {
			end = run(b, run(b, i, charUpper), charLower)
		}
		if end == i {
			i++
			continue
		}
		if one(paymentWords, b[i:end]) && (end < len(s.b) && chars[s.b[end]]&charLower == 0 || end == len(s.b)) {
			return true
		}
		i = end
	}
	return false
}

// track removes the number and the data behind it of a magnetic stripe (ISO/IEC 7813): %B4…^DOE/JOHN^2904…? and
// ;4…=2904…?, which terminals write with a D between: 4…D2904…F. It reports whether the digits from from to to are those
// of one.
func (s *scan) track(from, to int) bool {
	b := s.b
	if near := max(from, to-maxCard-1); to > near { // a number may stand before: track2 4…
		from = max(from, near+bytes.LastIndexByte(b[near:to], ' ')+1)
	}
	first := has(b, from-2, "%B") && has(b, to, "^")
	if !first && !s.secondTrack(from, to) || !card(b[from:to]) {
		return false
	}
	s.add(from, to, classKinds[classCard], 0, 0)
	i := to + 1
	for first && i < s.n(to, 40) && b[i] != '^' {
		i++
	}
	if first {
		i++
	}
	if end := run(b, min(i, len(b)), charDigit); end > i+4 {
		s.add(i, end, classKinds[classCard], 0, 0)
	}
	return true
}

// secondTrack reports whether the digits from from to to are followed as those of the second track are: by the month in
// which the card ends, its service code and more.
func (s *scan) secondTrack(from, to int) bool {
	b := s.b
	switch {
	case has(b, to, "D"):
		return !is(b, from-1, charAlnum) && run(b, to+1, charDigit) >= to+8
	case !has(b, to, "="), run(b, to+1, charDigit) < to+8:
		return false
	}
	return has(b, from-1, ";") || has(b, from-1, "=") || has(b, from-1, `"`) || is(b, from-1, charBlank)
}
