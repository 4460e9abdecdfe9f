package decode

import "testing"

// What is read eight bytes at a time ends where it does byte by byte.
func FuzzBlankAt(f *testing.F) {
	f.Add([]byte("path=/api/v1/orders/1842 status=200"), uint8(5))
	f.Add([]byte("\x80\xff !!\x21\x20\x21\x1f\x00a\xa0\xa1"), uint8(0))
	f.Add([]byte("!!!!!!!!!!!!!!!\x01"), uint8(1))
	f.Fuzz(func(t *testing.T, b []byte, from uint8) {
		i := min(int(from), len(b))
		want := i
		for want < len(b) && b[want] > ' ' {
			want++
		}
		if got := blankAt(b, i); got != want {
			t.Fatalf("%q from %d: %d, want %d", b, i, got, want)
		}
	})
}
