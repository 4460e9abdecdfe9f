package engine

import (
	"cmp"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/incident"
)

// Bounds of the lines that a Replay keeps: series, and lines of each.
const (
	maxReplaySeries  = 20_000
	maxReplaySamples = 3
)

// Sample keeps a line of a time that shows what a series counts: the newest few, no two of one bucket once there are enough.
func (r *Replay) Sample(s detector.Series, at time.Time, sample func() detector.Sample) {
	kept, ok := r.samples[s]
	if !ok && len(r.samples) >= maxReplaySeries {
		return
	}
	if n := len(kept); n == maxReplaySamples {
		if at.Sub(kept[n-1].Time) < r.o.Bucket {
			return
		}
		copy(kept, kept[1:])
		kept[n-1] = sample()
		return
	}
	r.samples[s] = append(kept, sample())
}

func (r *Replay) hand(changes []detector.Change) {
	for i := range changes {
		if in := changes[i].Incident; len(in.Samples) == 0 && !changes[i].Quiet {
			in.Samples = r.evidence(in)
			incident.Tell(in)
			r.fields.tell(in)
		}
	}
	for _, ch := range r.relations.settle(changes) {
		r.o.Changed(ch)
	}
}

// evidence picks lines of an incident's series and of the templates that carry it, which is the same choice whenever
// the same lines were met.
func (r *Replay) evidence(in *detector.Incident) []detector.Sample {
	series, ok := incident.ParseSeriesKey(in.SeriesKey)
	if !ok {
		return nil
	}
	if series.Class == detector.ClassLate { // shown by the lines of its service
		series.Class = detector.ClassLine
	}
	var out []detector.Sample
	pick := func(match func(detector.Series) bool) {
		if len(out) >= maxSamples {
			return
		}
		var found []detector.Series
		for s := range r.samples {
			if match(s) {
				found = append(found, s)
			}
		}
		slices.SortFunc(found, compareSeries)
		// The newest of each series first, so that one of them does not take all the room.
		for back := 1; back <= maxReplaySamples; back++ {
			for _, s := range found {
				kept := r.samples[s]
				if back <= len(kept) && len(out) < maxSamples && shows(in, kept[len(kept)-back]) {
					out = append(out, kept[len(kept)-back])
				}
			}
		}
	}
	of := func(id detector.ShapeID) func(detector.Series) bool {
		return matching(detector.Series{Service: in.Service, Environment: in.Environment, Shape: id}, r.Templates)
	}
	if in.Hidden != nil {
		pick(of(in.Hidden.TemplateID))
	}
	for _, c := range in.Carriers {
		pick(of(c.TemplateID))
	}
	if len(out) == 0 {
		pick(matching(series, r.Templates))
	}
	slices.SortStableFunc(out, func(a, b detector.Sample) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Text, b.Text))
	})
	return slices.CompactFunc(out, func(a, b detector.Sample) bool { return a.Time.Equal(b.Time) && a.Text == b.Text })
}

// shows reports whether a line is of the incident's time: what fell silent is shown by what it said before.
func shows(in *detector.Incident, s detector.Sample) bool {
	return in.Kind == detector.KindSilence || in.Kind == detector.KindFall || !s.Time.Before(in.Onset.Add(-before))
}
