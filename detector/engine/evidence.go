package engine

import (
	"cmp"
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
		if _, back := wording.Back(in); !back && (len(in.Samples) < maxSamples || ch.Event != detector.ChangeUpdated) {
			e.lines(ctx, in, series)
		}
		incident.Tell(in)
		e.fields(ctx, in)
		if in.Deploy = deployOf(in, v.recent); in.Deploy != nil {
			in.Timeline = append(in.Timeline, detector.Entry{
				At: in.Deploy.At, Kind: detector.EntryDeploy, Actor: in.Deploy.By,
				Text: strings.TrimSpace(in.Deploy.Service + " " + in.Deploy.Version),
			})
		}
		in.Detail = wording.Detail(in)
		shard := v.shards[rate.ShardOf(series)]
		if shard != nil && !other {
			e.chart(ctx, ch, series, matching(series, e.Templates), v.bandOf(ch, series, shard.suite))
		}
	}
}

// lines collects samples: of the hidden error first, then one of each template that carries the incident, then more.
func (e *Engine) lines(ctx context.Context, in *detector.Incident, s detector.Series) {
	var picked []detector.Sample
	shown := shows
	pick := func(n int, s detector.Series) {
		if len(picked) >= maxSamples {
			return
		}
		got, err := e.reader.Samples(ctx, rate.Query{Services: []string{s.Service}, Match: matching(s, e.Templates)})
		e.toldRead(err)
		if err != nil {
			return
		}
		slices.SortStableFunc(got, func(a, b detector.Sample) int { return b.Time.Compare(a.Time) })
		for _, sample := range got {
			if n == 0 || len(picked) >= maxSamples {
				return
			}
			if !shown(in, sample) {
				continue
			}
			if slices.ContainsFunc(picked, func(p detector.Sample) bool { return p.Position == sample.Position }) {
				continue
			}
			picked = append(picked, sample)
			n--
		}
	}
	of := func(id detector.ShapeID) detector.Series {
		return detector.Series{Service: in.Service, Environment: in.Environment, Shape: id}
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
	pick(maxSamples, s)
	if len(picked) == 0 {
		shown = counts
		pick(maxSamples, s)
	}
	if len(picked) == 0 {
		return
	}
	order(in, picked)
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

// shows reports whether a line is one that shows the incident: what fell silent is shown by what it said before.
func shows(in *detector.Incident, s detector.Sample) bool {
	switch in.Kind {
	case detector.KindSilence:
		return !s.Time.After(in.Onset)
	case detector.KindFall:
		return true
	case detector.KindRule:
		if ofNothing(in) {
			return !s.Time.After(in.Onset)
		}
		return !s.Time.Before(in.Onset)
	}
	return !s.Time.Before(in.Onset.Add(-before))
}

// counts is shows where no line since the onset was kept: of a rule those show it that its window counts.
func counts(in *detector.Incident, s detector.Sample) bool {
	return shows(in, s) || in.Kind == detector.KindRule && !s.Time.Before(in.Onset.Add(-time.Duration(in.Window)))
}

// ofNothing reports whether a rule fires because no line came.
func ofNothing(in *detector.Incident) bool {
	return wording.NoValue(in) || in.Unit == "lines" && in.Observed == 0
}

// order sorts lines as they are read: those of a hidden error, then the others, each as they came.
func order(in *detector.Incident, lines []detector.Sample) {
	rank := func(s detector.Sample) int {
		if in.Hidden != nil && s.Template == in.Hidden.Template {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(lines, func(a, b detector.Sample) int {
		return cmp.Or(rank(a)-rank(b), a.Time.Compare(b.Time), cmp.Compare(a.Text, b.Text))
	})
}

// chart reads what was observed from some time before the onset until now, and what was expected then.
func (e *Engine) chart(ctx context.Context, ch *detector.Change, s detector.Series, match func(detector.Series) bool, band bandFunc) {
	in := ch.Incident
	to := in.UpdatedAt
	from := in.Onset.Add(-before).Truncate(rate.Fine)
	if n := int(to.Sub(from) / rate.Fine); n > maxChart {
		from = to.Add(-maxChart * rate.Fine).Truncate(rate.Coarse).Add(rate.Coarse)
	}
	points, err := e.reader.History(ctx, rate.Query{
		From: from, To: to, Step: rate.Fine, Match: match, Shards: rate.ShardsOf(rate.ShardOf(s)), Services: []string{s.Service},
	})
	e.toldRead(err)
	if err != nil {
		return
	}
	bytes := in.Unit == "bytes"
	c := &detector.Chart{Start: from, Bucket: detector.Duration(rate.Fine), Unit: "lines"}
	if bytes {
		c.Unit = "bytes"
	}
	banded := s.Class == detector.ClassLine && !bytes
	for _, p := range points {
		y := float64(p.Lines)
		if bytes {
			y = float64(p.Bytes)
		}
		c.Observed = append(c.Observed, &y)
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
	if s.Class != detector.ClassSecret && s.Class != detector.ClassLoss { // their lines are counted exactly, however long ago it began
		e.count(ctx, in, s, match, points, ch.Event != detector.ChangeUpdated)
	}
}

// count adds up the lines from the onset until the series was back inside what is expected: those of the chart, and for a
// message those from before it begins. An update does not read weeks again: the store keeps the most that was counted.
func (e *Engine) count(ctx context.Context, in *detector.Incident, s detector.Series, match func(detector.Series) bool, points []rate.Point, whole bool) {
	from, end := in.Onset.Truncate(rate.Fine), in.UpdatedAt
	if at, ok := wording.Back(in); ok {
		end = at
	}
	if whole && len(points) > 0 && from.Before(points[0].Start) { // which is the start of a coarse bucket
		first := points[0].Start
		if end.Before(first) {
			first = end
		}
		if longest := first.Add(-(rate.MaxPoints - 1) * rate.Coarse); from.Before(longest) {
			from = longest
		}
		coarse := from.Add(rate.Coarse - 1).Truncate(rate.Coarse)
		if coarse.After(first) {
			coarse = first
		}
		q := rate.Query{Match: match, Shards: rate.ShardsOf(rate.ShardOf(s)), Services: []string{s.Service}}
		for _, part := range []struct {
			from, to time.Time
			step     time.Duration
		}{{from, coarse, rate.Fine}, {coarse, first, rate.Coarse}} {
			if !part.from.Before(part.to) {
				continue
			}
			q.From, q.To, q.Step = part.from, part.to, part.step
			more, err := e.reader.History(ctx, q)
			e.toldRead(err)
			if err != nil {
				return
			}
			points = append(more, points...)
		}
	}
	in.Lines = 0
	for _, p := range points {
		if !p.Start.Before(from) && p.Start.Before(end) {
			in.Lines += p.Lines
		}
	}
}
