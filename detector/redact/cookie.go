package redact

import "slices"

// sessionNames are parts of the names of cookies that log in whoever has them.
var sessionNames = []string{"sess", "sid", "auth", "token", "jwt", "remember", "login", "csrf", "xsrf", "_at", "secret", "aspxauth", "identity", "_id_t", "sso", "saml", "xs"}

// cookieAttributes follow the pair of a Set-Cookie.
var cookieAttributes = []string{"path", "domain", "expires", "max-age", "samesite", "version", "priority", "comment"}

// cookies removes the values of a Cookie or Set-Cookie: those of a session by their name, others that look random.
func (s *scan) cookies(k *key, i int, f form) {
	if f == formProse || f == formBlank || f == formFlag || f == formQuote || i < s.partsTo {
		return
	}
	defer func() { s.partsTo = max(s.partsTo, i) }()
	if i < len(s.b) && s.b[i] == '[' {
		i = s.blanks(i + 1)
	}
	o := s.opened(s.prefix(i))
	i = o.from
	to := len(s.b)
	if o.quote != 0 && o.quote != '{' {
		to, _ = s.end(o)
	}
	if has(s.b, i, "{") {
		i++
	}
	for i < to {
		i = s.pastQuotes(s.blanks(i), to)
		end := run(s.b, i, charName|charPercent)
		join := end
		for join < to && !has(s.b, join, `\u003d`) && (s.b[join] == '"' || s.b[join] == '\'' || s.b[join] == '\\') {
			join++
		}
		if one := run(s.b, i, charURL|charDot|charPercent|charBase64|charTilde); i == o.from && one >= end && s.endsAt(one) {
			if t := traitsOf(s.b[i:one]); t.random() && !uuid(s.b[i:one]) { // the value alone
				s.add(i, one, classKinds[classCookie], k.from, k.to)
				return
			}
		}
		width, c := s.char(min(join, to))
		if end == i || join >= to || c != '=' && c != ':' {
			return
		}
		v := join + width
		for v < to && (s.b[v] == '"' || s.b[v] == '\'' || s.b[v] == '\\' || s.b[v] == '>' || s.b[v] == ' ' && (s.b[join] == ':' || join > end)) {
			v++
		}
		vto := v
		for vto < to && !s.endsCookie(vto) {
			vto++
		}
		if logsInAs(s.b[i:end], s.b[v:vto]) {
			s.add(v, vto, classKinds[classCookie], i, end)
		}
		i = s.pastQuotes(vto, to)
		if i >= to || s.b[i] != ';' && s.b[i] != ',' {
			return
		}
		i++
	}
}

// pastQuotes skips the quotes at i and what escapes them, up to an end.
func (s *scan) pastQuotes(i, to int) int {
	for i < to && (s.b[i] == '"' || s.b[i] == '\'' || s.b[i] == '\\') {
		i++
	}
	return i
}

// endsCookie reports whether the byte at i ends the value of a cookie. A comma and brackets may stand in one, but where a
// printer of lists puts them.
func (s *scan) endsCookie(i int) bool {
	switch c := s.b[i]; c {
	case ';', '"', '\'', '\\':
		return true
	case ',':
		return is(s.b, i+1, charBlank)
	case ']', '}', ')':
		return s.endsAt(i + 1)
	default:
		return c <= ' '
	}
}

// logsInAs reports whether who has a cookie of this name and value is taken for its user: it looks random, or is named for
// a session.
func logsInAs(name, v []byte) bool {
	if len(v) == 0 || placeholder(v) || one(cookieAttributes, name) {
		return false
	}
	t := traitsOf(v)
	return t.random() && !uuid(v) || t.len >= 8 && part(sessionNames, name)
}

// sessionCookies are what the names of sessions begin with that stand for themselves wherever they are assigned.
var sessionCookies = []string{
	"connect.sid", ".aspnetcore.", ".aspxauth", "asp.net_sessionid", "laravel_session", "ci_session", "jsessionid", "phpsessid",
	"wordpress_logged_in_", "wordpress_sec_",
}

// session removes the value of a session that stands in a URL or beside its name: ;jsessionid=…, PHPSESSID=….
func (s *scan) session(i int) {
	from, to := s.around(i)
	if to-from > 56 || !is(s.b, to, charEqual) || insideMark(s.b, from) {
		return
	}
	upper := is(s.b, from, charUpper) && is(s.b, to-1, charUpper|charDigit)
	query := from > 0 && (s.b[from-1] == ';' || s.b[from-1] == '?' || s.b[from-1] == '&') || from > 1 && s.b[from-2] == ';'
	if s.b[from] == '_' && hasFold(s.b, to-len("_session"), "_session") || s.setsCookie(to) { // as Rails names it
		query = true
	}
	dotted := hasFold(s.b, from-len("cookie "), "cookie ") || slices.ContainsFunc(sessionCookies, func(name string) bool { return hasFold(s.b, from, name) })
	if !upper && !query && !dotted {
		return
	}
	end := run(s.b, to+1, charURL|charDot|charPercent|charBase64|charTilde)
	t := traitsOf(s.b[to+1 : end])
	if t.len >= 16 && (t.digits > 1 || dotted && t.random()) {
		s.add(to+1, end, classKinds[classCookie], from, to)
	}
}

// setsCookie reports whether the value behind the = at i is followed by what follows that of a Set-Cookie: sid=x; Path=/.
func (s *scan) setsCookie(i int) bool {
	end := run(s.b, i+1, charURL|charDot|charPercent|charBase64|charTilde)
	if end-i < 16 || !has(s.b, end, ";") {
		return false
	}
	at := run(s.b, end+1, charBlank)
	to := run(s.b, at, charAlpha|charDash)
	return one(cookieAttributes, s.b[at:to]) || one([]string{"httponly", "secure"}, s.b[at:to])
}

// one reports whether v is one of names, in any case.
func one(names []string, v []byte) bool {
	for _, n := range names {
		if len(n) == len(v) && hasFold(v, 0, n) {
			return true
		}
	}
	return false
}

// part reports whether one of names is a part of v, in any case.
func part(names []string, v []byte) bool {
	for _, n := range names {
		for i := 0; i+len(n) <= len(v); i++ {
			if hasFold(v, i, n) {
				return true
			}
		}
	}
	return false
}
