package anomaly

import (
	"github.com/tocsin-io/tocsin/detector"
)

// candidate is an alarm that holds in the bucket in work, before it is settled what explains what.
type candidate struct {
	kind  detector.Kind
	of    *series // nil for values
	value *latency
	began int64 // bucket in which it was called
	onset int64 // first bucket of it
	rank  int   // how much it explains: the highest of one bucket becomes the primary
	score float64
	// strength is the highest bar at which it would be called; 0 where no bar decides.
	strength float64
	notice   bool
	reason   string
}

// The ranks, by how much each explains.
const (
	rankSilent    = 90
	rankFallen    = 80
	rankRisen     = 78
	rankMajor     = 75 // a template with most of the excess
	rankErrors    = 72 // errors with most of the excess
	rankTotal     = 70
	rankNewError  = 65
	rankLevel     = 62
	rankTemplate  = 60
	rankAbsent    = 50
	rankLatency   = 45
	rankRamp      = 40
	rankVolume    = 35
	rankMix       = 30
	rankNotice    = 10
	minorInFlight = 8 // explained signals that a service repeats at most
)

func (v *service) add(c candidate) { v.signals = append(v.signals, c) }

// propose collects the alarms that hold.
func (v *service) propose(env *moment) {
	v.judgeNovel(env)
	if v.quiet.alarm {
		v.add(candidate{
			kind: detector.KindSilence, of: v.total, began: v.quiet.began, onset: env.n - v.quiet.run + 1,
			rank: rankSilent, score: v.quiet.nats, strength: v.quiet.strength,
		})
	}
	p := &v.partial
	if p.alarmLow.alarm {
		v.add(candidate{
			kind: detector.KindFall, of: v.total, began: p.alarmLow.began, onset: p.alarmLow.zero + 1,
			rank: rankFallen, score: fewer * p.fall, strength: float64(p.alarmLow.strength), notice: p.alarmLow.soft,
		})
	}
	if p.alarmUp.alarm {
		v.add(candidate{
			kind: detector.KindSurge, of: v.total, began: p.alarmUp.began, onset: p.alarmUp.zero + 1,
			rank: rankRisen, score: fewer * p.rise, strength: float64(p.alarmUp.strength), notice: p.alarmUp.soft,
		})
	}
	v.proposeRises(env)
	for _, t := range v.active {
		v.proposeTemplate(t)
	}
	if v.mix.alarm {
		v.add(candidate{kind: detector.KindMix, of: v.total, began: v.mix.began, onset: v.mix.zero + 1, rank: rankMix, score: v.mix.q})
	}
	if v.bytes.alarm {
		v.add(candidate{kind: detector.KindVolume, of: v.total, began: v.bytes.began, onset: v.bytes.zero + 1, rank: rankVolume})
	}
	for _, l := range v.valueOrder {
		if l.alarm {
			v.add(candidate{kind: detector.KindLatency, value: l, began: l.began, onset: l.zero + 1, rank: rankLatency, score: l.score})
		}
	}
}

func (v *service) rise(s *series, kind detector.Kind, rank int) candidate {
	u, _ := s.bank.upward(float64(s.scale), s.phi, s.role == roleRegular)
	return candidate{
		kind: kind, of: s, began: s.up.began, onset: s.up.zero + 1, rank: rank, score: u, strength: float64(s.up.strength), notice: s.up.soft,
	}
}

