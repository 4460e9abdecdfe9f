package engine

import (
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// bandFunc is what is expected of one series at a time, and what would be normal.
type bandFunc func(t time.Time) (expected, low, high float64, ok bool)

// frozen is the band of an incident's series as it was when the incident was opened.
type frozen struct {
	shard               int
	level               detector.Level // of the series that led then
	onset               time.Time
	expected, low, high float64
}

// bandOf is the band of an incident's chart. From the onset on it is what it was at the opening, or when another
// level of the service came to lead: what the detectors learn of the fault itself is not what was expected.
func (v *evaluator) bandOf(ch *detector.Change, s detector.Series, suite Suite) bandFunc {
	in := ch.Incident
	v.mu.Lock() // drawing a band touches the detectors' state
	defer v.mu.Unlock()
	held, known := v.frozen[in.ID]
	if ch.Event == detector.ChangeOpened || ch.Event == detector.ChangeReopened || known && held.level != s.Level {
		at := in.Onset.Add(-rate.Fine)
		if expected, low, high, ok := suite.BandAt(s, at); ok {
			held, known = frozen{rate.ShardOf(s), s.Level, in.Onset, expected, low, high}, true
			v.frozen[in.ID] = held
		}
	}
	return func(t time.Time) (expected, low, high float64, ok bool) {
		if known && !t.Before(held.onset.Add(-before)) {
			return held.expected, held.low, held.high, true
		}
		v.mu.Lock()
		defer v.mu.Unlock()
		return suite.BandAt(s, t)
	}
}

// thaw forgets the bands of incidents that are over, after their last picture was kept.
func (v *evaluator) thaw(changes []detector.Change) {
	for i := range changes {
		if changes[i].Event == detector.ChangeResolved {
			delete(v.frozen, changes[i].Incident.ID)
		}
	}
}

// Band is what is expected of a series in a bucket, and what would be normal, in lines.
type Band struct{ Expected, Low, High float64 }

// Bands appends what is expected of a series in each of the buckets at some times; false where this process does not judge it, or
// nothing is expected yet, and then nothing is appended.
func (e *Engine) Bands(dst []Band, s detector.Series, at []time.Time) ([]Band, bool) {
	v := e.judging.Load()
	if v == nil {
		return dst, false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	shard := v.shards[rate.ShardOf(s)]
	if shard == nil {
		return dst, false
	}
	n := len(dst)
	for _, t := range at {
		var b Band
		var ok bool
		if b.Expected, b.Low, b.High, ok = shard.suite.BandAt(s, t); !ok {
			return dst[:n], false
		}
		dst = append(dst, b)
	}
	return dst, true
}

// JudgesAll reports whether this process judges every series: it is the only replica, or the others are away.
func (e *Engine) JudgesAll() bool {
	v := e.judging.Load()
	if v == nil {
		return false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return !slices.Contains(v.shards[:], nil)
}
