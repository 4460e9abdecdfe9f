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
	if row.Lines == 0 && row.Series.Class != detector.ClassLoss { // that a topic is another one is told although nothing is known to be lost
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
		sig.Kind, sig.Found = detector.KindSecret, foundIn(row, env)
	case detector.ClassLoss:
		_, why, _ := it.key.Lost()
		sig.Kind, sig.Unit, sig.Reason, sig.Found = detector.KindLoss, "records", lossReasons[why], foundIn(row, env)
	default:
		sig.Kind, sig.Unit, sig.Observed, sig.Reason = detector.KindSkew, "s", it.off, skewReason
	}
	return sig
}

func foundIn(row *detector.Row, env *moment) *detector.Found {
	f := &detector.Found{Bucket: env.time(env.n), Lines: row.Lines}
	if row.Summary != nil {
		f.Places = row.Summary.Places
	}
	return f
}

// What to do about it.
const skewReason = "Set the host's clock right (NTP): until then its times are guessed."

var lossReasons = map[detector.Loss]string{
	detector.LossTrimmed:   "They were deleted before they were read: raise the retention of the topic, and see in Health why reading fell behind.",
	detector.LossCompacted: "Compaction removed them before they were read: a topic of logs wants cleanup.policy=delete.",
	detector.LossCorrupt:   "They cannot be read: their checksum is wrong or they cannot be unpacked. See the disks of the broker, and the producer's compression.",
	detector.LossFormat:    "They are in a format older than Kafka 0.11: see the producer's version and the topic's message format.",
	detector.LossAnew:      "The topic was deleted and made anew. The new one is counted from its start; what was counted of the old one stays.",
	detector.LossCut:       "The log ends before what was counted of it: a broker lost its newest records. Their counts stay; what was since written under the same offsets is not counted.",
	detector.LossCounts:    "They were counted, the counts were lost, and the log does not hold them any more: see the persistence of Redis, and the retention of the topic.",
	detector.LossPending:   "They were held for the lines that follow when counting stopped, and were gone when they were read again.",
}
