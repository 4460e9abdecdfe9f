package redact

import "bytes"

// A dialogue of SASL sends names and passwords in base64, each on a line of its own, after what asks for them.

// maxDialogue bounds how far from a question its answer stands.
const maxDialogue = 160

// askPassword is "Password:" in base64, with which AUTH LOGIN asks for one.
const askPassword = "UGFzc3dvcmQ6"

// sasl removes the answer to the question for a password. i is at the question.
func (s *scan) sasl(i int) {
	if has(s.b, i-1, "resp=") && bytes.Contains(s.b[max(0, i-maxDialogue):i], []byte("AUTH")) { // Dovecot tells what a client sent
		if to := run(s.b, i+len("esp="), charStd); to-i >= 12 {
			s.add(i+len("esp="), to, classKinds[classPassword], 0, 0)
		}
		return
	}
	if !has(s.b, i, askPassword) || !starts(s.b, i) {
		return
	}
	s.answer(i+len(askPassword), 4)
}

// answer removes the first word of base64 that ends a line, at least least bytes long, from i on. A word before it on
// its line may tell who spoke.
func (s *scan) answer(i, least int) {
	for end := s.n(i, maxDialogue); i < end; {
		from := i
		for i < len(s.b) && s.b[i] > ' ' && s.newline(i) == i {
			i++
		}
		word := bytes.TrimRight(s.b[from:i], `"'\}]`)
		if len(word) >= least && s.endsAt(i) && !has(s.b, i, " ") && encodedAnswer(word) {
			s.add(from, from+len(word), classKinds[classPassword], 0, 0)
			return
		}
		if next := s.newline(i); next > i {
			i = next
		} else {
			i = max(run(s.b, i, charBlank), i+1)
		}
	}
}

// encodedAnswer reports whether word is whole base64, of at least four bytes, and no word or number by chance.
func encodedAnswer(word []byte) bool {
	if run(word, 0, charStd) < len(word) || len(word)%4 != 0 || one(mechanisms, word) || bytes.IndexByte(word[:len(word)-2], '=') >= 0 {
		return false
	}
	t := traitsOf(word)
	return t.digits < t.len && (t.uppers > 0 && t.lowers > 0 || word[len(word)-1] == '=')
}

// mechanisms are the ways of SASL that send a password so.
var mechanisms = []string{"plain", "login", "xoauth2", "cram-md5", "oauthbearer"}

// maxOptions bounds what is read of the options of a module of JAAS.
const maxOptions = 600

// jaas removes the passwords among the options of a module of JAAS, of which some name a user in the key:
// user_alice="x". i is within LoginModule.
func (s *scan) jaas(i int) {
	if !hasFold(s.b, i, "ginmodule") || i < s.partsTo {
		return
	}
	for end := s.n(i, maxOptions); i < end && s.b[i] != ';'; i++ {
		if s.b[i] != '=' {
			continue
		}
		from := i
		for from > 0 && i-from < maxName && chars[s.b[from-1]]&charName != 0 {
			from--
		}
		o := s.opened(i + 1)
		if o.quote != '"' && o.quote != '\'' {
			continue
		}
		to, closed := s.end(o)
		if !closed {
			break
		}
		if id := s.b[from:i]; hasFold(id, 0, "user_") || s.t.words.named(id).class == classPassword {
			s.take(&key{name: name{class: classPassword}, from: from, to: i}, value{o.from, to, true, formAssign})
		}
		i = to
	}
	s.partsTo = max(s.partsTo, i)
}
