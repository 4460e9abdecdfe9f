package anomaly

// season renews the daily factor at the begin of every half slot, and when the last one is stale.
func (s *series) season(n int64, stale bool, env *moment) {
	if s.day == nil && (s.role != roleTemplate || (s.level > .03 && s.age(n) > env.slot)) {
		s.day = &daily{}
	}
	if at := n % env.slot; at != 0 && at != env.slot/2 && !stale && s.age(n) != 0 {
		s.shift += float64(s.slope)
		return
	}
	was := s.shift
	shift, slope := s.factor(n, env)
	s.shift, s.slope = shift, float32(slope)
	if known := s.profile(); s.seasonal != known {
		// Without a profile the level follows the day itself; with one it is the level of the day.
		s.seasonal = known
		s.level *= was / s.shift
		relax(&s.hourU, 0, was/s.shift)
	}
}

// profile tells that a daily factor is known: its own, that of its service, or that of the service's kin.
func (s *series) profile() bool {
	return s.ownProfile() || s.svc.kin != nil || (s.role == roleTemplate && s.svc.shape.n >= fewest)
}

func (s *series) ownProfile() bool { return s.day != nil && s.day.known() >= 1 }

// factor is the daily factor at n and its change a bucket until the next half slot: interpolated between the middles of
// slots, mean 1, from the second day on. What a rare or young series knows of itself is mixed with the shape of its
// service, by the lines that each slot was learned from.
func (s *series) factor(n int64, env *moment) (value, slope float64) {
	if !s.profile() {
		return 1, 0
	}
	slot, half := n/env.slot, env.slot/2
	a, b := slot, slot+1 // the segment from the middle of a to the middle of b
	if n%env.slot < half {
		a, b = slot-1, slot
	}
	s.svc.shape.find(s.svc, a, b)
	va, vb := s.relative(a, s.svc.shape.a), s.relative(b, s.svc.shape.b)
	slope = (vb - va) / float64(env.slot)
	into := float64(n - (a*env.slot + half))
	return max(va+slope*into, .05), slope
}

// relative is the rate of a slot over the mean of the day; shape is that of the service.
func (s *series) relative(slot int64, shape float64) float64 {
	own, known := s.own(slot)
	switch {
	case s.role != roleTemplate && s.svc.kin != nil && !s.ownProfile():
		return shape
	case s.role == roleTotal || s.role == roleRegular || s.svc.shape.n < fewest:
		return own
	}
	if s.day != nil {
		shape += float64(s.day.even) * (1 - shape)
	}
	w := known / (known + 60)
	return w*own + (1-w)*shape
}

// own is the same by what the series itself has seen, and how many lines that rests on; 1 and 0 where it has not.
func (s *series) own(slot int64) (rate, known float64) {
	at := (slot%slots + slots) % slots
	if !s.ownProfile() || s.day.rate[at] == 0 {
		return 1, 0
	}
	mean := s.day.mean()
	if mean <= 0 {
		return 1, 0
	}
	return unpack(s.day.rate[at]) / mean, mean * float64(len(s.day.rate)) * min(s.day.known(), 3)
}

// nearby is the least and the greatest daily factor of a sum a quarter of an hour before and after, over the one now: at most and at
// least 1.
func (s *series) nearby(env *moment) (low, high float64) {
	low, high = 1, 1
	if !s.ownProfile() {
		return low, high
	}
	into := float64((env.n+env.slot/2)%env.slot) / float64(env.slot) // from the middle of a slot to that of the next
	slot := (env.n - env.slot/2) / env.slot
	for _, at := range [2]int64{slot - 1, slot + 1} {
		a, _ := s.own(at)
		b, _ := s.own(at + 1)
		rate := a + (b-a)*into
		low, high = min(low, rate/s.shift), max(high, rate/s.shift)
	}
	return max(low, .05), min(high, 20)
}
