// Package textset finds many texts in a line in one pass.
package textset

// Set finds many small ASCII texts in one pass over a line, in any case (Aho and Corasick, 1975), as a dense
// table over the classes of bytes that the texts tell apart.
type Set struct {
	classes [256]uint8
	width   int32
	next    []int32   // state*width + class; a state below zero has outputs
	outputs [][]int32 // by state
	starts  *starts   // nil where some text is too short
}

// maxTable bounds the table, in entries of 4 bytes.
const maxTable = 16 << 20

// New makes a set of texts of small ASCII letters; their indices are what Scan reports. It is nil where there are no
// texts and where the table would be too large; then nothing may be spared.
func New(texts []string) *Set {
	if len(texts) == 0 {
		return nil
	}
	a := &Set{width: 1}
	total := 1
	for _, t := range texts {
		total += len(t)
		for i := 0; i < len(t); i++ {
			if a.classes[t[i]] == 0 {
				a.classes[t[i]] = uint8(a.width)
				a.width++
			}
		}
	}
	if total > maxTable/int(a.width) {
		return nil
	}
	for c := byte('A'); c <= 'Z'; c++ {
		a.classes[c] = a.classes[c+'a'-'A']
	}
	a.trie(texts)
	a.link()
	a.starts = newStarts(texts)
	return a
}

func (a *Set) trie(texts []string) {
	a.next = make([]int32, a.width)
	a.outputs = make([][]int32, 1)
	for id, t := range texts {
		state := int32(0)
		for i := 0; i < len(t); i++ {
			at := state*a.width + int32(a.classes[t[i]])
			if a.next[at] == 0 {
				a.next[at] = int32(len(a.outputs))
				a.outputs = append(a.outputs, nil)
				a.next = append(a.next, make([]int32, a.width)...)
			}
			state = a.next[at]
		}
		a.outputs[state] = append(a.outputs[state], int32(id))
	}
}

// link makes the trie an automaton without failure steps, breadth first, and marks states with outputs.
func (a *Set) link() {
	fail := make([]int32, len(a.outputs))
	queue := make([]int32, 0, len(a.outputs))
	for c := range a.width {
		if s := a.next[c]; s != 0 {
			queue = append(queue, s)
		}
	}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		a.outputs[s] = append(a.outputs[s], a.outputs[fail[s]]...)
		for c := range a.width {
			at := s*a.width + c
			if child := a.next[at]; child != 0 {
				fail[child] = a.next[fail[s]*a.width+c]
				queue = append(queue, child)
			} else {
				a.next[at] = a.next[fail[s]*a.width+c]
			}
		}
	}
	for i, s := range a.next {
		if len(a.outputs[s]) > 0 {
			a.next[i] = -s * a.width
		} else {
			a.next[i] = s * a.width
		}
	}
}

// Scan calls hit with each text that ends at each place of s; the same one may come several times.
func (a *Set) Scan(s []byte, hit func(int32)) {
	for i, state, ids := walk(a, s, 0, 0); ids != nil; i, state, ids = walk(a, s, i, state) {
		for _, id := range ids {
			hit(id)
		}
	}
}

// Mask returns which of the first 64 texts stand in s.
func (a *Set) Mask(s string) uint64 {
	mask := uint64(0)
	for i, state, ids := walk(a, s, 0, 0); ids != nil; i, state, ids = walk(a, s, i, state) {
		for _, id := range ids {
			mask |= 1 << (id & 63)
		}
	}
	return mask
}

// walk goes on from the i-th byte of s in a state to behind the next one at which texts end, and tells which; none at
// the end of s. Between texts it goes to where one may begin.
func walk[T []byte | string](a *Set, s T, i int, state int32) (int, int32, []int32) {
	for i < len(s) {
		if state == 0 {
			if i = start(a.starts, s, i); i == len(s) {
				break
			}
		}
		state = a.next[state+int32(a.classes[s[i]])]
		if i++; state < 0 {
			return i, -state, a.outputs[-state/a.width]
		}
	}
	return i, 0, nil
}
