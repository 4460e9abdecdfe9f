package sketch

// smallest keeps the MaxValues smallest distinct hashes. Which those are does not depend on the order in which they
// came or were merged, so every replica keeps the same ones.
type smallest struct {
	heap []uint64 // the largest first, each at least as large as its children at 2i+1 and 2i+2
	set  map[uint64]struct{}
}

func (s *smallest) add(h uint64) {
	full := len(s.heap) == MaxValues
	if full && h >= s.heap[0] {
		return
	}
	if _, ok := s.set[h]; ok {
		return
	}
	if s.set == nil {
		s.set = make(map[uint64]struct{})
	}
	s.set[h] = struct{}{}
	if !full {
		s.heap = append(s.heap, h)
		s.up(len(s.heap) - 1)
		return
	}
	delete(s.set, s.heap[0])
	s.heap[0] = h
	s.down()
}

func (s *smallest) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if s.heap[parent] >= s.heap[i] {
			return
		}
		s.heap[parent], s.heap[i] = s.heap[i], s.heap[parent]
		i = parent
	}
}

func (s *smallest) down() {
	for i := 0; ; {
		largest := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(s.heap); child++ {
			if s.heap[child] > s.heap[largest] {
				largest = child
			}
		}
		if largest == i {
			return
		}
		s.heap[largest], s.heap[i] = s.heap[i], s.heap[largest]
		i = largest
	}
}
