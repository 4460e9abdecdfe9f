package redact

// rsaXML removes the private parts of a key as .NET writes it: <RSAKeyValue>…<P>x</P>…</RSAKeyValue>. i is in the name of the
// element, up to three letters from its start.
func (s *scan) rsaXML(i int) {
	for at, end := i, s.n(i, 2*maxHeader); at < end; {
		n, c := s.char(at)
		at += n
		if c != '<' {
			continue
		}
		to := run(s.b, at, charAlpha)
		n, c = s.char(to)
		if c == '/' { // the end of the key, or of a part
			if hasFold(s.b, to+n, "rsa") {
				return
			}
			continue
		}
		if c != '>' || !one(rsaParts, s.b[at:to]) {
			continue
		}
		from := to + n
		to = run(s.b, from, charStd)
		if to-from < rsaShortest || !s.add(from, to, "private-key", at, at) {
			continue
		}
		at = to
	}
}

// rsaParts are the elements of such a key that are private (XML Signature's RSAKeyValue, which .NET extends).
var rsaParts = []string{"p", "q", "dp", "dq", "inverseq", "d"}

// rsaShortest is the length of such a part in base64 with the shortest keys that are in use.
const rsaShortest = 32
