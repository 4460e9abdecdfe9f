package anomaly

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// describe writes a candidate as the signal that a person reads.
func (v *service) describe(c *candidate, env *moment) detector.Signal {
	sig := detector.Signal{
		Kind: c.kind, Service: v.name, Environment: v.environment, At: env.time(env.n + 1), Onset: env.time(c.onset),
		Score: c.score, Strength: c.strength, Reason: c.reason, Unit: "lines", Watched: c.watched(v, env),
	}
	if c.notice {
		sig.Severity = detector.SeverityNotice
	}
	switch {
	case c.value != nil:
		c.value.describe(&sig)
		return sig
	case c.kind == detector.KindVolume:
		v.bytes.describe(&sig, v, env)
	case familyOf(c.kind) == famDown:
		c.of.describeFall(c, &sig, env)
	case c.kind == detector.KindRamp:
		c.of.describeRamp(&sig, env)
	default:
		c.of.describeRise(&sig, env)
	}
	sig.Series = c.of.series()
	if c.kind != detector.KindVolume && c.kind != detector.KindNewError {
		sig.Basis = c.of.basis(c.onset, env)
	}
	if c.of.role != roleTemplate {
		sig.Carriers = v.carriers(c, int64(sig.Window/env.width), env)
	}
	return sig
}

// describeRise states what was seen in a window that fits the rate: a bucket from 20 lines on, else a minute, and for
// what is rare the time since it began.
func (s *series) describeRise(sig *detector.Signal, env *moment) {
	m := s.mu
	if s.role != roleTotal {
		m *= s.shareOf(s.svc.factor.high()) // a service is not held against itself
	}
	width, x := int64(1), s.x
	switch {
	case m >= 20 || s.x >= 200:
	case s.last6() > 3 || m >= .5:
		width = min(6, s.age(env.n)+1)
		x = s.last6()
	default:
		width, x = max(1, env.n-s.up.zero), max(float64(s.up.sumX), s.x)
	}
	s.band(sig, x, m, width, env)
	sig.OnceIn = s.rises.onceIn(sig.Score, s.age(env.n), env)
}

// describeRamp states the mean of ten minutes, and what it would be without the growth: the level of the hour follows that.
func (s *series) describeRamp(sig *detector.Signal, env *moment) {
	x := float64(s.hourU) * s.shift
	m := x / math.Exp(max(0, float64(s.ramp.u)))
	width := env.minutes(10)
	s.band(sig, x*float64(width), m, width, env)
	sig.OnceIn = s.rises.onceIn(sig.Score, s.age(env.n), env)
}

// describeFall states what was seen and what was missed since the fall began, at most in the last hour.
func (s *series) describeFall(c *candidate, sig *detector.Signal, env *moment) {
	width := clamp(float64(env.n-c.onset+1), 1, float64(env.hour))
	var x float64
	m := s.mu
	switch {
	case s.svc.quiet.alarm && s.role == roleTotal:
		x, m = 0, s.svc.quiet.missed/float64(s.svc.quiet.run)
	case c.kind == detector.KindSilence:
		x = 0
	case s.down.sumM > 0 && s.role == roleTemplate:
		x = float64(s.down.sumX) / float64(max(1, env.n-s.down.zero)) * width
	case s.role == roleTotal: // it is of what always logs: a job that runs meanwhile says nothing of it
		low := &s.svc.partial.alarmLow
		buckets := float64(max(1, env.n-low.zero))
		x, m = float64(low.sumX)/buckets*width, float64(low.sumM)/buckets
	default:
		x = s.fast * width
	}
	s.band(sig, x, m, int64(width), env)
	sig.OnceIn = s.falls.onceIn(sig.Score, s.age(env.n), env)
}

// band fills observed, expected and the band of three standard deviations over width buckets.
func (s *series) band(sig *detector.Signal, x, m float64, width int64, env *moment) {
	w := float64(width)
	sig.Window = time.Duration(width) * env.width
	sig.Observed, sig.Expected = x, m*w
	sd := math.Sqrt(m*w + s.phi*m*m*w)
	sig.Low, sig.High = max(0, m*w-3*sd), m*w+3*sd
}

