package anomaly

import (
	"math"

	"github.com/tocsin-io/tocsin/detector"
)

// A process that starts writes lines that nothing else writes: several templates of info or debug, each rare, within a minute.
// What no error does in the half hour after that is a notice: caches are cold, pools are filled. startNats is how unlikely that many
// at once must be by chance, k ln(k/E) - (k - E) where E are expected.
const (
	startNats    = 9
	startMinutes = 30
)

// noteStart looks for the lines of a start in the bucket in work, to which the templates have been brought.
func (v *service) noteStart(env *moment) {
	began := false
	for _, t := range v.counted {
		began = began || t.ofStart(env)
	}
	if !began {
		return
	}
	seen, expected := 0.0, 0.0
	for _, t := range v.order {
		if !t.ofStart(env) {
			continue
		}
		expected += t.lines / float64(t.age(env.n)+1) * float64(env.minutes(1))
		if env.n-t.seen < env.minutes(1) {
			seen++
		}
	}
	if unlikely(seen, expected) > startNats {
		v.started = env.n
	}
}

// ofStart tells that t may be written by starts only: it is no warning and has come less than once in an hour for a day.
func (s *series) ofStart(env *moment) bool {
	return s.id.level < detector.LevelWarn && s.age(env.n) >= env.day && s.lines < float64(s.age(env.n)/env.hour) && s.filled >= 2
}

// ofAStart tells that the rise of a template of which m lines are expected is what a start brings. A flood is none of that.
func (s *series) ofAStart(m float64, env *moment) bool {
	return s.plain() && s.x <= enormous*max(m, 1) && (s.svc.starting(env) || env.early && s.svc.mayStart(env))
}

// mayStart tells that lines which may come yet could make a start of the bucket in work.
func (v *service) mayStart(env *moment) bool {
	seen, expected := 0.0, 0.0
	for _, t := range v.order {
		if t.filled == 1 || t.ofStart(env) {
			seen++
			expected += (t.lines - t.x) / float64(t.age(env.n)+1) * float64(env.minutes(1))
		}
	}
	return unlikely(seen, expected) > startNats
}

// unlikely is how many nats speak against it that so many came by chance where so few were expected.
func unlikely(seen, expected float64) float64 {
	if seen <= expected {
		return 0
	}
	return seen*math.Log(seen/max(expected, 1e-9)) - (seen - expected)
}

// starting tells that the service has started something within the last half hour.
func (v *service) starting(env *moment) bool {
	return v.started > 0 && env.n-v.started < env.minutes(startMinutes)
}