// proposeRises collects those of too many lines in the sum of regular templates, in the errors of a level and in a template, and new errors.
func (v *service) proposeRises(env *moment) {
	excess := max(1e-9, v.total.fast-v.total.fastM)
	if v.regular.up.alarm && !v.partial.alarmUp.alarm {
		c := v.rise(v.regular, detector.KindSurge, rankTotal)
		c.of = v.total
		v.add(c)
	}
	for _, l := range v.levels[detector.LevelError:] {
		if l != nil && l.up.alarm {
			rank := rankLevel
			if l.fast-l.fastM > .5*excess {
				rank = rankErrors
			}
			v.add(v.rise(l, detector.KindErrorSpike, rank))
		}
	}
	for _, t := range v.active {
		if !t.up.alarm {
			continue
		}
		kind, rank := detector.KindSurge, rankTemplate
		if t.err {
			kind = detector.KindErrorSpike
		}
		if t.fast-t.fastM > .5*excess {
			rank = rankMajor
		}
		v.add(v.rise(t, kind, rank))
	}
	for i := range v.novel {
		if nov := &v.novel[i]; nov.fired > 0 && env.n-nov.t.seen <= env.minutes(5) {
			v.add(candidate{
				kind: detector.KindNewError, of: nov.t, began: nov.fired, onset: nov.since, rank: rankNewError,
				score: familyBar, notice: v.mostBirths(env) > 4 || nov.fired-v.born <= env.day,
			})
		}
	}
}

// proposeTemplate collects what else a template may do.
func (v *service) proposeTemplate(t *series) {
	if t.ramp.alarm && !t.up.alarm {
		v.add(candidate{kind: detector.KindRamp, of: t, began: t.ramp.began, onset: t.ramp.zero + 1, rank: rankRamp, score: float64(t.ramp.u)})
	}
	switch {
	case t.gaps.alarm:
		v.add(candidate{
			kind: detector.KindSilence, of: t, began: t.gaps.began, onset: t.seen + 1, rank: rankAbsent,
			score: float64(t.gaps.nats), strength: float64(t.gaps.strength), notice: t.gaps.soft,
		})
	case t.down.alarm:
		kind := detector.KindFall
		if t.seen <= t.down.zero+1 {
			kind = detector.KindSilence
		}
		v.add(candidate{
			kind: kind, of: t, began: t.down.began, onset: t.down.zero + 1, rank: rankAbsent,
			score: t.bank.downward(float64(t.scale)), strength: float64(t.down.strength), notice: t.down.soft,
		})
	}
}

// soft tells that a fall is told as a notice only: after a deployment, after a silence, while much comes late or some is
// missing.
func (v *service) soft(env *moment) bool { return v.softSince(0, env) }

// softSince is soft for what has logged nothing since bucket seen: a silence of the service that it has outlived, as a stall of the
// shipper, excuses nothing.
func (v *service) softSince(seen int64, env *moment) bool {
	return env.late || env.gap || v.tardy || v.silent() ||
		(v.deployed != 0 && env.n >= v.deployed && env.n-v.deployed < env.minutes(15)) ||
		(v.quiet.ended >= seen && v.quiet.resumed(env))
}

// replaced tells that a template of about the same rate was born within 15 minutes of bucket onset, when t was last heard,
// or, as both may be rare, half an hour and six of its mean gaps after: a new version that words it differently.
func (v *service) replaced(t *series, onset int64, env *moment) bool {
	until := onset + env.minutes(15)
	if !t.gaps.beating() {
		until += env.minutes(15) + int64(min(6*float64(t.gaps.mean), float64(6*env.hour)))
	}
	return v.succeeded(t, onset, until, env)
}

// succeeded tells that a template of a tenth to ten times the rate of t, of a beat .4 to 2.5 times, was born from 15 minutes
// or one and a half of its periods before onset to until: what beat on beside it is no successor.
func (v *service) succeeded(t *series, onset, until int64, env *moment) bool {
	rate := max(t.dayLevel, t.level, t.lines/float64(t.age(env.n)+1))
	least, most, from := .1, 10., onset-env.minutes(15)
	if t.gaps.beating() {
		least, most, from = .4, 2.5, max(from, onset-int64(1.5*t.gaps.period))
	}
	for i := len(v.order) - 1; i >= 0; i-- {
		o := v.order[i]
		if o.born < from {
			return false
		}
		if has := o.lines / (rate * float64(env.n-o.born+1)); o.born < until && has > least && has < most {
			return true
		}
	}
	return false
}
