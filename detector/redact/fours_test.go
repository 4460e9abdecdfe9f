package redact

import (
	"bytes"
	"testing"
)

// Four words at a time are judged as one at a time, whatever is remembered: half of the words are, some of them with what is
// not there any more.
func FuzzFours(f *testing.F) {
	if !hasFours {
		f.Skip("this processor looks at one word at a time")
	}
	f.Add([]byte("a line without a secret 0123456789, and a password=hunter2 in it"), uint64(5), byte('x'))
	f.Add(bytes.Repeat([]byte("09:/;\x80\xb0\xb9\xff\x00"), 60), uint64(0x5555), byte('7'))
	f.Add(bytes.Repeat([]byte{0}, 80), uint64(0), byte(0))
	r := redactor(f, Options{})
	f.Fuzz(func(t *testing.T, b []byte, remembered uint64, other byte) {
		b = bytes.Clone(b[:min(len(b), lookSize+wordSize)])
		n := (len(b) - wordSize) / wordSize / 4
		if n < 1 {
			return
		}
		l := new(look)
		for k := range 4 * n {
			if remembered>>k&1 != 0 {
				l.judge(&r.tables.grams, b, k*wordSize)
			}
		}
		b[int(remembered%uint64(len(b)))] = other
		want := l.singly(b, 0, 4*n)
		digits := l.digits
		clear(l.digits[:])
		if got := fours(&l.seen[0], &l.digits[0], &b[0], n); got != want || l.digits != digits {
			t.Fatalf("%q: fours %b, digits %v; singly %b, digits %v", b, got, l.digits, want, digits)
		}
	})
}
