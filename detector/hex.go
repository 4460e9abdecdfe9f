package detector

import "encoding/binary"

// Hex reports whether b is hexadecimal digits alone, in either case, and not empty.
func Hex(b []byte) bool {
	if len(b) < 8 {
		for _, c := range b {
			if c-'0' > 9 && c|0x20-'a' > 5 {
				return false
			}
		}
		return len(b) > 0
	}
	others := notHex(binary.LittleEndian.Uint64(b[len(b)-8:]))
	for ; len(b) > 8; b = b[8:] {
		others |= notHex(binary.LittleEndian.Uint64(b))
	}
	return others == 0
}

// notHex sets the highest bit of each of eight bytes that is no hexadecimal digit. Bytes are added to so that those
// from a bound on, and no others, reach 128.
func notHex(w uint64) uint64 {
	const each = 0x0101010101010101
	low := w & (0x7f * each)
	folded := low | 0x20*each
	digits := (low + (0x80-'0')*each) &^ (low + (0x7f-'9')*each)
	letters := (folded + (0x80-'a')*each) &^ (folded + (0x7f-'f')*each)
	return (^(digits | letters) | w) & (0x80 * each)
}
