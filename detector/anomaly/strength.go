package anomaly

import "github.com/tocsin-io/tocsin/detector"

// The strength of an alarm is the highest family-wide bar, in nats, at which it would still be called in this bucket: its
// statistic, less what the age of the series asks for, where everything else that a call needs is there. It is found
// anew in every bucket and is no part of the state. What is strong enough for the keenest bar and too weak for that of
// its service is a near miss: nobody is told, and it shows what another sensitivity would have called.

// Bar is the family-wide bar of a sensitivity for errors, in nats. That for ordinary series is the same, but never under
// Normal's; none of them is told of under that, so a strength can be held against this bar whatever it is of.
func (s Sensitivity) Bar() float64 {
	switch s {
	case Quiet:
		return 27
	case Keen:
		return .85 * familyBar
	}
	return familyBar
}

// Sensitivities lists them, the quietest first.
func Sensitivities() []Sensitivity { return []Sensitivity{Quiet, Normal, Keen} }

// keenest is the lowest bar that any sensitivity has for a series.
func keenest(err bool) float64 {
	if err {
		return Keen.Bar()
	}
	return Normal.Bar()
}

// strength is u, which is strong enough but for the bar, in terms of the family-wide bar; 0 where it is under the keenest.
func (m *moment) strength(u float64, err bool, age int64) float64 {
	if u = u / m.bar(1, age); u > keenest(err) {
		return u
	}
	return 0
}

// Near are the near misses of the last Step: what a keener sensitivity would have called in that bucket. The slice is used
// again by the next Step.
func (s *Suite) Near() []detector.Signal { return s.near }

// near appends the near misses of the bucket; none while an episode is on, which would have taken them in.
func (v *service) near(out []detector.Signal, env *moment) []detector.Signal {
	if len(v.episodes) > 0 {
		return out
	}
	add := func(c candidate) {
		sig := v.describe(&c, env)
		sig.Severity = detector.SeverityRecord
		out = append(out, sig)
	}
	if q := &v.quiet; !q.alarm && q.strength > 0 {
		add(candidate{kind: detector.KindSilence, of: v.total, onset: env.n - q.run + 1, strength: q.strength})
	}
	if low := &v.partial.alarmLow; !low.alarm && low.strength > 0 {
		add(candidate{kind: detector.KindFall, of: v.total, onset: low.zero + 1, strength: float64(low.strength)})
	}
	if high := &v.partial.alarmUp; !high.alarm && high.strength > 0 {
		add(candidate{kind: detector.KindSurge, of: v.total, onset: high.zero + 1, strength: float64(high.strength)})
	}
	rise := func(s *series, kind detector.Kind) {
		if !s.up.alarm && s.up.strength > 0 {
			add(candidate{kind: kind, of: s, onset: s.up.zero + 1, strength: float64(s.up.strength)})
		}
	}
	rise(v.regular, detector.KindSurge)
	for _, l := range v.levels[detector.LevelError:] {
		if l != nil && l.last == env.n {
			rise(l, detector.KindErrorSpike)
		}
	}
	for _, t := range v.active {
		kind := detector.KindSurge
		if t.err {
			kind = detector.KindErrorSpike
		}
		rise(t, kind)
		if !t.down.alarm && t.down.strength > 0 {
			add(candidate{kind: detector.KindFall, of: t, onset: t.down.zero + 1, strength: float64(t.down.strength)})
		}
		if !t.gaps.alarm && t.gaps.strength > 0 {
			add(candidate{kind: detector.KindSilence, of: t, onset: t.seen + 1, strength: float64(t.gaps.strength)})
		}
	}
	return out
}
