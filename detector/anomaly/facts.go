package anomaly

import (
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// facts are what needs no past: secrets, lost offsets, skewed clocks. They are told in every bucket that has lines of them,
// and count since they began; a day without any ends the count.
type facts struct {
	known map[detector.Series]*fact
	order []*fact
}

type fact struct {
	key   detector.Series
	began int64
	seen  int64
	lines float64
	off   float64       // seconds that a clock is ahead, in the last bucket with lines
	row   *detector.Row // of the bucket in work
}

// maxFacts bounds what is kept at once; beyond it the one that was silent longest makes room.
const maxFacts = 10_000

func newFacts() facts { return facts{known: make(map[detector.Series]*fact)} }

func (f *facts) add(row *detector.Row, env *moment) {
	if row.Lines == 0 {
		return
	}
	got := f.known[row.Series]
	if got == nil {
		if len(f.order) >= maxFacts {
			f.drop()
		}
		got = &fact{key: row.Series, began: env.n}
		f.known[row.Series] = got
		f.order = append(f.order, got)
	}
	if env.n-got.seen > env.day {
		got.began, got.lines = env.n, 0
	}
	got.seen = env.n
	got.take(row)
}

func (it *fact) take(row *detector.Row) {
	it.row = row
	it.lines += float64(row.Lines)
	if sum := row.Summary; sum != nil && sum.Count > 0 {
		it.off = sum.Sum / float64(sum.Count)
	}
}

func (f *facts) drop() {
	oldest := 0
	for i, it := range f.order {
		if it.seen < f.order[oldest].seen {
			oldest = i
		}
	}
	delete(f.known, f.order[oldest].key)
	f.order = slices.Delete(f.order, oldest, oldest+1)
}

// signals appends those that have lines in the bucket in work.
func (f *facts) signals(out []detector.Signal, env *moment) []detector.Signal {
	for _, it := range f.order {
		if it.seen == env.n {
			out = append(out, it.signal(it.lines, it.row, env))
		}
		it.row = nil
	}
	if env.n%env.hour == 0 {
		f.order = slices.DeleteFunc(f.order, func(it *fact) bool {
			old := env.n-it.seen > 2*env.day
			if old {
				delete(f.known, it.key)
			}
			return old
		})
	}
	return out
}

func (it *fact) signal(lines float64, row *detector.Row, env *moment) detector.Signal {
	sig := detector.Signal{
		Series: it.key, Service: it.key.Service, Environment: it.key.Environment,
		At: env.time(env.n + 1), Onset: env.time(it.began), Observed: lines, Unit: "lines",
		Window: time.Duration(env.n+1-it.began) * env.width,
	}
	switch it.key.Class {
	case detector.ClassSecret:
		sig.Kind = detector.KindSecret
		sig.Found = &detector.Found{Bucket: env.time(env.n), Lines: row.Lines}
		if row.Summary != nil {
			sig.Found.Places = row.Summary.Places
		}
	case detector.ClassLoss:
		sig.Kind, sig.Unit, sig.Reason = detector.KindLoss, "records", lossReason
	default:
		sig.Kind, sig.Unit, sig.Observed, sig.Reason = detector.KindSkew, "s", it.off, skewReason
	}
	return sig
}

// What to do about it.
const (
	lossReason = "They were deleted before they were read: raise the retention of the topic, and see in Health why reading fell behind."
	skewReason = "Set the host's clock right (NTP): until then its times are guessed."
)
