package redact

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
)

// fingerprints are 4 bytes of a keyed hash each: equal secrets can be told to be equal, and no more.
type fingerprints struct {
	mac hash.Hash
	sum [sha256.Size]byte
}

func newFingerprints(key []byte) fingerprints {
	if len(key) == 0 {
		return fingerprints{}
	}
	return fingerprints{mac: hmac.New(sha256.New, key)}
}

// of returns 8 hex digits; empty without a key.
func (f *fingerprints) of(secret []byte) string {
	if f.mac == nil {
		return ""
	}
	f.mac.Reset()
	f.mac.Write(secret)
	return hex.EncodeToString(f.mac.Sum(f.sum[:0])[:4])
}
