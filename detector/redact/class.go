package redact

// class is what stands under a name, by the name.
type class uint8

const (
	classNone class = iota
	classPassword
	classToken
	classSecret
	classKey
	classCode     // one-time, verification and recovery codes
	classPIN      // digits that a person remembers
	classCardCode // CVV, CVC
	classCookie
	classAuthorization // a header: a scheme and credentials
	classPhrase        // words from which a wallet is restored
	classSignature     // what makes a URL work for anyone who has it
	classHash          // a password from which it can be guessed
	classPerson        // numbers that name a person
	classCard
	classOwn // names from the configuration: any value is secret
)

// classKinds names the kind of secret of each class.
var classKinds = [...]string{
	classPassword: "password", classToken: "token", classSecret: "secret", classKey: "key", classCode: "one-time-code", classPIN: "pin",
	classCardCode: "card-code", classCookie: "cookie", classAuthorization: "authorization", classPhrase: "recovery-phrase",
	classSignature: "signature", classHash: "password-hash", classPerson: "person-number", classCard: "card", classOwn: "secret",
}

// name is what is known of the name of a key.
type name struct {
	class    class
	doubtful bool // words stand with it that are not known: only what looks random is a secret
	plural   bool // tokens, keys: a list of them may be, a number is none
}

// named tells what stands under a name, by its words; before are the words in front of it, where it is prose.
func (t *wordTable) named(id []byte, before ...[]byte) name {
	var words [maxWords]word
	n := t.split(words[:0], id, before)
	return t.judge(words[:n])
}

// telling returns the last word that tells what stands under a name, and what those behind it add: of a hash, doubt. It is
// -1 where none does.
func telling(w []word) (i int, hash, doubtful bool) {
	for i = len(w) - 1; i >= 0; i-- {
		switch f := w[i].flags; {
		case w[i].class != classNone || f&wordWeak != 0:
			return i, hash, doubtful
		case f&wordPlain != 0:
		case f&wordHash != 0:
			hash = true
		case f&wordAfter != 0:
			return -1, false, false
		case doubtful:
			return -1, false, false
		default: // a word that is not known may follow one of a secret: DB_PASSWORD_REPLICA
			doubtful = true
		}
	}
	return -1, false, false
}

// judge decides by the last words.
func (t *wordTable) judge(w []word) name {
	i, hash, doubtful := telling(w)
	if i < 0 {
		return name{}
	}
	out := name{class: w[i].class, doubtful: doubtful, plural: w[i].flags&wordPlural != 0}
	var prev word
	if i > 0 {
		prev = w[i-1]
		if prev.flags&wordAfter != 0 && w[i].weak == classPerson && i > 1 { // national ID number
			prev = w[i-2]
		}
		if prev.flags == wordPlain && i > 1 {
			prev = w[i-2]
		}
	}
	if doubtful && w[i].weak == classSecret && w[i].class == classNone { // auth-gateway is the name of a service
		return name{}
	}
	if w[i].flags&wordWeak != 0 {
		return weak(w[i], prev, out, i > 0)
	}
	if prev.flags&wordNot != 0 && out.class != classPerson || prev.flags&wordNotToken != 0 && (out.class == classToken || out.class == classKey) {
		return name{}
	}
	if prev.flags&wordDoubt != 0 {
		if out.class != classToken && out.class != classKey {
			return name{}
		}
		out.doubtful = true
	}
	if prev.weak == classKey && i > 1 && w[i-2].flags&wordNot != 0 { // PublicKeyToken
		return name{}
	}
	if hash {
		if out.class != classPassword && out.class != classPIN && out.class != classSecret && out.class != classHash {
			return name{}
		}
		out.class = classHash
	}
	return out
}

// weak decides on a word that is one of a secret only after others: an API key, a security code.
func weak(w, prev word, out name, hasPrev bool) name {
	switch {
	case prev.flags&(wordNot|wordNotToken|wordDoubt) != 0, w.weak == classKey && prev.flags&wordNotKey != 0 && prev.flags&wordQualifiesKey == 0:
		return name{}
	case w.weak == classCode && prev.flags&wordQualifiesCard != 0:
		out.class = classCardCode
	case w.weak == classPerson && prev.flags&wordQualifiesCard != 0:
		out.class = classCard
	case w.weak == classPhrase && prev.class == classPassword:
		out.class = classPassword
	case w.weak == classKey && prev.flags&wordQualifiesKey != 0 || prev.class != classNone, w.weak == classCode && prev.flags&wordQualifiesCode != 0,
		w.weak == classPhrase && prev.flags&wordQualifiesPhrase != 0, w.weak == classPerson && prev.flags&wordQualifiesNumber != 0:
		out.class = w.weak
	case w.weak == classKey && hasPrev:
		out.class, out.doubtful = classKey, true
	case w.weak == classSecret: // auth: only what looks random
		out.class, out.doubtful = classToken, true
	default:
		return name{}
	}
	return out
}
