package template

import (
	"bytes"
	"math"
	"strconv"
)

// read tells what msg[Start:End] is. A unit may follow as a word of its own, which ends at next (0: there is none).
func (s *Slot) read(msg []byte, next int) {
	b := msg[s.Start:s.End]
	n := numberLen(b)
	if n == 0 {
		s.Kind = kindOf(b)
		return
	}
	unit := b[n:]
	end := s.End
	if len(unit) == 0 && next > s.End {
		if w := bytes.TrimLeft(msg[s.End:next], " "); len(w) <= 12 {
			if _, _, ok := scaleOf(w); ok {
				unit, end = w, next
			}
		}
	}
	if len(unit) > 0 {
		if total, ok := compound(b); ok {
			s.Kind, s.Numeric, s.Value = SlotDuration, true, total
			return
		}
	}
	kind, scale, ok := scaleOf(unit)
	if !ok {
		s.Kind = kindOf(b)
		return
	}
	v, ok := parseNumber(b[:n])
	if !ok {
		s.Kind = kindOf(b)
		return
	}
	s.Kind, s.Numeric, s.Value, s.End = kind, true, v*scale, end
}

// numberLen is the length of the decimal number that b begins with.
func numberLen(b []byte) int {
	i := 0
	if i < len(b) && (b[i] == '-' || b[i] == '+') {
		i++
	}
	digits := 0
	for ; i < len(b) && b[i] >= '0' && b[i] <= '9'; i++ {
		digits++
	}
	if digits == 0 || digits > 18 {
		return 0
	}
	if i+1 < len(b) && b[i] == '.' && b[i+1] >= '0' && b[i+1] <= '9' {
		for i++; i < len(b) && b[i] >= '0' && b[i] <= '9'; i++ {
		}
	}
	if i+2 < len(b) && (b[i] == 'e' || b[i] == 'E') && (b[i+1] == '-' || b[i+1] == '+') && b[i+2] >= '0' && b[i+2] <= '9' {
		for i += 2; i < len(b) && b[i] >= '0' && b[i] <= '9'; i++ {
		}
	}
	return i
}

// powers are exact as float64, and so is a mantissa of 15 digits: their quotient is rounded once, as it should be.
var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// parseNumber reads what numberLen found; it allocates only for more than 15 digits or an exponent.
func parseNumber(b []byte) (float64, bool) {
	i, neg := 0, false
	if b[0] == '-' || b[0] == '+' {
		i, neg = 1, b[0] == '-'
	}
	mantissa, digits, after := uint64(0), 0, -1
	for ; i < len(b) && digits <= 15; i++ {
		switch c := b[i]; {
		case c == '.':
			after = digits
		case c >= '0' && c <= '9':
			mantissa = mantissa*10 + uint64(c-'0')
			digits++
		default:
			digits = 16
		}
	}
	if digits > 15 {
		v, err := strconv.ParseFloat(string(b), 64)
		return v, err == nil && !math.IsInf(v, 0)
	}
	v := float64(mantissa)
	if after >= 0 {
		v /= powers[digits-after]
	}
	if neg {
		v = -v
	}
	return v, true
}

// scaleOf is the kind and the base units of a unit; the empty one is a plain number.
func scaleOf(unit []byte) (SlotKind, float64, bool) {
	if len(unit) == 0 {
		return SlotNumber, 1, true
	}
	var lower [16]byte
	if len(unit) > len(lower) {
		return SlotOther, 0, false
	}
	s, ok := scales[string(unit)]
	if !ok {
		for i, c := range unit {
			if c >= 'A' && c <= 'Z' {
				c |= 0x20
			}
			lower[i] = c
		}
		s, ok = scales[string(lower[:len(unit)])]
	}
	return s.kind, s.factor, ok
}

type scale struct {
	kind   SlotKind
	factor float64
}

// scales has decimal and binary sizes alike as powers of 1024, as most programs print them.
var scales = func() map[string]scale {
	m := map[string]scale{"%": {SlotPercent, 1}}
	add := func(kind SlotKind, factor float64, names ...string) {
		for _, n := range names {
			m[n] = scale{kind, factor}
		}
	}
	add(SlotDuration, 1e-9, "ns", "nanosecond", "nanoseconds", "nanos")
	add(SlotDuration, 1e-6, "us", "µs", "μs", "microsecond", "microseconds", "micros", "usec", "usecs")
	add(SlotDuration, 1e-3, "ms", "msec", "msecs", "millisecond", "milliseconds", "millis")
	add(SlotDuration, 1, "s", "sec", "secs", "second", "seconds")
	add(SlotDuration, 60, "m", "min", "mins", "minute", "minutes")
	add(SlotDuration, 3600, "h", "hr", "hrs", "hour", "hours")
	add(SlotDuration, 86400, "d", "day", "days")
	add(SlotSize, 1, "B", "b", "byte", "bytes")
	for i, p := range []string{"k", "m", "g", "t", "p"} {
		f := math.Pow(1024, float64(i+1))
		add(SlotSize, f, p+"b", p+"ib")
		if p != "m" {
			add(SlotSize, f, p)
		}
	}
	add(SlotSize, 1<<20, "M")
	return m
}()

// compound reads a duration of several parts, as 1h2m3.5s.
func compound(b []byte) (float64, bool) {
	total, parts := 0.0, 0
	for len(b) > 0 {
		n := numberLen(b)
		if n == 0 {
			return 0, false
		}
		e := n
		for e < len(b) && classes[b[e]]&clAlpha != 0 {
			e++
		}
		kind, f, ok := scaleOf(b[n:e])
		if !ok || kind != SlotDuration {
			return 0, false
		}
		v, ok := parseNumber(b[:n])
		if !ok {
			return 0, false
		}
		total += v * f
		parts++
		b = b[e:]
	}
	return total, parts > 1
}
