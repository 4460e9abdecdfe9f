package redact

import "golang.org/x/sys/cpu"

// hasFours tells whether this processor can do what fours needs.
var hasFours = cpu.X86.HasAVX2

// fours looks at the first 4n words of eight bytes at b, of which 32n+8 bytes can be read. It sets a bit of open for each that
// is not in seen as without an anchor, and a bit of digits for each byte that is one. n is 1 to 16.
//
//go:noescape
func fours(seen *judged, digits, b *byte, n int) (open uint64)

// What the halves of a word are multiplied by for its slot, by fours too: there are no products of 64 bits in AVX2.
const hashLow, hashHigh = 0x9E3779B1, 0x85EBCA6B

func slotOf(w uint64) uint32 { return (uint32(w)*hashLow + uint32(w>>32)*hashHigh) >> (32 - seenBits) }
