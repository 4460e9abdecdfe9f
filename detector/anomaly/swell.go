package anomaly

// A template that is no error swells: it logs up to swell times what it does else for some minutes, as a garbage collection, or up to
// crawl times for half an hour, as where a crawler reads a site. Nobody is woken for that, nor for what logs at night some lines a
// minute, as it does at every noon.
const (
	swell        = 2.5
	swellMinutes = 5
	crawl        = 2.3
	crawlMinutes = 30
	// nightRate is in lines a bucket: what is expected of a template that is rare at this hour. It is told from nightTimes that on, or after
	// half an hour.
	nightRate  = .5
	nightTimes = 7
)

// swelling tells that what rises may be over before anybody has read of it. m is what is expected; up what that is over
// what the template knows: common factor and all doubts.
func (s *series) swelling(m, up float64, env *moment) bool {
	lasts, sum, expected := env.n-s.up.zero, float64(s.up.sumX), float64(s.up.sumM)
	swells := lasts < env.minutes(swellMinutes) && (s.fast < s.svc.swellTimes(env)*m || sum < swell*expected)
	crawls := sum < crawl*expected && s.mid < crawl*s.midM*up
	night := s.least(m, env) < nightRate && s.fast < s.noon() && sum < nightTimes*expected
	return swells || lasts < env.minutes(crawlMinutes) && (crawls || night)
}

// swells counts the rises of templates of a service, no errors, that were told and over within the hour, fading to an e-th in
// four days. Where there were two, a rise must go on for swellMinutes up to a factor that grows with them; see swell.
type swells struct{ told fading }

func (w *swells) book(env *moment) { w.told = fading{w.left(env) + 1, env.n} }

func (w *swells) left(env *moment) float64 { return w.told.left(4, env) }

// times is the rise under which a template must go on for swellMinutes.
func (w *swells) times(env *moment) float64 {
	return swell + min(w.habit(env), mostHabit)
}

const mostHabit = 1.5

// habit is how many there were but for the first.
func (w *swells) habit(env *moment) float64 { return max(0, w.left(env)-1) }
