package dashboards

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
)

// incidentFacts is the strip of figures. A fact that is not known is left out.
func (s *Server) incidentFacts(ctx context.Context, i *detector.Incident, c clock) []fact {
	var out []fact
	if i.Kind == detector.KindSecret && i.Secret != nil {
		out = append(out, fact{Label: "Kind", Figure: strings.ReplaceAll(i.Secret.Kind, "-", " ")})
		if i.Secret.Key != "" {
			out = append(out, fact{Label: "Key", Figure: i.Secret.Key, Mono: true})
		}
		out = append(out, fact{Label: "Times", Figure: count(i.Lines), Line: "since " + c.zoned(i.Onset), URL: linesURL(i)})
		if n := len(i.Fingerprints); n > 1 {
			out = append(out, fact{Label: "Values", Figure: count(n), Line: "as their fingerprints differ"})
		}
		if last := i.LastLine; !last.IsZero() {
			out = append(out, fact{Label: "Last line", Figure: coarse(c.now.Sub(last)), Unit: "ago", Line: c.zoned(last)})
		}
		return append(out, s.hostFact(ctx, i)...)
	}
	if i.ResolvedAt != nil {
		out = append(out, fact{Label: "Lasted", Figure: lasting(i.ResolvedAt.Sub(i.Onset)), Line: c.hms(i.Onset) + "–" + c.hms(*i.ResolvedAt) + " " + c.name(i.Onset)})
	} else {
		out = append(out, fact{Label: "Since", Figure: lasting(c.now.Sub(i.Onset)), Line: "from " + c.zoned(i.Onset)})
	}
	in := ""
	if i.Window > 0 {
		in = ", " + window(i)
	}
	observed := fact{Label: "Observed" + in, Figure: observed(i), URL: countedURL(i)}
	if i.Peak > i.Observed && i.Kind != detector.KindSkew && (i.Rule == nil || !i.Rule.Below) {
		observed.Line = "at most " + quantity(i.Peak, i.Unit)
	}
	expected := fact{Label: "Expected" + in, Figure: quantity(i.Expected, i.Unit)}
	if low, high := expectedBand(i); high > 0 {
		expected.Unit = "of " + span(low, high)
	}
	expected.Line = basis(i)
	out = append(out, observed)
	if wording.ExpectationKnown(i) {
		out = append(out, expected)
	}
	if r := wording.Rarity(i); r != "" {
		out = append(out, fact{Label: "Happens once in", Figure: r, Line: "for " + i.Service})
	}
	if i.Lines == 0 && len(i.Carriers) == 0 && noLinesOfItsOwn(i.Kind) {
		return append(out, s.hostFact(ctx, i)...)
	}
	lines := fact{Label: "Lines", Figure: count(i.Lines), URL: linesURL(i)}
	if n := len(i.Carriers); n > 0 {
		lines.Line = plural(n, "template")
		if k := newOnes(i); k > 0 {
			lines.Line += ", " + count(k) + " new"
		}
	}
	return append(append(out, lines), s.hostFact(ctx, i)...)
}

// basis is what the expected rests on: the days that were seen, or else the time before.
func basis(i *detector.Incident) string {
	switch b := i.Basis; {
	case b.Days > 0:
		return "same time on " + plural(b.Days, "day")
	case b.Last > 0:
		return "the last " + coarse(time.Duration(b.Last))
	case i.Watched > 0:
		return "seen for " + coarse(time.Duration(i.Watched)) + " before"
	}
	return ""
}

// observed is what was observed: of a clock how far it is off, of a rule that had nothing to measure that there was nothing.
func observed(i *detector.Incident) string {
	if wording.NoValue(i) || i.Kind == detector.KindSkew {
		return wording.Observed(i)
	}
	return quantity(i.Observed, i.Unit)
}

// noLinesOfItsOwn tells of what is found beside the lines: none are counted for it.
func noLinesOfItsOwn(k detector.Kind) bool {
	return k == detector.KindSkew || k == detector.KindLate || k == detector.KindLoss
}

