package engine

import (
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/incident"
)

// maxReplaySamples bounds the lines of a series that a Replay keeps.
const maxReplaySamples = 3

// Sample keeps a line of a time that shows what a series counts: the newest few, no two of one bucket once there are enough.
func (r *Replay) Sample(s detector.Series, at time.Time, sample func() detector.Sample) {
	if number := r.series.number(s); r.wantSample(number, at) {
		r.keepSample(number, sample())
	}
}

// wantSample reports whether a line of a time is to be kept.
func (r *Replay) wantSample(number int32, at time.Time) bool {
	if number == noNumber {
		return false
	}
	if int(number) >= len(r.samples) {
		return true
	}
	kept := r.samples[number]
	return len(kept) < maxReplaySamples || at.Sub(kept[maxReplaySamples-1].Time) >= r.o.Bucket
}

func (r *Replay) keepSample(number int32, sample detector.Sample) {
	for int(number) >= len(r.samples) {
		r.samples = append(r.samples, nil)
	}
	kept := r.samples[number]
	if len(kept) == maxReplaySamples {
		copy(kept, kept[1:])
		kept[maxReplaySamples-1] = sample
		return
	}
	r.samples[number] = append(kept, sample)
}

func (r *Replay) hand(changes []detector.Change) {
	for i := range changes {
		if in := changes[i].Incident; !changes[i].Quiet && (len(in.Samples) == 0 || !showsHidden(in)) {
			in.Samples = r.evidence(in)
			incident.Tell(in)
			r.fields.tell(in)
		}
	}
	for _, ch := range r.relations.settle(changes) {
		r.o.Changed(ch)
	}
}

// showsHidden reports whether a line of the hidden error is among those of the incident, where there is one.
func showsHidden(in *detector.Incident) bool {
	return in.Hidden == nil || slices.ContainsFunc(in.Samples, func(s detector.Sample) bool { return s.Template == in.Hidden.Template })
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
	shown := shows
	pick := func(match func(detector.Series) bool) {
		if len(out) >= maxSamples {
			return
		}
		var found []int
		for number := range r.samples {
			if match(r.series.all[number]) {
				found = append(found, number)
			}
		}
		slices.SortFunc(found, func(a, b int) int { return compareSeries(r.series.all[a], r.series.all[b]) })
		// The newest of each series first, so that one of them does not take all the room.
		for back := 1; back <= maxReplaySamples; back++ {
			for _, number := range found {
				kept := r.samples[number]
				if back <= len(kept) && len(out) < maxSamples && shown(in, kept[len(kept)-back]) {
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
	if len(out) == 0 {
		shown = counts
		pick(matching(series, r.Templates))
	}
	order(in, out)
	return slices.CompactFunc(out, func(a, b detector.Sample) bool { return a.Time.Equal(b.Time) && a.Text == b.Text })
}
