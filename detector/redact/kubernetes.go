package redact

import "bytes"

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