// expectedBand is the band around what was expected in the window that decided: that of the chart beneath it where the chart
// has one, so that a page does not tell two.
func expectedBand(i *detector.Incident) (low, high float64) {
	if i.Chart == nil || i.Chart.Bucket <= 0 || i.Chart.Unit != i.Unit {
		return i.Low, i.High
	}
	c := chartCurve(i.Chart)
	to := int(i.OpenedAt.Add(c.step-1).Sub(c.start) / c.step) // the step that runs when it opens has decided
	from := to - int(time.Duration(i.Window)/c.step)
	if !c.banded() || c.expected == nil || from < 0 || to > len(c.observed) || from >= to {
		return i.Low, i.High
	}
	sum := c.part(from, to).mean().scaled(float64(to - from))
	if !sum.banded() || i.Expected < sum.low[0] || i.Expected > sum.high[0] { // the chart is of a part of it
		return i.Low, i.High
	}
	return sum.low[0], sum.high[0]
}

func newOnes(i *detector.Incident) int {
	n := 0
	for _, k := range i.Carriers {
		if k.New {
			n++
		}
	}
	return n
}

// hostsBefore is for how long before an incident hosts are counted that its own are told against.
const hostsBefore = 30 * time.Minute

// hostCount is how many hosts there are, as far as they are known.
func hostCount(of Origins) string {
	if of.More {
		return "over " + count(len(of.Hosts))
	}
	return count(len(of.Hosts))
}

func (s *Server) hostFact(ctx context.Context, i *detector.Incident) []fact {
	n := max(i.HostCount, len(i.Hosts))
	if n == 0 {
		return nil
	}
	f := fact{Label: "Hosts", Figure: count(n), Title: strings.Join(i.Hosts, ", ")}
	if i.Service != "" {
		f.URL = serviceURL(i.Service) + "?" + around(i)
	}
	if of, err := s.src.Services.Origins(ctx, i.Service, i.Onset.Add(-hostsBefore), i.UpdatedAt); err == nil && len(of.Hosts) >= n {
		f.Figure += " of " + hostCount(of)
	}
	if f.Line = placeOf(i); f.Line == "" {
		f.Line = strings.Join(i.Hosts[:min(len(i.Hosts), 2)], ", ")
		if len(i.Hosts) > 2 {
			f.Line += "…"
		}
	}
	return []fact{f}
}

// placeFields are the last words of the names of fields that say where lines come from, as OpenTelemetry and Kubernetes name them,
// the narrowest first.
var placeFields = [...]string{"host", "hostname", "node", "rack", "availability_zone", "zone", "cluster", "datacenter", "region"}

// placeOf says where most of the incident's lines come from, by the narrowest place that differs from before; empty where none does.
func placeOf(i *detector.Incident) string {
	best, rank := "", -1
	for _, v := range i.Values {
		name := v.Field[strings.LastIndexAny(v.Field, ".")+1:]
		if k := slices.Index(placeFields[:], strings.ToLower(name)); k >= 0 && (rank < 0 || k < rank) && v.Share >= .5 {
			best, rank = wholePercent(v.Share)+" in "+v.Value, k
			if k < 2 {
				best = wholePercent(v.Share) + " on " + v.Value
			}
		}
	}
	return best
}

// countedURL leads to what was counted in the incident's time: its template, or its service.
func countedURL(i *detector.Incident) string {
	switch {
	case i.TemplateID != "":
		return "/templates/" + i.TemplateID + "?" + around(i)
	case i.Service != "":
		return serviceURL(i.Service) + "?" + around(i)
	}
	return ""
}

// linesURL leads to the lines that were kept, or where there are none to what was counted.
func linesURL(i *detector.Incident) string {
	if len(i.Samples) > 0 {
		return "#lines"
	}
	return countedURL(i)
}
