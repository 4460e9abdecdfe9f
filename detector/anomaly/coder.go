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
	version byte
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
func (c *coder) floats(all ...*float64) { sparse(c, all, c.float) }

// smalls codes numbers of single precision as floats does the others.
func (c *coder) smalls(all ...*float32) { sparse(c, all, c.small) }

// numbers codes *float64 and *float32 in one list; versions before 5 wrote all of them in double precision.
func (c *coder) numbers(all ...any) {
	sparse(c, all, func(v any, there bool) bool {
		if single, ok := v.(*float32); ok {
			if c.version >= 5 {
				return c.small(single, there)
			}
			var wide float64
			c.float(&wide, there)
			*single = bounded[float32](wide)
			return there
		}
		return c.float(v.(*float64), there)
	})
}

// sparse codes numbers in groups of eight. one reads the number if it is there, or writes it unless it is 0 and tells
// whether it was.
func sparse[T any](c *coder, all []T, one func(v T, there bool) bool) {
	for len(all) > 0 {
		group := all[:min(8, len(all))]
		all = all[len(group):]
		if c.reading {
			mask := c.take(1)[0]
			for i, v := range group {
				one(v, mask>>i&1 == 1)
			}
			continue
		}
		at := len(c.b)
		c.b = append(c.b, 0)
		for i, v := range group {
			if one(v, false) {
				c.b[at] |= 1 << i
			}
		}
	}
}

func (c *coder) float(v *float64, there bool) bool {
	switch {
	case !c.reading:
		if there = *v != 0; there {
			c.b = binary.LittleEndian.AppendUint64(c.b, math.Float64bits(*v))
		}
	case there:
		*v = c.finite(math.Float64frombits(binary.LittleEndian.Uint64(c.take(8))))
	default:
		*v = 0
	}
	return there
}

func (c *coder) small(v *float32, there bool) bool {
	switch {
	case !c.reading:
		if there = *v != 0; there {
			c.b = binary.LittleEndian.AppendUint32(c.b, math.Float32bits(*v))
		}
	case there:
		*v = float32(c.finite(float64(math.Float32frombits(binary.LittleEndian.Uint32(c.take(4))))))
	default:
		*v = 0
	}
	return there
}

// finite fails for what no suite writes, and makes it 0.
func (c *coder) finite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		c.fail()
		return 0
	}
	return v
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
