package anomaly

import (
	"github.com/tocsin-io/tocsin/detector"
)

// Peek tries the unfinished bucket that follows the last Step; see detector.Judge. Secrets and loss are told at once, and of each service the
// alarm that further lines cannot take back, see early.go. Only series with rows are looked at, and services of which one of these may be
// called; nothing is changed.
func (s *Suite) Peek(b *detector.Bucket) []detector.Signal {
	n := s.number(b.Start)
	if s.first == 0 || n <= s.last {
		return nil
	}
	env := s.moment(b.Start, n)
	env.early = true
	env.weigh()
	var out []detector.Signal
	var look glance
	var all []*service
	for i := range b.Rows {
		row := &b.Rows[i]
		switch row.Series.Class {
		case detector.ClassSecret, detector.ClassLoss:
			out = append(out, s.facts.peek(row, env))
		case detector.ClassLine:
			if name := (serviceKey{row.Series.Service, row.Series.Environment}); name != look.name {
				all = look.done(all, env)
				look.begin(name, s.services[name], env)
			}
			look.take(row, env)
		}
	}
	for _, v := range look.done(all, env) {
		if sig, ok := s.ahead(v, b, env); ok {
			out = append(out, sig)
		}
	}
	return out
}

// ahead judges what a bucket has of a service so far.
func (s *Suite) ahead(v *service, b *detector.Bucket, env *moment) (detector.Signal, bool) {
	c := v.copied()
	for i := range b.Rows {
		row := &b.Rows[i]
		if row.Series.Service != v.name || row.Series.Environment != v.environment {
			continue
		}
		switch row.Series.Class {
		case detector.ClassLine:
			if row.Lines > 0 {
				c.count(s.take(c, row, env), float64(row.Lines), float64(row.Bytes))
			}
		case detector.ClassSecret:
			c.secret(row.Series, env.n)
		}
	}
	return c.ahead(env)
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
