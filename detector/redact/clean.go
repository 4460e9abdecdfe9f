package redact

import (
	"encoding/binary"
	"math/bits"
)

// cleanValues remember values of fields in which nothing was found. The values of a stream come again: methods, user
// agents, the names of classes and threads. What is found in one rests on the value, on the name of its field and on what
// a redactor was made with, so that one comparison answers for most.
type cleanValues struct {
	slots  [cleanSlots]cleanValue
	missed uint32
}

type cleanValue struct {
	key  string
	size uint8
	text [maxClean]byte
}

const (
	cleanSlots = 1 << 8 // 22 KB for each redactor; slot takes 8 bits of a hash
	maxClean   = 64
	minClean   = wordSize // shorter ones are looked at as fast
)

// slot is the place for a value; nil where it is too short or too long to be remembered.
func (c *cleanValues) slot(b []byte) *cleanValue {
	n := len(b)
	if n < minClean || n > maxClean {
		return nil
	}
	h := binary.LittleEndian.Uint64(b) ^ bits.RotateLeft64(binary.LittleEndian.Uint64(b[n-wordSize:]), 23) ^ uint64(n)
	return &c.slots[h*0x9E3779B97F4A7C15>>56]
}

func (v *cleanValue) is(key string, b []byte) bool {
	return int(v.size) == len(b) && v.key == key && string(v.text[:v.size]) == string(b)
}

// keep remembers a value in its slot. Like words, one in so many takes the place of another: values that never come
// again rarely drive out those that do.
func (c *cleanValues) keep(v *cleanValue, key string, b []byte) {
	if c.missed++; c.missed%keepOne == 0 || v.size == 0 {
		v.key, v.size = key, uint8(copy(v.text[:], b))
	}
}