// watched is how long what the candidate is of was known.
func (c *candidate) watched(v *service, env *moment) time.Duration {
	born := v.born
	switch {
	case c.value != nil:
		born = c.value.born
	case c.kind != detector.KindNewError && c.of != nil:
		born = c.of.born
	}
	return time.Duration(c.onset-born) * env.width
}

// recent is the lines of the last width buckets: counted where they are at hand, else by the mean of the last thirty.
func (s *series) recent(width int64) float64 {
	if width > int64(len(s.past))+1 {
		return s.mid * float64(width)
	}
	sum := s.x
	for _, x := range s.past[:max(0, width-1)] {
		sum += float64(x)
	}
	return sum
}

// last6 is the lines of the last minute.
func (s *series) last6() float64 {
	sum := s.x
	for _, x := range s.past {
		sum += float64(x)
	}
	return sum
}

func (l *latency) describe(sig *detector.Signal) {
	sig.Series, sig.Unit = l.key, ""
	best := 0
	for i := range l.windows {
		if l.windows[i].mean() > l.windows[best].mean() {
			best = i
		}
	}
	w := &l.windows[best]
	sig.Observed, sig.Expected = math.Exp(w.mean()), math.Exp(l.base)
	sd := math.Sqrt(l.variance(w) + w.wander)
	sig.Low, sig.High = math.Exp(l.base-3*sd), math.Exp(l.base+3*sd)
	sig.Window = time.Duration(windowBuckets[best]) * 10 * time.Second
}

// describe expects of the lines of the bucket that they are as long as usual.
func (b *volume) describe(sig *detector.Signal, v *service, env *moment) {
	sig.Unit, sig.Window = "bytes", env.width
	usual := max(v.total.x, 1) * math.Exp(b.base)
	sig.Observed, sig.Expected = b.now, usual
	sig.Low, sig.High = usual*math.Exp(-3*b.spread), usual*math.Exp(3*b.spread+.5)
	sig.Score = b.longer(v) / max(b.spread, .05)
}

// maxCarriers is how many templates a signal names.
const maxCarriers = 5

// carriers are the templates with the largest shares of what is too much, or of what is missing, in the last width
// buckets.
func (v *service) carriers(c *candidate, width int64, env *moment) []detector.Carrier {
	sign := 1.0
	if familyOf(c.kind) == famDown {
		sign = -1
	}
	var out []detector.Carrier
	total := 0.0
	for _, t := range v.active {
		if c.of.role == roleLevel && t.id.level != c.of.id.level {
			continue
		}
		x, m := t.recent(width), t.mu*float64(width)
		if c.kind == detector.KindSilence {
			x = 0 // the mean of the last buckets still has what came before
		}
		excess := sign * (x - m)
		if c.kind == detector.KindMix {
			excess = math.Abs(x - m*math.Exp(v.factor.e))
		}
		if excess <= 0 {
			continue
		}
		total += excess
		out = append(out, detector.Carrier{
			TemplateID: t.id.shape, Level: t.id.level, Observed: x, Expected: m, Share: excess,
			New: t.age(env.n) < env.hour && env.n-v.born > env.hour,
		})
	}
	slices.SortStableFunc(out, func(a, b detector.Carrier) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(a.TemplateID, b.TemplateID))
	})
	out = out[:min(len(out), maxCarriers)]
	for i := range out {
		out[i].Share /= total
		if env.opt.Text != nil {
			out[i].Template = env.opt.Text(v.name, out[i].TemplateID)
		}
	}
	return out
}

// onceIn is how long it takes on average until an excursion of the series reaches score by itself: its age over the
// number of excursions that do, by the exponential tail of those seen. 0 under ten excursions; at most Extrapolated times
// the age.
func (r *record) onceIn(score float64, age int64, env *moment) time.Duration {
	if r.total < 10 || r.mean <= 0 {
		return 0
	}
	watched := time.Duration(age) * env.width
	times := math.Exp(min((score-excursionFloor)/float64(r.mean), 60)) / float64(r.total)
	return time.Duration(float64(watched) * min(times, detector.Extrapolated))
}
