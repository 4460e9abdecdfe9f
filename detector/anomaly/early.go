package anomaly

import (
	"cmp"
	"slices"

	"github.com/tocsin-io/tocsin/detector"
)

// What further lines of an unfinished bucket cannot take back is called at once. A copy of the service judges the lines so far as Step would
// judge the whole bucket, by the same conditions. More lines of a series only make its rise worse; where more lines of others, or a rate that is
// expected to be lower than it may be, would speak against a call, what speaks most against it is taken (moment.early):
//
//   - the common factor is what it may become at most, see mostGrowth;
//   - what is expected of a sum has what rare templates bring that may log yet;
//   - a template that is no error may turn out to be part of a start, unless it floods;
//   - what has several answers until the bucket is complete is not called: that three buckets are steadily high, that a burst goes on evenly,
//     or how a service that has not lived through a day floods as a whole.
//
// What is called and which of several alarms explains the others is chosen by the lines so far. Services with an open episode, and those that
// are silent, fall or rise as a whole, are left to Step.

// ahead judges the lines that were counted into a copy, see copied. It gives the alarm that would be the primary.
func (v *service) ahead(env *moment) (sig detector.Signal, ok bool) {
	total, regular, parts := v.observe(env)
	v.factor.find(v, env)
	if v.partial.highRun >= 2 && v.factor.e > mostSwayed {
		return sig, false // it rises as a whole, which may be called in this bucket
	}
	v.total.observe(env.n, total, 0, env)
	v.regular.observe(env.n, regular, parts, env)
	bar, errors := env.opt.bars(v.name)
	v.judgeSum(bar, env)
	v.judgeParts(bar, errors, env)
	v.judgeNovel(env)
	v.proposeRises(env)
	slices.SortStableFunc(v.signals, byRank)
	for i := range v.signals {
		c := &v.signals[i]
		if c.notice || c.began != env.n || v.ofSecret(c, env) != "" {
			continue
		}
		sig = v.describe(c, env)
		sig.At, sig.Early = env.time(env.n), true
		return sig, true
	}
	return sig, false
}

// byRank puts what explains most first.
func byRank(a, b candidate) int {
	return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(a.onset, b.onset))
}

// mostSwayed is ln of the common factor from which on a service that had two high buckets may be called as a whole in the third.
const mostSwayed = .26

// foreseeable tells that the next call of the service would be one of more lines than are expected of it, and its own page.
func (v *service) foreseeable(env *moment) bool {
	p := &v.partial
	return len(v.episodes) == 0 && v.quiet.run == 0 && !v.quiet.alarm && !v.quiet.resumed(env) && !p.alarmLow.alarm && !p.alarmUp.alarm && p.lowRun < 2
}

// copied is a copy of the service without its values, which may judge a bucket without a trace.
func (v *service) copied() *service {
	c := *v
	all := make([]series, 0, len(v.order)+len(v.levels)+2)
	of := func(s *series) *series {
		if s == nil {
			return nil
		}
		all = append(all, *s)
		t := &all[len(all)-1]
		t.svc = &c
		if s.day != nil {
			day := *s.day
			t.day = &day
		}
		return t
	}
	c.total, c.regular = of(v.total), of(v.regular)
	for i, l := range v.levels {
		c.levels[i] = of(l)
	}
	c.order, c.templates = make([]*series, len(v.order)), make(map[templateKey]*series, len(v.order))
	for i, t := range v.order {
		c.order[i] = of(t)
		c.templates[t.id] = c.order[i]
	}
	c.novel = nil
	for _, nov := range v.novel {
		if nov.t = c.templates[nov.t.id]; nov.t != nil {
			c.novel = append(c.novel, nov)
		}
	}
	c.values, c.valueOrder, c.episodes = nil, nil, nil
	c.counted, c.signals, c.active, c.voters = nil, nil, nil, nil
	return &c
}

// rising is the common factor that rises are held against.
func (v *service) rising(env *moment) float64 {
	if !env.early {
		return v.factor.high()
	}
	regular := 0
	for _, t := range v.order {
		if !t.wild && t.age(env.n) >= env.hour {
			regular++
		}
	}
	if regular < fewest {
		return 1
	}
	return v.factor.most
}

// mostExpected is what is expected at most of a rare template in a bucket in which it may log yet: after some hours it takes up where it left
// off, see resume. What is bursty is in no sum.
func (s *series) mostExpected(env *moment) float64 {
	s.observe(env.n, 0, 0, env)
	if s.wild || s.age(env.n) < env.hour {
		return 0
	}
	mu := s.mu
	if s.filled >= 50 {
		mu = max(mu, max(s.resumed(), s.dayLevel)*s.shift)
	}
	return mu
}

// least is what is expected of the series at least, where m is at most.
func (s *series) least(m float64, env *moment) float64 {
	if env.early {
		return s.mu
	}
	return m
}

// most is how many lines an excursion has at most over what was expected.
func (s *series) most(lines float64, env *moment) float64 {
	if env.early {
		return max(lines, float64(s.up.sumX))
	}
	return lines
}

// second is the bucket of the third last line of a new error, or that of the second last while another one may come in the bucket in work.
func (nov *novelty) second(env *moment) int64 {
	if env.early {
		return nov.times[1]
	}
	return nov.times[0]
}

// mostBirths is how many new errors the service has brought, with those that may be called in the bucket in work.
func (v *service) mostBirths(env *moment) float64 {
	births := v.births.errors
	if env.early {
		for i := range v.novel {
			if v.novel[i].fired == 0 {
				births++
			}
		}
	}
	return births
}

// swellTimes is the rise under which a template must go on for swellMinutes, with that of one that may end in the bucket in work.
func (v *service) swellTimes(env *moment) float64 {
	if env.early && slices.ContainsFunc(v.order, func(t *series) bool { return t.plain() && t.up.alarm && t.up.began < env.n }) {
		return swell + mostHabit
	}
	return v.swells.times(env)
}
