package redact

import "bytes"

// namesSecret reports whether v stands under secret and is the name of one, as Kubernetes has it: its namespace is told beside
// it, and the name has no more than words, or an end that was made up.
func (s *scan) namesSecret(k *key, v value, b []byte, t *traits) bool {
	if k.class != classSecret || k.to-k.from != len("secret") {
		return false
	}
	switch {
	case v.form == formBlank && hasFold(s.b, v.to, " in namespace "):
		return resource(t)
	case generated(b):
		return v.quoted
	}
	return t.lowers > 2 && t.lowers+t.dashes == t.len && s.inNamespace(k.from)
}

// inNamespace reports whether a namespace is told in what the key at i belongs to, before it: {namespace="default",secret="regcred"}.
func (s *scan) inNamespace(i int) bool {
	from := max(s.done, i-maxBeside)
	open := bytes.LastIndexAny(s.b[from:i], "{(")
	return bytes.Contains(s.b[from+open+1:i], []byte("namespace"))
}

// resource reports whether what was seen is the name of a resource, as Kubernetes gives it, perhaps with its namespace:
// web-token-7318t, default/web.v3.
func resource(t *traits) bool {
	return (t.dashes > 0 || t.slashes == 1) && t.dashes+t.dots+t.slashes == t.others && t.slashes < 2 && t.uppers == 0 && t.lowers > t.digits
}

// generated reports whether v is a name that Kubernetes or what extends it made from another, with letters and digits of
// its own at the end: tls-ea9f76c9, builder-token-7x2kq.
func generated(v []byte) bool {
	dash := bytes.LastIndexByte(v, '-')
	end := v[dash+1:]
	if dash < 2 || run(v, 0, charLower|charDash) < dash || traitsOf(end).digits == 0 {
		return false
	}
	return len(end) >= 8 && len(end) <= 10 && run(end, 0, charHex) == len(end) || len(end) == 5 && len(bytes.Trim(end, "bcdfghjklmnpqrstvwxz2456789")) == 0
}
