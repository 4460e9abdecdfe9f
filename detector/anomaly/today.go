package anomaly

// frequent is the rate from which on a level follows its service within an hour, in lines a bucket.
const frequent = .2

// drift renews, once a minute, where a service is today: the median over its frequent templates of the hour's level over the
// day's, where there are under three that of their sum; a third to three. On a Monday the day's is still that of the weekend.
func (v *service) drift(env *moment) {
	if env.n%env.minutes(1) != 0 {
		return
	}
	all := make([]float64, 0, 64)
	for _, t := range v.order {
		if !t.wild && t.dayLevel >= frequent && t.age(env.n) > env.day {
			all = append(all, t.level/t.dayLevel)
		}
	}
	sum := v.regular
	switch {
	case len(all) >= fewest:
		v.today = clamp(median(all), 1./3, 3)
	case sum.dayLevel > 0 && sum.age(env.n) > env.day:
		v.today = clamp(sum.level/sum.dayLevel, 1./3, 3)
	default:
		v.today = 1
	}
}

// otherLevel is the level of a template, or of the errors of a service, with its day's brought to today, over that without: what is rare is
// known by the day, and the service knows how this one differs.
func (s *series) otherLevel(env *moment) float64 {
	hour, day := s.known(env)
	hour, day = hour*s.level, day*s.dayLevel
	if s.role == roleRegular || s.role == roleTotal || hour+day <= 0 {
		return 1
	}
	return (hour + day*s.svc.today) / (hour + day)
}
