package redact

// provider is a token that is known by how it begins.
type provider struct {
	kind   string
	prefix string // as it is written
	set    charset
	min    int     // bytes after the prefix
	max    int     // 0: any number
	next   string  // the letters that the first byte after the prefix is one of, in lower case; empty: those of the alphabet
	then   string  // what follows somewhere after, where the prefix alone is not enough
	back   int     // how many bytes before the prefix belong to the token
	ahead  charset // their alphabet
}

// provider removes a token of one of the providers that begins at i.
func (s *scan) provider(i int) {
	for _, n := range s.t.grams.lists[s.t.grams.at(s.b, i).lists] {
		p := &s.t.providers[n]
		if !has(s.b, i, p.prefix) || has(s.b, i-len("pk_"), "pk_") { // made to be public
			continue
		}
		from := i
		if p.back > 0 {
			if from = s.before(p, i); from < 0 {
				continue
			}
		}
		if !starts(s.b, from) && !(p.back > 0 && has(s.b, from-3, "bot")) || from > 1 && s.b[from-1] == '.' && is(s.b, from-2, charAlnum) && p.prefix[0] != 'e' {
			continue
		}
		body := i + len(p.prefix)
		to := run(s.b[:s.n(body, maxJudged)], body, p.set)
		if p.max > 0 && to-body > p.max {
			if p.max == p.min {
				continue
			}
			to = body + p.max
		}
		for to > body && (s.b[to-1] == '.' || s.b[to-1] == '-' && p.set&charDash != 0 && to-body > p.min) {
			to--
		}
		if to-body < p.min || p.then != "" && !contains(s.b[body:to], p.then) {
			continue
		}
		if !drawn(s.b[from:to]) || p.max == p.min && is(s.b, to, charAlnum) {
			continue
		}
		if to-body == maxJudged && p.max == 0 {
			to = run(s.b, to, p.set)
		}
		if s.add(from, to, p.kind, 0, 0) && p.kind == "aws-access-key" {
			s.besideAccessKey(to)
		}
		return
	}
}

// awsSecret is the length of the secret that belongs to an access key of AWS.
const awsSecret = 40

// besideAccessKey removes the secret that stands behind the access key of AWS that ends at i: AKIA…:x, 'AKIA…', 'x'.
func (s *scan) besideAccessKey(i int) {
	from := i
	for from < s.n(i, 8) && chars[s.b[from]]&charStd == 0 {
		from++
	}
	to := run(s.b, from, charStd)
	if t := traitsOf(s.b[from:to]); from > i && t.len == awsSecret && t.digits > 0 && t.lowers > 0 && t.uppers > 0 && t.random() {
		s.add(from, to, "aws-secret-key", 0, 0)
	}
}

// before returns where a token begins that has its known part inside: 123456789:AA…, …-us1; -1 where it is none.
func (s *scan) before(p *provider, i int) int {
	from := i
	for from > s.done && i-from <= p.back && chars[s.b[from-1]]&p.ahead != 0 {
		from--
	}
	if i-from > p.back || i-from < p.back*3/4 {
		return -1
	}
	return from
}

// drawn reports whether v looks drawn at random: not xxxx, not your-token-here, not a word.
func drawn(v []byte) bool {
	if masked(v) && len(v) > 0 {
		return false
	}
	t := traitsOf(v)
	if t.len < 8 {
		return true
	}
	return t.distinct >= 6 && (t.digits > 0 || t.lowers > 2 && t.uppers > 2 || t.uppers == t.len && t.distinct >= 8)
}

func contains(b []byte, sub string) bool {
	for i := 0; i+len(sub) <= len(b); i++ {
		if string(b[i:i+len(sub)]) == sub {
			return true
		}
	}
	return false
}

// follow lists the bytes that may follow the prefix.
func (p *provider) follow() string {
	if p.next != "" {
		return p.next
	}
	return bytesOf(p.set)
}
