package slack

import (
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
)

const (
	maxLines  = 3
	maxLine   = 160
	maxPoints = 40
)

// lines shows up to three redacted lines, one of the hidden error first, each cut in its middle.
func lines(in *detector.Incident, loc *time.Location) slack.Block {
	var picked []detector.Sample
	if in.Hidden != nil {
		for _, s := range in.Samples {
			if s.Template == in.Hidden.Template && in.Hidden.Template != "" {
				picked = append(picked, s)
				break
			}
		}
	}
	for _, s := range in.Samples {
		if len(picked) >= maxLines {
			break
		}
		if !contains(picked, s) {
			picked = append(picked, s)
		}
	}
	var out []string
	for _, s := range picked {
		text := strings.TrimSpace(wording.Clean(s.Text))
		if text == "" {
			continue
		}
		var head []string
		if !s.Time.IsZero() {
			head = append(head, inZone(s.Time, loc).Format("15:04:05"))
		}
		if s.Level != detector.LevelNone {
			head = append(head, s.Level.String())
		}
		if s.Host != "" {
			head = append(head, wording.Middle(wording.Clean(s.Host), 40))
		}
		out = append(out, strings.Join(append(head, wording.Middle(text, maxLine)), " "))
	}
	if len(out) == 0 {
		return nil
	}
	return preformatted("lines", strings.Join(out, "\n"))
}

// contains tells whether the same line was picked already; a second line of the same template gives way to others
// only by its place, for the tracker has chosen them to differ.
func contains(picked []detector.Sample, s detector.Sample) bool {
	for _, p := range picked {
		if p.Position == s.Position && p.Text == s.Text && p.Time.Equal(s.Time) {
			return true
		}
	}
	return false
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
