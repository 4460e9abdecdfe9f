package redact

import "bytes"

// deviceKeys are the words of the settings of network devices that a secret follows, by how the line begins.
var deviceKeys = []struct {
	begins string
	keys   []string
}{
	{"snmp-server", []string{"community"}},
	{"tacacs-server", []string{"key"}},
	{"radius-server", []string{"key"}},
	{"isakmp", []string{"key"}},
	{"wpa-psk", []string{"ascii", "hex"}},
	{"key-string", []string{"key-string"}},
	{"rocommunity", []string{"rocommunity"}},
	{"rwcommunity", []string{"rwcommunity"}},
	{"authentication-key", []string{"md5", "sha1", "sha256", "value"}},
	{"psksecret", []string{"enc", "psksecret"}},
	{"digest-key", []string{"md5"}},
	{"pre-shared-key", []string{"local", "remote", "ascii-text", "hexadecimal"}},
}

// device removes the secret of a setting of a network device that begins at i: snmp-server community X RO,
// tacacs-server key 7 X.
func (s *scan) device(i int) {
	if hasFold(s.b, i, "ion-key") && i >= len("authenticat") {
		i -= len("authenticat")
	}
	if hasFold(s.b, i, "wifi:") {
		s.wifi(i)
		return
	}
	if has(s.b, i, "inline:") {
		s.mediaKey(i + len("inline:"))
		return
	}
	if hasFold(s.b, i, "+cwjap") || hasFold(s.b, i, "+cwsap") { // AT+CWJAP="network","x", to a modem
		if at := run(s.b, i+len("+cwjap"), charAlnum|charUnder); has(s.b, at, "=") || has(s.b, at, ":") {
			s.nth(at, 2, false)
		}
		return
	}
	if hasFold(s.b, i, "key content") { // netsh wlan show profile key=clear
		if at, f := s.operator(s.blanks(i + len("key content"))); f == formColon {
			from, to := s.argument(at)
			s.option(from, to)
		}
		return
	}
	for _, d := range deviceKeys {
		if !hasFold(s.b, i, d.begins) || is(s.b, i+len(d.begins), charName) {
			continue
		}
		for range 6 {
			from := i
			i = run(s.b, i, charName)
			if at := s.blanks(i); at == i || at >= len(s.b) {
				return
			} else if word := s.b[from:i]; !one(d.keys, word) {
				i = at
				continue
			} else if next := s.b[at:s.n(at, 4)]; one(d.keys, next[:run(next, 0, charAlpha)]) {
				i = at
				continue
			} else {
				word := at
				at = s.level(at)
				vfrom, vto := s.argument(at)
				if t := traitsOf(s.b[vfrom:vto]); at > word || t.digits > 0 && t.digits < t.len || t.marks > 0 || t.uppers > 0 && t.lowers > 0 {
					s.option(vfrom, vto)
				}
				return
			}
		}
		return
	}
}

// wifi removes the password of a network as it stands in pictures that phones read: WIFI:T:WPA;S:office;P:x;;.
func (s *scan) wifi(i int) {
	for j := i + len("wifi:"); j < s.n(i, maxBeside); j++ {
		if s.b[j] != ';' || !hasFold(s.b, j+1, "p:") {
			continue
		}
		from := j + len(";p:")
		to := from
		for to < len(s.b) && s.b[to] != ';' && s.b[to] >= ' ' {
			if s.b[to] == '\\' {
				to++
			}
			to++
		}
		s.option(from, min(to, len(s.b)))
		return
	}
}

// community removes the community of SNMP, its password, where a sentence tells it: community string x, with
// community "x". i is at munity.
func (s *scan) community(i int) {
	from := i - len("com")
	to := run(s.b, i, charLower)
	if !hasFold(s.b, from, "community") || to != from+len("community") || !starts(s.b, from) {
		return
	}
	at := s.blanks(to)
	told := is(s.b, to, charEqual|charColon)
	if told {
		at = s.blanks(to + 1)
		told = bytes.Contains(s.b[to:s.n(to, maxBeside)], []byte("trap")) || bytes.Contains(s.b[to:s.n(to, maxBeside)], []byte("version"))
	} else if at == to {
		return
	}
	for _, w := range [...]string{"string ", "string: ", "name ", "name: "} {
		if hasFold(s.b, at, w) {
			at, told = s.blanks(at+len(w)), true
			break
		}
	}
	if !told && !bytes.Contains(s.b[max(0, from-maxBeside):from], []byte("SNMP")) && !bytes.Contains(s.b[max(0, from-maxBeside):from], []byte("snmp")) {
		return
	}
	vfrom, vto := s.argument(at)
	if t := traitsOf(s.b[vfrom:vto]); t.len >= 4 && t.colons == 0 && (vfrom > at || t.digits > 0 || t.marks > 0 || t.uppers > 1 && t.lowers > 0) && !s.t.status.has(s.b[vfrom:vto]) {
		s.option(vfrom, vto)
	}
}

// minMediaKey is the length of the shortest master key of SRTP with its salt, in base64.
const minMediaKey = 40

// mediaKey removes the key and the salt of an encrypted stream that SDP carries (RFC 4568), at i:
// a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x|2^20|1:4.
func (s *scan) mediaKey(i int) {
	suite := s.b[max(0, i-maxBeside):i]
	if to := run(s.b, i, charStd); to-i >= minMediaKey && (bytes.Contains(suite, []byte("AES_")) || bytes.Contains(suite, []byte("AEAD_")) || bytes.Contains(suite, []byte("ARIA_"))) {
		s.add(i, to, classKinds[classKey], 0, 0)
	}
}
