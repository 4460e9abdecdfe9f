package redact

import (
	"bytes"
	"encoding/base64"
)

// encodedArmour is how the armour of a key or a certificate begins in base64, as it travels in variables and in
// secrets of Kubernetes.
const encodedArmour = "LS0tLS1CRUdJTi"

// encodedTitle is how much of it is decoded to read the title.
const encodedTitle = 64

// encodedKey removes a private key that was encoded in base64 with its armour. i is where it begins.
func (s *scan) encodedKey(i int) {
	to := run(s.b, i, charStd)
	if !starts(s.b, i) || to-i < encodedTitle {
		return
	}
	var title [encodedTitle]byte
	n, err := base64.StdEncoding.Decode(title[:], s.b[i:i+encodedTitle])
	if err != nil || !bytes.Contains(title[:n], []byte("PRIVATE")) {
		return
	}
	for line := i; to-line >= encodedTitle; { // base64(1) breaks lines
		line = s.newline(to)
		if end := run(s.b, line, charStd); line > to && end > line {
			to = end
			continue
		}
		break
	}
	s.add(i, to, "private-key", 0, 0)
}
