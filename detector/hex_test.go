package detector

import (
	"bytes"
	"strings"
	"testing"
)

// Every byte at every place of texts of many lengths is judged as it is judged alone.
func TestHex(t *testing.T) {
	const digits = "0123456789abcdefABCDEF"
	for length := range 35 {
		b := bytes.Repeat([]byte("9aF0"), 9)[:length]
		if Hex(b) != (length > 0) {
			t.Errorf("%q: %v", b, Hex(b))
		}
		for i := range b {
			was := b[i]
			for c := range 256 {
				b[i] = byte(c)
				if want := strings.IndexByte(digits, byte(c)) >= 0; Hex(b) != want {
					t.Errorf("%q: %v", b, !want)
				}
			}
			b[i] = was
		}
	}
}
