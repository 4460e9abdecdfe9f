package dashboards

import (
	"html/template"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// mostTicks is how many lines a lane shows one by one.
const mostTicks = 200

// secretWhen draws when each line with the secret came, up to now while the incident is open; empty where there are too many to be
// counted, or none is known.
func (s *Server) secretWhen(i *detector.Incident, c clock) chartView {
	if i.Chart == nil || i.Lines > mostTicks {
		return chartView{Empty: true}
	}
	k := chartCurve(i.Chart)
	b := bigChart{clock: c, ticks: ticksOf(k)}
	if len(b.ticks) == 0 {
		return chartView{Empty: true}
	}
	to := k.end()
	if i.Status != detector.StatusResolved && c.now.After(to) {
		to = c.now
	}
	return chartView{Wide: s.drawWhen(b, k.start, to, 288, "chart wide"), Narrow: s.drawWhen(b, k.start, to, 368, "chart narrow")}
}

func (s *Server) drawWhen(b bigChart, from, to time.Time, width float64, class string) template.HTML {
	f := frame{x0: 14, x1: width - 14, y0: 12, y1: 34, from: from, length: to.Sub(from), max: 1}
	var d svg
	d.open(class, width, f.y1+26, plural(len(b.ticks), "line")+" with the secret")
	b.drawTicks(&d, f, f.y1)
	b.drawTime(&d, f, f.y1, true)
	return d.close()
}

// ticksOf is a moment for each line of a curve, at most mostTicks, in the middle of its bucket.
func ticksOf(k curve) []time.Time {
	var out []time.Time
	for i, v := range k.observed {
		for n := 0; v != nil && n < int(*v) && len(out) < mostTicks; n++ {
			out = append(out, k.mid(i))
		}
	}
	return out
}
