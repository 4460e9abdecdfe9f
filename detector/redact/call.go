package redact

// calls are the functions that log in, and which of their arguments is the password, counted from 1. Traces of PHP,
// Perl and Java print arguments by their place alone.
var calls = []struct {
	name string
	nth  int
}{
	{"mysqli_connect", 3},
	{"mysql_connect", 3},
	{"mysqli_real_connect", 4},
	{"pdo", 3},
	{"mysqli", 3},
	{"pdo->__construct", 3},
	{"pdo::__construct", 3},
	{"mysqli->__construct", 3},
	{"mysqli::__construct", 3},
	{"dbi connect", 3},
	{"dbi->connect", 3},
	{"getconnection", 3},
	{"ftp_login", 3},
	{"imap_open", 3},
	{"ldap_bind", 3},
	{"oci_connect", 2},
	{"sequelize", 3},
	{"login", 2},
	{"createhmac", 2},
	{"hmac.new", 1},
	{"wifi.begin", 2},
	{"sp_addlogin", 2},
	{"sp_password", 2},
}

// maxCallName bounds the name of a function with that of its class.
const maxCallName = 24

// call removes the password among the arguments of a function that logs in. i is at most two letters before what opens
// them, or within sp_addlogin.
func (s *scan) call(i int) {
	open := run(s.b, i, charName)
	from := open
	for from > 0 && open-from < maxCallName && (chars[s.b[from-1]]&charName != 0 || s.b[from-1] == '>' || s.b[from-1] == ':' || has(s.b, from-4, "DBI ")) {
		from--
	}
	for _, c := range calls {
		at := open - len(c.name)
		if at < from || !hasFold(s.b, at, c.name) || at > 0 && is(s.b, at-1, charAlnum|charUnder) {
			continue
		}
		s.nth(open, c.nth, c.name == "login" || c.name == "getconnection" || c.name == "createhmac" || c.name == "hmac.new")
		return
	}
}

// nth removes the nth argument, if it is quoted. i is at what opens them: a parenthesis, or the blank or sign before the first. Where the
// function is one of many of that name, words are no password.
func (s *scan) nth(i, nth int, doubtful bool) {
	for n := 1; i < len(s.b) && (s.b[i] == '(' || s.b[i] == ',' || n == 1 && is(s.b, i, charBlank|charEqual|charColon)); n++ {
		i = run(s.b, i+1, charBlank)
		o := s.opened(s.prefix(i))
		if o.quote != '\'' && o.quote != '"' {
			i = s.unquoted(i)
			continue
		}
		to, closed := s.end(o)
		if !closed {
			return
		}
		if n == nth {
			s.take(&key{name: name{class: classPassword, doubtful: doubtful}}, value{o.from, to, true, formTuple})
			return
		}
		i = s.afterQuote(to)
	}
}

// unquoted returns where an argument ends that is not quoted: $link, Resource id #4, Object(LDAP\Connection).
func (s *scan) unquoted(i int) int {
	depth := 0
	for end := s.n(i, 2*maxCallName); i < end; i++ {
		switch c := s.b[i]; {
		case c == '(':
			depth++
		case (c == ')' || c == ',') && depth == 0, c == '"', c == '\'', c == '\n':
			return i
		case c == ')':
			depth--
		}
	}
	return i
}
