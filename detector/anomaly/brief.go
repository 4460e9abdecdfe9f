package anomaly

import "math"

// What a service does for some minutes now and then, each time in other templates, no template has a record of: it is kept by the service.

// brief is how many lines its bursts of errors had that were over within briefMinutes: the largest, fading by a tenth in three days. A
// rise of errors, or a new error, that has not had twice as many is told once it has lasted for lastingMinutes, as the retries of a client
// come in such bursts and are over before anybody has read of them. Whoever wants to be told sets the service to keen.
type brief struct{ lines fading }

const (
	briefMinutes   = 10
	lastingMinutes = 5
	// briefMost is over what a burst is no noise, however short.
	briefMost = 100
)

// book notes a burst that is over.
func (b *brief) book(lines float64, env *moment) {
	if lines >= b.left(env) && lines <= briefMost {
		b.lines = fading{lines, env.n}
	}
}

// left is the largest as far as it is remembered.
func (b *brief) left(env *moment) float64 { return b.lines.left(30, env) }

// brieflike tells that what s has had since bucket zero, so many lines, may be a burst as the service has had before. What lasts has
// about as many lines now as in the last five minutes and since it began: EW6 >= .7 EW30 and .7 of the mean.
func (v *service) brieflike(s *series, zero int64, lines float64, env *moment) bool {
	if v.brief.lines.was == 0 || env.opt.sensitivity(v.name) == Keen {
		return false
	}
	if age := env.n - zero; age >= env.minutes(lastingMinutes) && s.fast >= .7*max(s.mid, lines/float64(age)) {
		return false
	}
	return lines <= 2*v.brief.left(env)
}

// noteBrief books what s has had since bucket zero, so many lines, where it is over: EW6 < .5 EW30. A spike of the whole service brings
// its errors along.
func (v *service) noteBrief(s *series, zero int64, lines float64, env *moment) {
	if s.fast < .5*s.mid && env.n-zero < env.minutes(briefMinutes) && !v.whole() {
		v.brief.book(lines, env)
	}
}

// fading is a figure of which an e-th is left after so many days.
type fading struct {
	was float64
	at  int64 // bucket in which it was that
}

func (f fading) left(days float64, env *moment) float64 {
	return f.was * math.Exp(-float64(env.n-f.at)/(days*float64(env.day)))
}
