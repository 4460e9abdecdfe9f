package anomaly

import (
	"github.com/tocsin-io/tocsin/detector"
)

// leastEarly is how many lines an unfinished bucket must have before it may alarm.
const leastEarly = 20

// Peek tries the unfinished bucket that follows the last Step; see detector.Judge. Secrets and loss are told at once. A rise
// is told when the bucket alone has over 80 times what is expected of the whole of it, its statistic passes the bar and
// so does what the series did before: more lines can only make it worse. Only series with rows are looked at; nothing is
// changed.
func (s *Suite) Peek(b *detector.Bucket) []detector.Signal {
	n := s.number(b.Start)
	if s.first == 0 || n <= s.last {
		return nil
	}
	env := s.moment(b.Start, n)
	var out []detector.Signal
	sums := make(map[*series]float64)
	var order []*series
	add := func(t *series, x float64) {
		if _, there := sums[t]; !there {
			order = append(order, t)
		}
		sums[t] += x
	}
	for i := range b.Rows {
		row := &b.Rows[i]
		switch row.Series.Class {
		case detector.ClassSecret, detector.ClassLoss:
			out = append(out, s.facts.peek(row, env))
		case detector.ClassLine:
			svc := s.services[serviceKey{row.Series.Service, row.Series.Environment}]
			if svc == nil {
				continue
			}
			x := float64(row.Lines)
			add(svc.total, x)
			if l := svc.levels[row.Series.Level]; l != nil && row.Series.Level >= detector.LevelError {
				add(l, x)
			}
			if t := svc.templates[templateKey{row.Series.Level, row.Series.Shape}]; t != nil {
				add(t, x)
			}
		}
	}
	return append(out, earliest(order, sums, env)...)
}

// Missed are the secrets and lost offsets of a bucket that was judged without them: series of which nothing is known in the
// day before the bucket, nor since. Nothing is changed.
func (s *Suite) Missed(b *detector.Bucket) []detector.Signal {
	n := s.number(b.Start)
	env := s.moment(b.Start, n)
	var out []detector.Signal
	for i := range b.Rows {
		row := &b.Rows[i]
		if c := row.Series.Class; c != detector.ClassSecret && c != detector.ClassLoss {
			continue
		}
		if got := s.facts.known[row.Series]; got == nil || n-got.seen > env.day {
			out = append(out, s.facts.peek(row, env))
		}
	}
	return out
}

// earliest are the early alarms, one a service: that of the template with most of the lines, as Step would choose it, else
// the first, which is the whole service.
func earliest(order []*series, sums map[*series]float64, env *moment) []detector.Signal {
	var out []detector.Signal
	at := make(map[*service]int)
	for _, t := range order {
		sig, ok := t.early(sums[t], env)
		if !ok {
			continue
		}
		i, there := at[t.svc]
		switch {
		case !there:
			at[t.svc] = len(out)
			out = append(out, sig)
		case t.role == roleTemplate && sums[t] > .5*sums[t.svc.total]:
			out[i] = sig
		}
	}
	return out
}

func (f *facts) peek(row *detector.Row, env *moment) detector.Signal {
	it := fact{key: row.Series, began: env.n, seen: env.n}
	if got := f.known[row.Series]; got != nil && env.n-got.seen <= env.day {
		it = *got
	}
	it.take(row)
	sig := it.signal(it.lines, row, env)
	sig.At, sig.Early = env.time(env.n), true
	return sig
}

// early judges x lines of an unfinished bucket; an alarm that already holds, or that belongs to an episode that does, is
// left to Step.
func (s *series) early(x float64, env *moment) (detector.Signal, bool) {
	if x < leastEarly || len(s.svc.episodes) > 0 || s.wild || s.age(env.n) < env.hour {
		return detector.Signal{}, false
	}
	m := max(s.level*(s.shift+float64(s.slope)), s.mu) * s.shareOf(s.svc.factor.high())
	if x <= enormous*max(m, 1) {
		return detector.Signal{}, false
	}
	after := s.bank
	after.rise(x, m, max(s.r, .05))
	u, _ := after.upward(float64(s.scale), s.phi, s.role == roleRegular)
	bar, errors := env.opt.bars(s.svc.name)
	if s.err {
		bar = errors
	}
	if u <= s.barrier(&s.rises, upDay(s.day), env.n, env.bar(bar, s.age(env.n)), s.wild, env) {
		return detector.Signal{}, false
	}
	kind := detector.KindSurge
	if s.err {
		kind = detector.KindErrorSpike
	}
	sig := detector.Signal{
		Kind: kind, Series: s.series(), Service: s.svc.name, Environment: s.svc.environment, At: env.time(env.n), Onset: env.time(env.n),
		Score: u, Strength: env.strength(u, s.err, s.age(env.n)), Unit: "lines", Early: true,
	}
	s.band(&sig, x, m, 1, env)
	return sig, true
}
