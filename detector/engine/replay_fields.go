package engine

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// replayFields are the values of fields that a Replay has counted, a bucket at a time, for as long as they are compared.
type replayFields struct {
	series []detector.Series
	refs   map[detector.Series]rate.Ref
	width  time.Duration
	counts map[int64]map[rate.Ref]uint64 // by start of the bucket, in Unix seconds
	recent map[rate.Ref]uint64           // of counts, the one of start
	start  int64
	oldest int64
}

// maxReplayFields bounds the values of all fields.
const maxReplayFields = 50_000

func newReplayFields(width time.Duration) *replayFields {
	return &replayFields{width: width, refs: make(map[detector.Series]rate.Ref), counts: make(map[int64]map[rate.Ref]uint64)}
}

// FieldValue implements fieldCounts.
func (f *replayFields) FieldValue(s detector.Series) rate.Ref {
	ref, ok := f.refs[s]
	if !ok {
		if len(f.series) >= maxReplayFields {
			return rate.NoRef
		}
		ref = rate.Ref(len(f.series))
		f.series = append(f.series, s)
		f.refs[s] = ref
	}
	return ref
}

// Again implements fieldCounts.
func (f *replayFields) Again(ref rate.Ref, at time.Time, lines uint64) {
	start := at.Truncate(f.width).Unix()
	if ref == rate.NoRef || start < f.oldest {
		return
	}
	if f.recent == nil || f.start != start {
		if f.counts[start] == nil {
			f.counts[start] = make(map[rate.Ref]uint64)
		}
		f.recent, f.start = f.counts[start], start
	}
	f.recent[ref] += lines
}

// forget drops what is older than any comparison at t needs: one whose onset was long before its opening.
func (f *replayFields) forget(t time.Time) {
	f.oldest, f.recent = t.Add(-valuesBefore-valuesSince-time.Hour).Unix(), nil
	for start := range f.counts {
		if start < f.oldest {
			delete(f.counts, start)
		}
	}
}

// tell compares the values of fields for an incident.
func (f *replayFields) tell(in *detector.Incident) {
	onset, to := in.Onset.Truncate(f.width), in.UpdatedAt
	if to.Sub(onset) > valuesSince {
		to = onset.Add(valuesSince)
	}
	if !hasFields(in) || !to.After(onset) || onset.Add(-valuesBefore).Unix() < f.oldest {
		return
	}
	c := comparison{now: make(valueCounts), past: make(valueCounts), since: to.Sub(onset), over: valuesBefore}
	for start, counts := range f.counts {
		into := c.now
		switch at := time.Unix(start, 0); {
		case at.Before(onset.Add(-valuesBefore)) || !at.Before(to):
			continue
		case at.Before(onset):
			into = c.past
		}
		for ref, n := range counts {
			if s := f.series[ref]; s.Service == in.Service && s.Environment == in.Environment {
				into[s] += float64(n)
			}
		}
	}
	c.tell(in)
}
