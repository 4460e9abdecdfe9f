package redact

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
	{"psksecret", []string{"enc", "psksecret"}},
	{"digest-key", []string{"md5"}},
	{"pre-shared-key", []string{"local", "remote", "ascii-text", "hexadecimal"}},
}

// device removes the secret of a setting of a network device that begins at i: snmp-server community X RO,
// tacacs-server key 7 X.
func (s *scan) device(i int) {
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
				at = s.level(at)
				vfrom, vto := s.argument(at)
				if t := traitsOf(s.b[vfrom:vto]); t.digits > 0 && t.digits < t.len || t.marks > 0 || t.uppers > 0 && t.lowers > 0 {
					s.option(vfrom, vto)
				}
				return
			}
		}
		return
	}
}
