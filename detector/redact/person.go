package redact

// personNumber reports whether v may be a number that names a person: digits and upper case letters in groups.
func personNumber(v []byte) bool {
	t := traitsOf(v)
	return t.digits >= 6 && t.digits*2 >= t.len && t.len >= 7 && t.len <= 20 && t.lowers == 0 && t.others == t.dashes+t.dots+t.blanks+t.slashes && t.others <= 5
}
