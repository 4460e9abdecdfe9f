package anomaly

// shape is the day of a service as its templates see it: the median of the daily factors of those that have no clock of their own. Rare
// and young templates borrow it. While it is not known that of the service's kin stands for it. It is found anew when its segment, from
// the middle of one slot to the middle of the next, changes.
type shape struct {
	first, second int64 // slots since the epoch that a and b are of
	a, b          float64
	n             int // templates of which the day is known
}

// find makes the shape that of slots a and b.
func (h *shape) find(v *service, a, b int64) {
	if h.first == a && h.second == b {
		return
	}
	h.first, h.second = a, b
	var all []*series
	for _, t := range v.order {
		if _, known := t.own(a); known > 0 && !t.wild && t.dayLevel >= frequent {
			all = append(all, t)
		}
	}
	h.n = len(all)
	var as, bs []float64
	for _, t := range followers(all) {
		va, _ := t.own(a)
		vb, _ := t.own(b)
		as, bs = append(as, va), append(bs, vb)
	}
	h.a, h.b = 1, 1
	switch {
	case h.n >= fewest:
		h.a, h.b = median(as), median(bs)
	case v.kin != nil:
		h.n, h.a, h.b = v.kin.n, v.kin.at(a), v.kin.at(b)
	}
}
