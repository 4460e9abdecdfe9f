package textset

// starts are the hashes of what texts begin with, four bytes in any case. It says no at nearly every place of a line,
// and is asked of each by itself, where the automaton has to wait for the place before.
type starts [1 << startBits / 64]uint64

const (
	startBits  = 15
	startSize  = 4
	startLeast = startSize - 1 // a text that is one byte shorter is known by itself with any byte behind it
	startFold  = 0x20          // folds letters, and others too: what a start lets pass the automaton looks at
	foldAll    = startFold * 0x01010101
)

// newStarts is nil where a text is shorter than what it is to be known by.
func newStarts(texts []string) *starts {
	f := new(starts)
	for _, t := range texts {
		switch {
		case len(t) < startLeast:
			return nil
		case len(t) == startLeast:
			for c := range 256 {
				f.add(gram(t+string([]byte{byte(c)}), 0))
			}
		default:
			f.add(gram(t, 0))
		}
	}
	return f
}

func (f *starts) add(x uint32) {
	h := hashStart(x)
	f[h/64] |= 1 << (h % 64)
}

// start returns the first place from i on at which a text may begin; the end where there is none.
func start[T []byte | string](f *starts, s T, i int) int {
	if f == nil {
		return i
	}
	if i+startSize > len(s) {
		return rest(s, i)
	}
	for x := gram(s, i); ; i++ {
		if h := hashStart(x); f[h/64]&(1<<(h%64)) != 0 {
			return i
		}
		if i+startSize >= len(s) {
			return rest(s, i+1)
		}
		x = x>>8 | uint32(s[i+startSize]|startFold)<<24
	}
}

// rest is the place of the last bytes of s, from i on, where a text fits into them.
func rest[T []byte | string](s T, i int) int {
	if i+startLeast > len(s) {
		return len(s)
	}
	return i
}

// gram is the four bytes of s from i on, folded.
func gram[T []byte | string](s T, i int) uint32 {
	return uint32(s[i]) | uint32(s[i+1])<<8 | uint32(s[i+2])<<16 | uint32(s[i+3])<<24 | foldAll
}

func hashStart(x uint32) uint32 { return x * 0x9e3779b1 >> (32 - startBits) }
