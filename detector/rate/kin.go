package rate

import "github.com/tocsin-io/tocsin/detector"

// kinships numbers the series of a dictionary by class, service, environment and level: those that differ in their template
// alone are kin and have one number. It grows with the dictionary, so that a sum over all series that asks for no template
// looks up each number once and not each series.
type kinships struct {
	numbers []uint32 // by the place of the series
	known   map[detector.Series]uint32
}

// grow numbers the series that have come since.
func (k *kinships) grow(series []detector.Series) {
	if k.known == nil {
		k.known = make(map[detector.Series]uint32)
	}
	for i := len(k.numbers); i < len(series); i++ {
		s := kinOf(&series[i])
		n, ok := k.known[s]
		if !ok {
			n = uint32(len(k.known))
			k.known[s] = n
		}
		k.numbers = append(k.numbers, n)
	}
}

// kinOf is what kin have in common.
func kinOf(s *detector.Series) detector.Series {
	return detector.Series{Class: s.Class, Service: s.Service, Environment: s.Environment, Level: s.Level}
}

// kinNumbers returns the number of the kin of each series that is known, and how many numbers there are. Readers hold the slice
// while it grows: appending never changes what they see.
func (d *dictionary) kinNumbers() ([]uint32, int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.kin.grow(d.series)
	return d.kin.numbers, len(d.kin.known)
}

// rememberKin is remember for a find that looks at class, service, environment and level alone.
func rememberKin[T any](in scope, find func(*detector.Series) T) func(s *detector.Series, index uint32) T {
	numbers, size := in.dict.kinNumbers()
	known, asked := make([]T, size), make([]bool, size)
	return func(s *detector.Series, index uint32) T {
		if int(index) >= len(numbers) { // new since
			if numbers, size = in.dict.kinNumbers(); int(index) >= len(numbers) {
				return find(s)
			}
			known, asked = append(known, make([]T, size-len(known))...), append(asked, make([]bool, size-len(asked))...)
		}
		n := numbers[index]
		if !asked[n] {
			known[n], asked[n] = find(s), true
		}
		return known[n]
	}
}
