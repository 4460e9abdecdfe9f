package anomaly

import (
	"math"

	"github.com/tocsin-io/tocsin/detector"
)

// What a service does for some minutes now and then, each time in other templates, no template has a record of: it is kept by the service.

// brief is how many lines the bursts of errors and warnings of a service had that were over within briefMinutes: the largest two, fading
// by a tenth in three days. A rise of these, or a new error, that is no larger than such bursts are is told once it has lasted for
// lastingMinutes, as the retries of a client come in bursts and are over before anybody has read of them. What happened once is no habit:
// the first burst is told, and the second. Whoever wants to be told of each sets the service to keen.
type brief struct {
	first, second fading
	last          fading // the newest burst, which may still be told of; no lines where there is none
}

const (
	briefMinutes   = 10
	lastingMinutes = 5
	newMinutes     = 2  // of an error that nobody has seen
	briefDays      = 30 // after which an e-th is left
	// briefMost is over what a burst is no noise, however short.
	briefMost = 100
)

// book notes a burst that is over. It is told again in each bucket, and by each template that has a part in it, for some minutes.
func (b *brief) book(lines float64, env *moment) {
	if lines <= briefMost {
		b.last = fading{max(lines, b.last.was), env.n}
	}
}

// settle takes the newest burst among the largest two when nothing was told of it for briefMinutes.
func (b *brief) settle(env *moment) {
	if b.last.was == 0 || env.n-b.last.at <= env.minutes(briefMinutes) {
		return
	}
	switch last := b.last; {
	case last.was >= b.first.left(briefDays, env):
		b.first, b.second = last, b.first
	case last.was >= b.second.left(briefDays, env):
		b.second = last
	}
	b.last = fading{}
}

// most is the most lines of what may be such a burst: a quarter more than the largest, at most twice the second.
func (b *brief) most(env *moment) float64 {
	return min(1.25*b.first.left(briefDays, env), 2*b.second.left(briefDays, env))
}

// brieflike tells that what s has had since bucket zero, so many lines, may be a burst as the service has had before. What has lasted for so
// many minutes, and has about as many lines now as in the last five and since it began, is none: EW6 >= .7 EW30 and .7 of the mean.
func (v *service) brieflike(s *series, zero int64, lines float64, minutes int64, env *moment) bool {
	if v.brief.second.was == 0 || env.opt.sensitivity(v.name) == Keen {
		return false
	}
	mean := s.most(lines, env) / float64(max(1, env.n-zero))
	if env.n-zero >= env.minutes(minutes) && s.fast >= .7*max(s.mid, mean) {
		return false
	}
	return lines <= v.brief.most(env)
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

// troubled tells of errors and warnings, which come in bursts alike.
func (s *series) troubled() bool { return s.err || s.id.level == detector.LevelWarn }
