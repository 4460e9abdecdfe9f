package textset

// starts are the hashes of what texts begin with, three bytes in any case. It says no at nearly every place of a line,
// and is asked of each by itself, where the automaton has to wait for the place before.
type starts [1 << startBits / 64]uint64

const (
	startBits = 15
	startSize = 3
)

// newStarts is nil where a text is shorter than what it is to be known by.
func newStarts(texts []string) *starts {
	f := new(starts)
	for _, t := range texts {
		if len(t) < startSize {
			return nil
		}
		h := hashStart(gram(t, 0))
		f[h/64] |= 1 << (h % 64)
	}
	return f
}

// start returns the first place from i on at which a text may begin; the end where there is none.
func start[T []byte | string](f *starts, s T, i int) int {
	if f == nil {
		return i
	}
	if i+startSize > len(s) {
		return len(s)
	}
	for x := gram(s, i); ; i++ {
		if h := hashStart(x); f[h/64]&(1<<(h%64)) != 0 {
			return i
		}
		if i+startSize >= len(s) {
			return len(s)
		}
		x = x>>8 | uint32(s[i+startSize]|0x20)<<16
	}
}

// gram is the first three bytes of s from i on. Folding takes more for the same than letters: what it lets pass the
// automaton looks at.
func gram[T []byte | string](s T, i int) uint32 {
	return uint32(s[i]) | uint32(s[i+1])<<8 | uint32(s[i+2])<<16 | 0x202020
}

func hashStart(x uint32) uint32 { return x * 0x9e3779b1 >> (32 - startBits) }
