package anomaly

import (
	"encoding/binary"
	"errors"
	"math"
)

// coder writes or reads state: one list of fields serves both, so they cannot differ. Numbers are exact: a suite that
// was restored goes on as the one that was saved.
type coder struct {
	b       []byte
	reading bool
	err     error
}

var errState = errors.New("anomaly: the state ends early or is damaged: remove it and let the suite learn again")

func (c *coder) fail() {
	if c.err == nil {
		c.err = errState
	}
	c.b = nil
}

func (c *coder) take(n int) []byte {
	if c.err != nil || len(c.b) < n {
		c.fail()
		return make([]byte, n)
	}
	out := c.b[:n]
	c.b = c.b[n:]
	return out
}

// floats codes numbers in groups of eight: a mask of those that are not zero, then these. What is read is finite.
func (c *coder) floats(all ...*float64) {
	sparse(c, all, 8, func(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) },
		func(b []byte, f float64) []byte { return binary.LittleEndian.AppendUint64(b, math.Float64bits(f)) })
}

// smalls codes numbers of single precision as floats does the others.
func (c *coder) smalls(all ...*float32) {
	sparse(c, all, 4, func(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) },
		func(b []byte, f float32) []byte { return binary.LittleEndian.AppendUint32(b, math.Float32bits(f)) })
}

// sparse codes numbers of so many bytes in groups of eight.
func sparse[T float32 | float64](c *coder, all []*T, size int, get func([]byte) T, put func([]byte, T) []byte) {
	for len(all) > 0 {
		group := all[:min(8, len(all))]
		all = all[len(group):]
		if c.reading {
			mask := c.take(1)[0]
			for i, f := range group {
				*f = 0
				if mask>>i&1 == 1 {
					*f = get(c.take(size))
					if v := float64(*f); math.IsNaN(v) || math.IsInf(v, 0) {
						c.fail()
						*f = 0
					}
				}
			}
			continue
		}
		at := len(c.b)
		c.b = append(c.b, 0)
		for i, f := range group {
			if *f != 0 {
				c.b[at] |= 1 << i
				c.b = put(c.b, *f)
			}
		}
	}
}

// shorts codes small counts.
func (c *coder) shorts(all ...*int32) {
	for _, v := range all {
		wide := int64(*v)
		c.ints(&wide)
		*v = int32(wide)
	}
}

func (c *coder) ints(all ...*int64) {
	for _, v := range all {
		if !c.reading {
			c.b = binary.AppendVarint(c.b, *v)
			continue
		}
		got, n := binary.Varint(c.b)
		if n <= 0 || c.err != nil {
			c.fail()
			*v = 0
			continue
		}
		*v, c.b = got, c.b[n:]
	}
}

// number codes a small count or an id.
func (c *coder) number(v uint64) uint64 {
	if !c.reading {
		c.b = binary.AppendUvarint(c.b, v)
		return v
	}
	got, n := binary.Uvarint(c.b)
	if n <= 0 || c.err != nil {
		c.fail()
		return 0
	}
	c.b = c.b[n:]
	return got
}

// length codes how many elements follow; each takes at least one byte, so that a damaged length cannot ask for more
// memory than the state has bytes.
func (c *coder) length(n int) int {
	got := c.number(uint64(n))
	if c.reading && got > uint64(len(c.b)) {
		c.fail()
		return 0
	}
	return int(got)
}

func (c *coder) bools(all ...*bool) {
	for len(all) > 0 {
		group := all[:min(8, len(all))]
		all = all[len(group):]
		mask := uint64(0)
		for i, b := range group {
			if *b {
				mask |= 1 << i
			}
		}
		mask = c.number(mask)
		for i, b := range group {
			*b = mask>>i&1 == 1
		}
	}
}

func (c *coder) text(s *string) {
	n := c.length(len(*s))
	if !c.reading {
		c.b = append(c.b, *s...)
		return
	}
	*s = string(c.take(n))
}

// bytes codes an array of which many are zero: a mask, then the others.
func (c *coder) bytes(all []uint8) {
	for len(all) > 0 {
		group := all[:min(8, len(all))]
		all = all[len(group):]
		if c.reading {
			mask := c.take(1)[0]
			for i := range group {
				group[i] = 0
				if mask>>i&1 == 1 {
					group[i] = c.take(1)[0]
				}
			}
			continue
		}
		at := len(c.b)
		c.b = append(c.b, 0)
		for i, v := range group {
			if v != 0 {
				c.b[at] |= 1 << i
				c.b = append(c.b, v)
			}
		}
	}
}
