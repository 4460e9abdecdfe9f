package redact

import (
	"crypto/sha256"
	"encoding/binary"
)

// A private key in the wallet import format of Bitcoin has no name and no mark, but a checksum: 0x80 (0xef on test networks),
// 32 bytes, perhaps 0x01, and four bytes of a double SHA-256, in base 58.
const (
	minWallet = 51
	maxWallet = 52
	maxLeft   = 3 // bytes of an escape that may be digits, too
)

const base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// base58Values are the values of its digits, from 1; 0 for a byte that is none.
var base58Values = func() (t [256]byte) {
	for i := range len(base58) {
		t[base58[i]] = byte(i + 1)
	}
	return t
}()

// walletProbe is how many bytes in a row are looked at for one of them: so many that few other words pass.
const walletProbe = 2 * wordSize

// wallets removes the keys of wallets. Any of them covers one of the places that are looked at.
func (s *scan) wallets() {
	const each, step = 0x0101010101010101, minWallet - walletProbe + 1
	for rest := s.b[step-1:]; len(rest) >= walletProbe; rest = rest[step:] {
		one, two := binary.LittleEndian.Uint64(rest), binary.LittleEndian.Uint64(rest[wordSize:])
		// A byte below '1' leaves its highest bit cleared: a blank, most punctuation, 0.
		if ((one|0x80*each)-'1'*each)&((two|0x80*each)-'1'*each)&(0x80*each) == 0x80*each {
			s.walletAround(len(s.b) - len(rest))
		}
		if len(rest) < step {
			return
		}
	}
}

// walletAround removes the key that the byte at i is one of.
func (s *scan) walletAround(i int) {
	from, to := i, i
	for to < s.n(i, maxWallet+1) && base58Values[s.b[to]] != 0 {
		to++
	}
	for from > 0 && to-from <= maxWallet+maxLeft && base58Values[s.b[from-1]] != 0 {
		from--
	}
	if !is(s.b, to, charAlnum|charUnder) {
		s.wallet(from, to)
	}
}

// wallet removes the key that the digits from from to to are, but for what an escape before it leaves among them.
func (s *scan) wallet(from, to int) {
	for limit := from + maxLeft; from <= limit && to-from >= minWallet; from++ {
		if to-from <= maxWallet && starts(s.b, from) && walletKey(s.b[from:to]) && !touchesMark(s.b, from, to) {
			s.spans = append(s.spans, span{from: from, to: to, kind: "private-key"})
			return
		}
	}
}

// walletKey reports whether v decodes to a key of a wallet with the right checksum.
func walletKey(v []byte) bool {
	var key [38]byte
	for _, c := range v {
		carry := int(base58Values[c]) - 1
		for i := len(key) - 1; i >= 0; i-- {
			carry += 58 * int(key[i])
			key[i] = byte(carry)
			carry >>= 8
		}
		if carry != 0 {
			return false
		}
	}
	body := key[:34]
	if len(v) == minWallet {
		body = key[1:34]
		if key[0] != 0 {
			return false
		}
	} else if key[33] != 1 {
		return false
	}
	if body[0] != 0x80 && body[0] != 0xef {
		return false
	}
	sum := sha256.Sum256(body)
	sum = sha256.Sum256(sum[:])
	return [4]byte(sum[:4]) == [4]byte(key[34:])
}
