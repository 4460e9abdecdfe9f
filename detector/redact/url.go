package redact

import "bytes"

const maxAuthority = 1024

// url removes the password of a URL: scheme://user:password@host. i is at the last letter of the scheme.
func (s *scan) url(i int) {
	b := s.b
	from := i + 1
	switch {
	case has(b, from, "://"):
		from += 3
	case has(b, from, `:\`) && s.slashes(from+1) > 0:
		from = s.slashes(from + 1)
	case hasFold(b, from, "%3a%2f%2f"):
		s.encodedURL(from + 9)
		return
	case hasFold(b, from, `:\u002f\u002f`):
		from += 13
	default:
		return
	}
	s.webhook(from)
	colon, at, slash := s.authority(from)
	switch {
	case at < 0:
	case colon >= 0 && colon < at:
		v := b[colon+1 : at]
		if len(v) > 0 && !placeholder(v) && (slash < 0 || at < slash || is(b, at+1, charAlnum)) && !s.t.emptyPassword(v) {
			if t := traitsOf(b[from:colon]); string(v) == "x-oauth-basic" && t.random() {
				s.add(from, colon, classKinds[classToken], 0, 0)
				return
			}
			s.add(colon+1, at, classKinds[classPassword], 0, 0)
		}
	default:
		if t := traitsOf(b[from:at]); t.random() && t.len >= 20 && !t.hex && t.dots == 0 && !placeholder(b[from:at]) {
			s.add(from, at, classKinds[classToken], 0, 0)
		}
	}
}

// authority finds what divides the authority of a URL that begins at from: the first colon, the @ before the host and
// what begins a path or a query; -1 where there is none. A slash may stand in a password that nobody encoded, and is then
// before the @.
func (s *scan) authority(from int) (colon, at, slash int) {
	b := s.b
	end := s.n(from, maxAuthority)
	colon, at, slash = -1, -1, -1
scan:
	for j := from; j < end; j++ {
		switch c := b[j]; c {
		case ':':
			if colon < 0 {
				colon = j
			}
		case '@':
			if slash < 0 || at < 0 && colon > 0 && colon < slash && !s.port(colon+1, slash) {
				at = j
			}
		case '/', '?', '#':
			if slash < 0 {
				slash = j
			}
		case '"', '<', '>', '`', '\\':
			break scan
		case '\'', ',', ')', ']', '}', '|':
			if j+1 >= len(b) || b[j+1] <= ' ' || slash >= 0 {
				break scan
			}
		default:
			if c <= ' ' {
				break scan
			}
		}
		if slash >= 0 && at > slash {
			break
		}
	}
	return colon, at, slash
}

// slashes returns the end of two slashes at i that are escaped, however often; 0 where there are none.
func (s *scan) slashes(i int) int {
	for range 2 {
		i = pastSlashes(s.b, i)
		if i >= len(s.b) || s.b[i] != '/' {
			return 0
		}
		i++
	}
	return i
}

// port reports whether there is a port between from and to.
func (s *scan) port(from, to int) bool { return run(s.b, from, charDigit) == to && to-from <= 5 }

// encodedURL removes the password of a URL that is encoded into another.
func (s *scan) encodedURL(from int) {
	b := s.b[from:s.n(from, maxAuthority)]
	if n := bytes.IndexAny(b, " \"'&<>\\/"); n >= 0 {
		b = b[:n]
	}
	at := bytes.Index(b, []byte("%40"))
	if at < 0 {
		return
	}
	colon := bytes.Index(b[:at], []byte("%3A"))
	if colon < 0 {
		colon = bytes.Index(b[:at], []byte("%3a"))
	}
	if colon >= 0 && !bytes.Contains(b[:at], []byte("%2F")) && !placeholder(append(b[colon+3:at:at], ' ')) {
		s.add(from+colon+3, from+at, classKinds[classPassword], 0, 0)
	}
}

// dsn removes the password of a data source of Go's MySQL driver, user:password@tcp(host), and of Oracle's thin one,
// thin:user/password@host. i is at the @, or at thin:.
func (s *scan) dsn(i int) {
	b := s.b
	if hasFold(b, i, "thin:") {
		user := run(b, i+5, charName)
		end := user
		for end < s.n(user, 128) && b[end] > ' ' && b[end] != '@' && b[end] != '"' {
			end++
		}
		if user > i+5 && is(b, user, charBase64) && b[user] == '/' && end < len(b) && b[end] == '@' && end > user+1 {
			s.add(user+1, end, classKinds[classPassword], 0, 0)
		}
		return
	}
	if b[i] != '@' || !has(b, i, "@tcp(") && !has(b, i, "@unix(") && !has(b, i, "@tcp6(") && !has(b, i, "@(") {
		return
	}
	from := i
	for from > s.done && i-from < 128 && b[from-1] > ' ' && b[from-1] != '"' && b[from-1] != '\'' && b[from-1] != '`' {
		from--
	}
	for j := from; j < i; j++ {
		if b[j] != ':' {
			continue
		}
		user := j
		for user > from && chars[b[user-1]]&charName != 0 {
			user--
		}
		if user < j && (user == from || b[user-1] == '=' || b[user-1] == '(' || b[user-1] == '[' || b[user-1] == '/' || b[user-1] == ':') && !placeholder(b[j+1:i]) {
			s.add(j+1, i, classKinds[classPassword], 0, 0)
			return
		}
	}
}

// emptyPassword reports whether what stands for a password in a URL is none.
func (t *tables) emptyPassword(v []byte) bool {
	return one([]string{"xxxxx", "password", "pass", "redacted", "pwd", "passwd", "hidden", "masked", "filtered", "removed"}, v)
}
