package redact

// word is what is known of one word of a name.
type word struct {
	class class // alone it names a secret
	weak  class // it does after others
	flags wordFlag
}

// wordFlag says what a word does to those beside it.
type wordFlag uint16

const (
	wordAfter    wordFlag = 1 << iota // what it follows is no secret: count, policy, path
	wordPlain                         // it changes nothing: value, new, 2
	wordNot                           // what follows it is no secret: public, next, cache
	wordNotToken                      // a token or a key that follows it is no secret: next, output
	wordDoubt                         // a token that follows it is one where it looks random; of a password it tells that it was refused
	wordNotKey                        // a key that follows it is no secret: cache, partition
	wordHash                          // what it follows is hashed
	wordPlural                        // a number stands under it, or a list
	wordWeak                          // see weak
	wordQualifiesKey
	wordQualifiesCode
	wordQualifiesPhrase
	wordQualifiesNumber
	wordQualifiesCard
)

const (
	maxWords   = 10 // the last words of a name decide
	maxWordLen = 24
	maxName    = 96 // bytes; what is longer is no name
)

// wordTable knows words by their lower case.
type wordTable struct {
	words    map[string]word
	suffixes [128][]suffix // by their last letter
}

// suffix is the end of words that are written without a border: dbpassword.
type suffix struct {
	text string
	word word
}

// split appends the words of a name to dst, after those in front of it, and returns how many there are. Borders are
// _ - . and blanks, a change to upper case and the last upper case letter before a lower case one.
func (t *wordTable) split(dst []word, id []byte, before [][]byte) int {
	add := func(w []byte) {
		if len(w) == 0 {
			return
		}
		if len(dst) == cap(dst) {
			copy(dst, dst[1:])
			dst = dst[:len(dst)-1]
		}
		dst = append(dst, t.lookup(w))
	}
	for _, b := range before {
		add(b)
	}
	from := 0
	for i, c := range id {
		set := chars[c]
		switch {
		case set&charAlnum == 0:
			add(id[from:i])
			from = i + 1
		case i > from && set&charUpper != 0 && (is(id, i-1, charLower|charDigit) || is(id, i-1, charUpper) && is(id, i+1, charLower) && !pluralAt(id, i+1)):
			add(id[from:i])
			from = i
		}
	}
	add(id[from:])
	return len(dst)
}

// pluralAt reports whether an s that ends the name follows upper case: APIKEYs, IDs.
func pluralAt(id []byte, i int) bool { return id[i] == 's' && !is(id, i+1, charLower) }

// lookup finds a word, also with digits after it, also at the end of a longer one.
func (t *wordTable) lookup(w []byte) word {
	var buf [maxWordLen]byte
	if len(w) > maxWordLen {
		w = w[len(w)-maxWordLen:]
	}
	for i, c := range w {
		buf[i] = lower(c)
	}
	low := buf[:len(w)]
	if f, ok := t.words[string(low)]; ok {
		return f
	}
	digits := len(low)
	for digits > 0 && is(low, digits-1, charDigit) {
		digits--
	}
	if digits == 0 {
		return word{flags: wordPlain}
	}
	if digits < len(low) && len(low)-digits <= 2 {
		if f, ok := t.words[string(low[:digits])]; ok {
			return f
		}
	}
	low = low[:digits]
	for _, s := range t.suffixes[low[digits-1]&0x7f] {
		if n := len(low) - len(s.text); n > 0 && string(low[n:]) == s.text {
			return s.word
		}
	}
	return word{}
}
