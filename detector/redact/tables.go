package redact

import (
	"slices"
	"strings"
)

// tables are what a redactor knows. They do not change.
type tables struct {
	grams     grams
	words     *wordTable
	foreign   map[uint32][]foreignName // by their last four bytes
	weak      words
	providers []provider
	clients   map[string][]*client // by name
	status    words
	function  words
	ownKeys   map[string]bool // lower case
	allow     map[string]bool
}

func newTables(o Options) *tables {
	t := &tables{
		words: newWordTable(), providers: slices.Concat(providers, rareProviders), clients: clientsByName(), status: newWords(statusWords), function: newWords(functionWords),
		foreign: newForeignNames(), weak: newWords(weakPasswordWords), ownKeys: lowerSet(o.Keys), allow: lowerSet(o.Allow),
	}
	for _, l := range stems {
		for _, stem := range strings.Fields(l.stems) {
			follow := nameFollow
			if l.act == actHash {
				follow = lettersLower + lettersDigit + "./$"
			}
			if l.act == actLogin {
				follow = lettersLower + lettersDigit + "-._*:"
			}
			if l.act == actCommand && len(stem) < gramSize {
				stem, follow = stem+" ", lettersLower+lettersDigit+`-'"\`
			}
			t.grams.addExpanded(stem, follow, l.act, -1)
		}
	}
	t.urls()
	t.shortNames()
	t.methods()
	t.grams.addExpanded("connect ", lettersLower, actCommand, -1) // of SQL*Plus
	t.grams.add("is y", actIsYour, -1)
	t.grams.add("use 0000", actUse, -1)
	t.grams.add("key cont", actDevice, -1)
	t.grams.add("as y", actIsYour, -1)
	for _, title := range [...]string{"begin", " begin", "%20begin"} {
		t.grams.add("----"+title, actPEM, -1)
	}
	for name := range t.clients {
		for _, end := range [...]string{".exe ", `.exe"`} {
			t.grams.add(name[len(name)-2:]+end, actExecutable, -1)
		}
	}
	for _, follow := range ` "'` {
		t.grams.add("<<<"+string(follow), actHereString, -1)
	}
	for _, names := range t.foreign {
		for _, n := range names {
			gram, acts := n.anchor()
			t.grams.add(gram, acts, -1)
		}
	}
	for country := range ibanLengths {
		t.grams.add(string(country[:])+"00", actIBAN, -1)
	}
	discordPrefixes(func(prefix string) { t.grams.add(prefix, actDiscord, -1) })
	for i, p := range t.providers {
		t.grams.addExpanded(p.prefix, p.follow(), actProvider, i)
	}
	t.grams.addExpanded("32:", lettersLower+"_*", actPgpass, -1) // the port of a line of .pgpass
	for key := range t.ownKeys {
		for i := range nameFollow {
			t.grams.addExpanded(key+nameFollow[i:i+1], anything, actName, -1)
		}
	}
	return t
}

// methods adds the hashes whose method has one letter.
func (t *tables) methods() {
	for _, method := range cryptMethods {
		for _, before := range cryptBefore {
			t.grams.add(string(before)+"$"+string(method)+"$", actHash, -1)
		}
	}
}

// shortNames adds pw, which is too short for a stem, with what may follow it as a name.
func (t *tables) shortNames() {
	for end, follow := range map[string]string{
		"=": lettersLower + lettersDigit + `"'\`, ":": lettersLower + lettersDigit + `"' `, ">": lettersLower + lettersDigit + `"`, `"`: " :=,>])}", "'": " :=,>])}", `\`: `\"`,
	} {
		t.grams.addExpanded("pw"+end, follow, actName, -1)
	}
	t.grams.add("pw =", actName, -1)
	t.grams.add("_pw ", actName, -1)
}

func clientsByName() map[string][]*client {
	by := make(map[string][]*client)
	for i := range clients {
		for _, name := range strings.Fields(clients[i].names) {
			by[name] = append(by[name], &clients[i])
		}
	}
	return by
}

// urls adds what stands between a scheme and a host: the last letter of the scheme and what follows it.
func (t *tables) urls() {
	for _, last := range lettersLower + lettersDigit {
		for _, between := range [...]string{"://", `:\/`, `:\\`, "%3a"} {
			t.grams.add(string(last)+between, actURL, -1)
		}
	}
	t.grams.addExpanded(":\\u0", "", actURL, -1)
}

// bytesOf lists the bytes of a set, in one case.
func bytesOf(set charset) string {
	var b []byte
	for c := range chars {
		if chars[c]&set != 0 && (chars[c]&charUpper == 0 || set&charLower == 0) {
			b = append(b, byte(c))
		}
	}
	return string(b)
}

func lowerSet(list []string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, s := range list {
		set[strings.ToLower(s)] = true
	}
	return set
}

// own tells whether a name is one of those of the configuration, whole or after its last dot.
func (t *tables) own(id []byte) name {
	if len(t.ownKeys) == 0 || !listed(t.ownKeys, id) {
		return name{}
	}
	return name{class: classOwn}
}

// allowed reports whether what stands under a name is not to be redacted.
func (t *tables) allowed(id []byte) bool { return len(t.allow) > 0 && listed(t.allow, id) }

func listed(set map[string]bool, id []byte) bool {
	var buf [maxName]byte
	if len(id) > len(buf) {
		return false
	}
	dot := 0
	for i, c := range id {
		buf[i] = lower(c)
		if c == '.' {
			dot = i + 1
		}
	}
	return set[string(buf[:len(id)])] || set[string(buf[dot:len(id)])]
}

// words are a set of words in lower case.
type words map[string]bool

func newWords(list string) words {
	set := make(words)
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

// has reports whether v is one of the words, in any case and but for punctuation at its end.
func (w words) has(v []byte) bool {
	for len(v) > 1 && strings.IndexByte(".,!;:)", v[len(v)-1]) >= 0 {
		v = v[:len(v)-1]
	}
	var buf [maxWordLen]byte
	if len(v) > len(buf) {
		return false
	}
	for i, c := range v {
		buf[i] = lower(c)
	}
	return w[string(buf[:len(v)])]
}
