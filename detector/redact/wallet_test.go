package redact

import (
	"crypto/sha256"
	"math/big"
	"strings"
	"testing"
)

// wif writes a private key in the wallet import format.
func wif(network byte, key []byte, compressed bool) string {
	body := append([]byte{network}, key...)
	if compressed {
		body = append(body, 1)
	}
	sum := sha256.Sum256(body)
	sum = sha256.Sum256(sum[:])
	n := new(big.Int).SetBytes(append(body, sum[:4]...))
	var digits []byte
	for rest := new(big.Int); n.Sign() > 0; {
		n.DivMod(n, big.NewInt(58), rest)
		digits = append(digits, base58[rest.Int64()])
	}
	for i, j := 0, len(digits)-1; i < j; i, j = i+1, j-1 {
		digits[i], digits[j] = digits[j], digits[i]
	}
	return string(digits)
}

func TestKeysOfWalletsAreKnownByTheirChecksum(t *testing.T) {
	r, d := redactor(t, Options{}), newDrawer(9)
	carriers := append([]func(string) string{
		func(l string) string { return jsonString("x\n" + l) },
		func(l string) string { return strings.Repeat("a", 700) + " " + l },
		func(l string) string { return `a\u0022` + l },
	}, carriers...)
	for n := range 200 {
		key := make([]byte, 32)
		for i := range key {
			key[i] = byte(d.IntN(256))
		}
		w := wif([]byte{0x80, 0xef}[n%2], key, n%4 < 2)
		broken := []byte(w)
		if broken[20]++; base58Values[broken[20]] == 0 {
			broken[20] = 'z'
		}
		for c, carry := range carriers {
			for _, frame := range []string{"swept %s", "%s", "[%s]", "from=%s,n=1"} {
				line := carry(strings.Replace(frame, "%s", w, 1))
				got, found := message(r, line)
				if want := strings.Replace(line, w, "<redacted:private-key>", 1); got != want || len(found) != 1 {
					t.Fatalf("carrier %d: %q became %q, %d found", c, line, got, len(found))
				}
				line = strings.Replace(line, w, string(broken), 1)
				if got, found := message(r, line); string(broken) != w && (got != line || len(found) > 0) {
					t.Fatalf("carrier %d: with a wrong checksum %q became %q", c, line, got)
				}
			}
		}
	}
}
