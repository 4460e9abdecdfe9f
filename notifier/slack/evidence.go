package slack

import (
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
	"github.com/tocsin-io/tocsin/notifier/compose"
)

const maxPoints = 40

// lines shows up to three redacted lines.
func lines(in *detector.Incident, loc *time.Location) slack.Block {
	out := compose.Lines(in, loc)
	if len(out) == 0 {
		return nil
	}
	return preformatted("lines", strings.Join(out, "\n"))
}

var ramp = []rune("▁▂▃▄▅▆▇█")

// spark draws the observed line in one row, from 0, a gap as a space.
func spark(in *detector.Incident, loc *time.Location) slack.Block {
	c := in.Chart
	if c == nil || len(c.Observed) < 2 || c.Bucket <= 0 {
		return nil
	}
	step := (len(c.Observed) + maxPoints - 1) / maxPoints
	adds := c.Unit == "" || c.Unit == "lines" || c.Unit == "bytes" || c.Unit == "offsets"
	points, top := condense(c.Observed, step, adds)
	if top <= 0 {
		return nil
	}
	var row strings.Builder
	for _, p := range points {
		switch {
		case p == nil:
			row.WriteByte(' ')
		default:
			i := int(*p / top * float64(len(ramp)-1))
			if *p > 0 && i == 0 {
				i = 1 // something is not nothing
			}
			row.WriteRune(ramp[min(max(i, 0), len(ramp)-1)])
		}
	}
	unit := wording.Middle(wording.Clean(c.Unit), 30)
	if unit == "" {
		unit = "lines"
	}
	width := time.Duration(c.Bucket) * time.Duration(step)
	end := c.Start.Add(time.Duration(c.Bucket) * time.Duration(len(c.Observed)))
	title := unit + " in " + wording.Duration(width) + ", " + inZone(c.Start, loc).Format("15:04") + "–" +
		inZone(end, loc).Format("15:04") + " " + wording.Zone(end, loc) + ", from 0 to " + wording.Amount(top, bare(c.Unit))
	return preformatted("chart", title+"\n"+row.String())
}

// bare is the unit where the figure needs it; the title has named the others.
func bare(unit string) string {
	if unit == "bytes" || unit == "share" {
		return unit
	}
	return ""
}

// condense joins so many points into one: their sum where they count, else the largest. A group without any is a gap.
func condense(values []*float64, step int, adds bool) (points []*float64, top float64) {
	for i := 0; i < len(values); i += step {
		var p *float64
		for _, v := range values[i:min(i+step, len(values))] {
			if v == nil || *v != *v {
				continue
			}
			if p == nil {
				p = new(float64)
			}
			if adds {
				*p += *v
			} else {
				*p = max(*p, *v)
			}
		}
		if p != nil {
			top = max(top, *p)
		}
		points = append(points, p)
	}
	return points, top
}

func inZone(t time.Time, loc *time.Location) time.Time {
	if loc == nil {
		loc = time.UTC
	}
	return t.In(loc)
}
