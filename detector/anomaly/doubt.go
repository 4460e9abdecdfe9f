package anomaly

// What is expected of a template rests on its day, which may be known badly: one day's wander, a weekend, a birth in the evening.
// Its service knows its day from all its templates. Where the two disagree neither is taken for the truth: a rise is
// judged against the greater. Falls are not: a service that falls would take its shape along.

// slotDays is how many days a slot of a profile remembers. Until then that of the service stands beside it.
const slotDays = 3

// otherDay is the daily factor of the service over that of the template, 1 where the template's own is known or the service's is not.
func (s *series) otherDay(env *moment) float64 {
	h := &s.svc.shape
	if s.role != roleTemplate || !s.ownProfile() || s.day.known() >= slotDays || h.n < fewest {
		return 1
	}
	into := float64(env.n-(h.first*env.slot+env.slot/2)) / float64(env.slot)
	return max(.05, h.a+(h.b-h.a)*into) / s.shift
}

// untold tells that what an excursion was is no habit yet: in the first day of a service a template that always logs goes up and down with a
// day that nobody knows. So does what logs in most quarters of an hour, though rarely, for more than half an hour.
func (s *series) untold(e *excursion, n int64, env *moment) bool {
	always := float64(s.filled) > .5*float64(s.age(n)) || (n-e.zero > env.hour/2 && s.present(n, env) > .5)
	return env.young(s.svc) && always
}
