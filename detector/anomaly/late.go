package anomaly

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// lateness follows the share of lines that come into buckets that are already complete.
type lateness struct{ late, lines float64 }

// step reports whether over 5 % of the last minutes' lines were late: falls may then be lines that are still to come.
func (l *lateness) step(b *detector.Bucket) bool {
	lines := 0.0
	for i := range b.Rows {
		if b.Rows[i].Series.Class == detector.ClassLine {
			lines += float64(b.Rows[i].Lines)
		}
	}
	l.late += (float64(b.Late) - l.late) / 30
	l.lines += (lines - l.lines) / 30
	return l.late > .05*(l.lines+l.late) && l.late > .1
}

// latecomers are the lines of one service that come into buckets which were judged already. They are counted where they
// belong and raise no alarm there; that they come late is told while, over five minutes, they are more than a twentieth
// of the service's lines.
//
//	EW30[late] > .05 (EW30[late] + EW30[lines]), and at least 20 since they began
type latecomers struct {
	now    float64 // of the bucket in work
	recent float64 // EW30
	lines  float64 // since they began
	began  int64
	seen   int64
}

const (
	leastLate  = 20.
	lateShare  = .05
	lateReason = "Look at the forwarder of its hosts: it was away, or holds lines back."
)

// arriving tells that late lines come, or did in the last five minutes, and are over a twentieth of the mu lines that a
// bucket of the service is expected to have. Then it writes, whatever is missing in the bucket in work.
func (l *latecomers) arriving(mu float64, env *moment) bool {
	return l.recent > lateShare*mu && env.n-l.seen <= env.minutes(5)
}

// judge appends the signal of the bucket in work. Ten minutes without any end a stretch.
func (l *latecomers) judge(out []detector.Signal, v *service, env *moment) []detector.Signal {
	if l.now == 0 && l.recent == 0 {
		return out
	}
	l.recent += (l.now - l.recent) / (30 * env.per)
	if l.recent < 1e-3 {
		l.recent = 0
	}
	if l.now == 0 {
		return out
	}
	if env.n-l.seen > env.minutes(10) {
		l.began, l.lines = env.n, 0
	}
	l.seen = env.n
	l.lines += l.now
	l.now = 0
	if l.lines < leastLate || l.recent <= lateShare*(l.recent+v.total.mid) {
		return out
	}
	return append(out, detector.Signal{
		Kind: detector.KindLate, Service: v.name, Environment: v.environment,
		Series: detector.Series{Class: detector.ClassLate, Service: v.name, Environment: v.environment},
		At:     env.time(env.n + 1), Onset: env.time(l.began), Observed: l.lines, Unit: "lines",
		Window: time.Duration(env.n+1-l.began) * env.width, Reason: lateReason,
	})
}
