package template

import (
	"encoding/binary"
	"math/bits"

	"github.com/tocsin-io/tocsin/detector"
)

// The constants of wyhash: odd, and half of their bits set. They are part of every stored id: changing one, or what
// hashWord does, changes the identity of every template that was ever counted.
const (
	k0 = 0xa0761d6478bd642f
	k1 = 0xe7037ed1a0b428db
	k2 = 0x8ebc6af09c88c6e3
	k3 = 0x589965cc75374cc3
)

func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// hashWord is a wyhash of b[i:j], eight bytes a step. b itself may be longer: where eight bytes can be read they are,
// and those after j are shifted out.
func hashWord(b []byte, i, j int) uint64 {
	h := uint64(j-i) ^ k0
	for j-i > 8 {
		h = mix(h^k1, binary.LittleEndian.Uint64(b[i:])^k2)
		i += 8
	}
	return mix(h^k1, load(b, i, j)^k3)
}

// hashShort is hashWord of n bytes, at most eight: v is what load reads of them.
func hashShort(v uint64, n int) uint64 { return mix(uint64(n)^k0^k1, v^k3) }

// load reads b[i:j], at most eight bytes, as a little-endian number.
func load(b []byte, i, j int) uint64 {
	n := j - i
	if n <= 0 {
		return 0
	}
	if i+8 <= len(b) {
		return binary.LittleEndian.Uint64(b[i:]) << (64 - 8*uint(n)) >> (64 - 8*uint(n))
	}
	var v uint64
	for k := n - 1; k >= 0; k-- {
		v = v<<8 | uint64(b[i+k])
	}
	return v
}

// reserved ids are moved out of the way: 0 means none and detector.OverflowShape is taken.
func shapeID(h uint64) detector.ShapeID {
	if h <= uint64(detector.OverflowShape) {
		h += k0
	}
	return detector.ShapeID(h)
}
