package detector

// Spread mixes the length and four bytes of s into 32 bits, by which a direct-mapped cache in front of a map places
// what belongs to s: a fraction of what hashing costs. Strings that it does not tell apart only share a place.
func Spread(s string) uint64 {
	n := len(s)
	if n == 0 {
		return 0
	}
	x := uint64(n)<<32 | uint64(s[0])<<24 | uint64(s[n/2])<<16 | uint64(s[max(n-2, 0)])<<8 | uint64(s[n-1])
	return x * 0x9e3779b97f4a7c15 >> 32
}
