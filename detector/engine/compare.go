package engine

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// Over what the values of fields are compared, and how many of them an incident names.
const (
	valuesBefore = 30 * time.Minute
	valuesSince  = 30 * time.Minute
	maxTold      = 5
	maxSame      = 40 // fields that are as before
)

// valueCounts are lines by value of a field, as fieldValues counts them.
type valueCounts map[detector.Series]float64

// comparison is the field values of a service since an onset and before it.
type comparison struct {
	now, past   valueCounts
	since, over time.Duration // how long each is
}

// hasFields reports whether the lines of an incident can be told apart by their fields: it is one of counts of lines, of
// a service.
func hasFields(in *detector.Incident) bool {
	switch in.Kind {
	case detector.KindSurge, detector.KindErrorSpike, detector.KindMaskedError, detector.KindNewError, detector.KindRamp,
		detector.KindFall, detector.KindSilence, detector.KindMix:
		return in.Service != ""
	}
	return false
}

// fields compares the values of fields since the onset of an incident with those before, from the counts.
func (e *Engine) fields(ctx context.Context, in *detector.Incident) {
	onset := rate.FloorFine(in.Onset)
	to := in.UpdatedAt
	if to.Sub(onset) > valuesSince {
		to = onset.Add(valuesSince)
	}
	if !hasFields(in) || !to.After(onset) {
		return
	}
	service := detector.Series{Service: in.Service, Environment: in.Environment}
	got, err := e.reader.Sides(ctx, rate.Query{
		From: onset.Add(-valuesBefore), To: to, Shards: rate.ShardsOf(rate.ShardOf(service)), Services: []string{in.Service},
		Match: func(s detector.Series) bool {
			return s.Class == detector.ClassField && s.Service == in.Service && s.Environment == in.Environment
		},
	}, onset)
	e.toldRead(err)
	if err != nil {
		return
	}
	c := comparison{now: make(valueCounts), past: make(valueCounts), since: to.Sub(onset), over: valuesBefore}
	for s, n := range got {
		if n.Before > 0 {
			c.past[s] = float64(n.Before)
		}
		if n.Since > 0 {
			c.now[s] = float64(n.Since)
		}
	}
	c.tell(in)
}

// tell writes into an incident the values that are over-represented among the lines that are too many, or among those
// that are missing: their share of these is far over their share of the lines before.
func (c *comparison) tell(in *detector.Incident) {
	in.Values, in.ValuesOf, in.ValuesPast, in.ValuesSame = nil, 0, 0, nil
	errors := in.Level >= detector.LevelError || in.Kind == detector.KindErrorSpike || in.Kind == detector.KindNewError || in.Kind == detector.KindMaskedError
	sign := 1.0
	if in.Kind == detector.KindFall || in.Kind == detector.KindSilence {
		sign = -1
	}
	scale := c.since.Seconds() / c.over.Seconds()
	for _, name := range c.names() {
		now, past := c.of(c.now, name, errors), c.of(c.past, name, errors)
		before := past
		if total(past) < 20 { // errors are new: where are they against all lines?
			before = c.of(c.past, name, false)
		}
		lines, usual := total(now), total(before)
		extra := sign * (lines - scale*total(past))
		if in.Kind == detector.KindMix {
			extra = lines
		}
		if usual < 20 || extra < 10 || extra < 4*math.Sqrt(lines+scale*total(past)) {
			continue
		}
		if n := uint64(lines); n > in.ValuesOf {
			in.ValuesOf, in.ValuesPast = n, uint64(usual)
		}
		for value := range now {
			past[value] += 0 // also what is new
		}
		told := len(in.Values)
		for value, was := range past {
			n := now[value]
			part := sign * (n - scale*was)
			if in.Kind == detector.KindMix {
				part = n
			}
			share, usually := part/extra, before[value]/usual
			noise := math.Sqrt((n + scale*scale*was) * weighed(lines, c.since))
			if value == rate.Other || share < .2 || share-usually < .2 || part-usually*extra < 4*max(noise, 1) {
				continue
			}
			in.Values = append(in.Values, detector.FieldValue{
				Field: name, Value: value, Share: min(share, 1), Before: usually, Lines: uint64(n),
			})
		}
		if len(in.Values) == told && len(in.ValuesSame) < maxSame && 2*now[rate.Other] < lines && 2*before[rate.Other] < usual {
			in.ValuesSame = append(in.ValuesSame, name) // most of its values are known one by one
		}
	}
	slices.SortFunc(in.Values, func(a, b detector.FieldValue) int {
		return cmp.Or(cmp.Compare(b.Share-b.Before, a.Share-a.Before), strings.Compare(a.Field, b.Field), strings.Compare(a.Value, b.Value))
	})
	in.Values = in.Values[:min(len(in.Values), maxTold)]
}

// weighed is how many lines one that was looked at stands for at most; see fieldValues.
func weighed(lines float64, over time.Duration) float64 {
	switch each := lines / max(1, over.Seconds()/rate.Fine.Seconds()); {
	case each <= everyLine:
		return 1
	case each <= everyEighth:
		return 8
	}
	return 64
}

// names are the fields that were met, sorted.
func (c *comparison) names() []string {
	var out []string
	for _, counts := range []valueCounts{c.now, c.past} {
		for s := range counts {
			if !slices.Contains(out, s.Name) {
				out = append(out, s.Name)
			}
		}
	}
	slices.Sort(out)
	return out
}

// of are the lines by value of one field: of errors, or of all lines.
func (c *comparison) of(counts valueCounts, name string, errors bool) map[string]float64 {
	out := make(map[string]float64)
	for s, n := range counts {
		if s.Name == name && (!errors || s.Level >= detector.LevelError) {
			out[s.Key] += n
		}
	}
	return out
}

func total(counts map[string]float64) float64 {
	sum := 0.0
	for _, n := range counts {
		sum += n
	}
	return sum
}
