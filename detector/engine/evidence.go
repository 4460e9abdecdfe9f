package engine

import (
	"context"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/incident"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/wording"
)

// What an incident keeps of the lines and counts that show it.
const (
	maxSamples = 12
	before     = 15 * time.Minute // of the chart, before the onset
	maxChart   = 360              // points: an hour of fine buckets
)

// prepare gives changes their evidence: lines, a chart, how many lines since the onset. What cannot be read now is left
// out: a page does not wait for its picture. What is too old is kept and pages nobody.
func (e *Engine) prepare(ctx context.Context, v *evaluator, changes []detector.Change) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	for i := range changes {
		ch := &changes[i]
		in := ch.Incident
		if e.o.MaxLate > 0 && e.clock().Sub(in.UpdatedAt) > e.o.MaxLate {
			ch.Quiet = true
			in.Page = false
			continue
		}
		series, ok := incident.ParseSeriesKey(in.SeriesKey)
		if !ok {
			continue
		}
		other := series.Class == detector.ClassSlot || series.Class == detector.ClassLate
		if other { // its numbers are no lines: it is shown by those of its template or service
			series.Class, series.Key = detector.ClassLine, ""
		}
		if series.Class == detector.ClassLine && series.Shape == 0 {
			series.Level = in.Level // of the signal that leads now: a hidden error is one among the errors of a service that surged
		}
		match := matching(series, e.Templates)
		if len(in.Samples) < maxSamples || ch.Event != detector.ChangeUpdated {
			e.lines(ctx, in, series, match)
		}
		incident.Tell(in)
		e.fields(ctx, in)
		if in.Deploy = deployOf(in, v.recent); in.Deploy != nil {
			in.Timeline = append(in.Timeline, detector.Entry{
				At: in.Deploy.At, Kind: detector.EntryDeploy, Text: strings.TrimSpace(in.Deploy.Service + " " + in.Deploy.Version),
			})
		}
		in.Detail = wording.Detail(in)
		shard := v.shards[rate.ShardOf(series)]
		if shard != nil && !other {
			e.chart(ctx, in, series, match, v.bandOf(ch, series, shard.suite))
		}
	}
}

// lines collects samples: of the hidden error first, then one of each template that carries the incident, then more.
func (e *Engine) lines(ctx context.Context, in *detector.Incident, s detector.Series, match func(detector.Series) bool) {
	var picked []detector.Sample
	pick := func(n int, want func(detector.Series) bool) {
		if len(picked) >= maxSamples {
			return
		}
		got, err := e.reader.Samples(ctx, want)
		if err != nil {
			e.health.fault("counts", err)
			return
		}
		for _, sample := range got {
			if n == 0 || len(picked) >= maxSamples {
				return
			}
			if sample.Time.Before(in.Onset.Add(-before)) && in.Kind != detector.KindSilence && in.Kind != detector.KindFall {
				continue
			}
			if slices.ContainsFunc(picked, func(p detector.Sample) bool { return p.Position == sample.Position }) {
				continue
			}
			picked = append(picked, sample)
			n--
		}
	}
	of := func(id detector.ShapeID) func(detector.Series) bool {
		return matching(detector.Series{Service: in.Service, Environment: in.Environment, Shape: id}, e.Templates)
	}
	if in.Hidden != nil {
		pick(3, of(in.Hidden.TemplateID))
	}
	if s.Class == detector.ClassLine && s.Shape == 0 {
		for i := range in.Carriers {
			if i < 6 {
				pick(2, of(in.Carriers[i].TemplateID))
			}
		}
	}
	pick(maxSamples, match)
	if len(picked) == 0 {
		return
	}
	in.Samples = picked
	if s.Class == detector.ClassSecret { // its hosts are known from all its lines
		return
	}
	hosts := make(map[string]bool)
	for _, p := range picked {
		if p.Host != "" {
			hosts[p.Host] = true
		}
	}
	in.Hosts = in.Hosts[:0:0]
	for h := range hosts {
		in.Hosts = append(in.Hosts, h)
	}
	sort.Strings(in.Hosts)
	in.HostCount = len(in.Hosts)
	if in.Hidden != nil && in.Hidden.Host == "" && len(picked) > 0 {
		in.Hidden.Host = picked[0].Host
	}
}

// chart reads what was observed from some time before the onset until now, and what was expected then.
func (e *Engine) chart(ctx context.Context, in *detector.Incident, s detector.Series, match func(detector.Series) bool, band bandFunc) {
	to := in.UpdatedAt
	from := in.Onset.Add(-before).Truncate(rate.Fine)
	if n := int(to.Sub(from) / rate.Fine); n > maxChart {
		from = to.Add(-maxChart * rate.Fine).Truncate(rate.Fine)
	}
	points, err := e.reader.History(ctx, rate.Query{
		From: from, To: to, Step: rate.Fine, Match: match, Shards: rate.ShardsOf(rate.ShardOf(s)),
	})
	if err != nil {
		e.health.fault("counts", err)
		return
	}
	bytes := in.Unit == "bytes"
	c := &detector.Chart{Start: from, Bucket: detector.Duration(rate.Fine), Unit: "lines"}
	if bytes {
		c.Unit = "bytes"
	}
	located := s.Class == detector.ClassSecret || s.Class == detector.ClassLoss // its lines are counted exactly, however long ago it began
	if !located {
		in.Lines = 0
	}
	banded := s.Class == detector.ClassLine && !bytes
	for _, p := range points {
		y := float64(p.Lines)
		if bytes {
			y = float64(p.Bytes)
		}
		c.Observed = append(c.Observed, &y)
		if !located && !p.Start.Before(in.Onset.Truncate(rate.Fine)) {
			in.Lines += p.Lines
		}
		if !banded {
			continue
		}
		expected, low, high, ok := band(p.Start)
		if !ok {
			banded, c.Expected, c.Low, c.High = false, nil, nil, nil
			continue
		}
		c.Expected, c.Low, c.High = append(c.Expected, expected), append(c.Low, low), append(c.High, high)
	}
	in.Chart = c
}
