package redact

import "bytes"

const maxColumns = 64

// insert removes the values of the columns of an INSERT that are secret by name: (user, password) VALUES ('a', 'b').
func (s *scan) insert(i int) {
	b := s.b
	if hasFold(b, i, "identified") {
		s.identified(i + len("identified"))
		return
	}
	if s.function(i) {
		return
	}
	if !hasFold(b, i, "insert into ") && !hasFold(b, i, "replace into ") || i < s.partsTo {
		return
	}
	open := bytes.IndexByte(b[i:s.n(i, 200)], '(')
	if open < 0 {
		return
	}
	var secret [maxColumns]class
	n, any := 0, false
	j := i + open + 1
	limit := s.n(j, maxSpelled)
	for ; j < limit && n < maxColumns && b[j] != ')'; n++ {
		j = run(b, j, charBlank)
		from := j
		for j < limit && b[j] != ',' && b[j] != ')' {
			j++
		}
		id := bytes.Trim(b[from:j], "\"`'[]\\ \n")
		if len(id) <= maxName {
			if nm := s.t.words.named(id); !nm.doubtful {
				secret[n] = nm.class
				any = any || nm.class != classNone
			}
		}
		if j < limit && b[j] == ',' {
			j++
		}
	}
	s.partsTo = j
	if !any || j >= len(b) {
		return
	}
	j = run(b, j+1, charBlank)
	if !hasFold(b, j, "values") {
		return
	}
	s.rows(j+len("values"), secret[:n])
}

// function removes the argument of a function that is a password or the key of a cipher.
func (s *scan) function(i int) bool {
	nth := 0
	switch {
	case hasFold(s.b, i, "crypt("):
		nth = 1
	case hasFold(s.b, i, "pgp_sym_"), hasFold(s.b, i, "aes_enc"), hasFold(s.b, i, "aes_dec"):
		nth = 2
	default:
		return false
	}
	i = run(s.b, i, charName)
	for n := 1; i < len(s.b) && (s.b[i] == '(' || s.b[i] == ','); n++ {
		i = run(s.b, i+1, charBlank)
		o := s.opened(i)
		if o.quote != '\'' {
			i = run(s.b, i, charName)
			continue
		}
		to, _ := s.end(o)
		if n == nth {
			return s.take(&key{name: name{class: classPassword}}, value{o.from, to, true, formQuote})
		}
		i = s.afterQuote(to)
	}
	return false
}

// rows removes the secret values of each row.
func (s *scan) rows(i int, secret []class) {
	for {
		i = run(s.b, i, charBlank)
		if i >= len(s.b) || s.b[i] != '(' {
			return
		}
		i++
		for n := 0; i < len(s.b) && s.b[i] != ')'; n++ {
			i = run(s.b, i, charBlank)
			o := s.opened(s.prefix(i))
			from, to := o.from, o.from
			quoted := o.quote == '\'' || o.quote == '"'
			if quoted {
				to, _ = s.end(o)
			} else {
				from = i
				for to < len(s.b) && s.b[to] != ',' && s.b[to] != ')' {
					to++
				}
			}
			if n < len(secret) && secret[n] != classNone && to > from {
				k := key{name: name{class: secret[n]}}
				if !s.take(&k, value{from, to, quoted, formAssign}) {
					s.bound(&k, from)
				}
			}
			if i = to; quoted {
				i = s.afterQuote(to)
			}
			for i < len(s.b) && s.b[i] != ',' && s.b[i] != ')' {
				i++
			}
			if i < len(s.b) && s.b[i] == ',' {
				i++
			}
		}
		if i = run(s.b, i+1, charBlank); i >= len(s.b) || s.b[i] != ',' {
			return
		}
		i++
	}
}

// identified removes the password after IDENTIFIED BY, IDENTIFIED WITH plugin AS.
func (s *scan) identified(i int) {
	with := false // the name of a plugin follows
	for range 6 {
		i = run(s.b, i, charBlank)
		if o := s.opened(i); o.quote == '\'' || o.quote == '"' {
			if to, ok := s.end(o); ok && with {
				i, with = s.afterQuote(to), false
				continue
			}
			if to, ok := s.end(o); ok && to-o.from >= 2 && !placeholder(s.b[o.from:to]) {
				s.add(o.from, to, classKinds[classPassword], 0, 0)
				s.replaced(s.afterQuote(to))
			}
			return
		}
		end := run(s.b, i, charName)
		if end == i {
			return
		}
		word := s.b[i:end]
		with = hasFold(s.b, i, "with") && len(word) == len("with")
		if hasFold(s.b, i, "by") && end == i+2 {
			i = run(s.b, end, charBlank)
			if o := s.opened(i); o.quote == '\'' || o.quote == '"' || hasFold(s.b, i, "password") || hasFold(s.b, i, "values") {
				continue
			}
			if !s.statement(end) {
				return
			}
			end = i
			for end < len(s.b) && s.b[end] > ' ' && s.b[end] != ';' && s.b[end] != '"' && s.b[end] != '\\' {
				end++
			}
			if t := traitsOf(s.b[i:end]); t.len >= 3 && (t.digits > 0 || t.lowers > 0 && t.uppers > 0 || t.marks > 0) && !placeholder(s.b[i:end]) {
				s.add(i, end, classKinds[classPassword], 0, 0)
			}
			s.replaced(end)
			return
		}
		if len(word) > 40 {
			return
		}
		i = end
	}
}

// statement reports whether the IDENTIFIED BY that ends at i stands in a statement and not in a sentence: errors identified
// by their code.
func (s *scan) statement(i int) bool {
	if is(s.b, i-1, charUpper) {
		return true
	}
	before := s.b[max(0, i-maxBeside):i]
	for _, w := range [...]string{"create ", "alter ", "grant ", "user "} {
		if at := bytes.LastIndex(before, []byte(w)); at >= 0 && !bytes.HasPrefix(before[at+len(w):], []byte("identified")) {
			return true
		}
	}
	return false
}

// replaced removes the old password of Oracle's IDENTIFIED BY new REPLACE old, which may stand at i.
func (s *scan) replaced(i int) {
	i = run(s.b, i, charBlank)
	if !hasFold(s.b, i, "replace ") {
		return
	}
	from, to := s.argument(run(s.b, i+len("replace"), charBlank))
	s.option(from, to)
}
