package rate

import "unicode/utf8"

// Cut is the beginning of s: n bytes at most, and no part of a character at their end.
func Cut[T ~string | ~[]byte](s T, n int) T {
	if len(s) <= n {
		return s
	}
	for at := n; at >= 0 && at > n-utf8.UTFMax; at-- {
		if utf8.RuneStart(s[at]) {
			return s[:at]
		}
	}
	return s[:n] // no UTF-8
}
