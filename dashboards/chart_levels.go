package dashboards

import (
	"html/template"
	"math"
	"slices"
)

// levelLane is one of the small multiples: a level, or several, on its own scale from 0.
type levelLane struct {
	name, sub string
	curve     curve // in lines a second
}

// levelChart draws lanes under one another with one time axis: a stack would hide errors. The width is in pixels.
func (s *Server) levelChart(lanes []levelLane, marks []mark, c clock, width float64) chartView {
	if len(lanes) == 0 || len(lanes[0].curve.observed) == 0 {
		return chartView{Empty: true}
	}
	return chartView{
		Wide: s.drawLevels(lanes, marks, c, width, false), Narrow: s.drawLevels(lanes, marks, c, 368, true),
		Banded: slices.ContainsFunc(lanes, func(l levelLane) bool { return l.curve.banded() }),
	}
}

func (s *Server) drawLevels(lanes []levelLane, marks []mark, c clock, width float64, narrow bool) template.HTML {
	x0, x1 := 99.0, width-104
	if narrow {
		x0, x1 = 40, width-10
	}
	var d svg
	class := "chart wide"
	if narrow {
		class = "chart narrow"
	}
	const lane, gap = 82.0, 14.0
	top := 22.0
	if narrow {
		top = 30
	}
	pitch := lane + gap
	if narrow {
		pitch += 14
	}
	bottom := top + pitch*float64(len(lanes)) - gap
	if narrow {
		bottom -= 14
	}
	d.open(class, width, bottom+28, "Lines a second by level")
	var f frame
	for i, l := range lanes {
		if narrow {
			l.curve = l.curve.thinned(150)
		}
		grid := ticks(math.Max(l.curve.peak(), 0.1), 2)
		y0 := top + pitch*float64(i)
		f = frame{x0: x0, x1: x1, y0: y0, y1: y0 + lane, from: l.curve.start, length: l.curve.end().Sub(l.curve.start), max: grid[len(grid)-1]}
		for k, v := range grid {
			if k > 0 {
				d.line("grid", x0, f.y(v), x1, f.y(v))
			}
			d.text("axis", x0-7, f.y(v)+4, "end", axisNumber(v))
		}
		d.line("axis0", x0, f.y1, x1, f.y1)
		l.curve.draw(&d, f, true)
		drawLaneWords(&d, l, f, narrow)
	}
	s.drawLevelMarks(&d, marks, f, top, bottom, c, narrow)
	b := bigChart{clock: c}
	b.drawTime(&d, f, bottom, narrow)
	return d.close()
}

func drawLaneWords(d *svg, l levelLane, f frame, narrow bool) {
	now, band, class := "no data", "", "val"
	if i := l.curve.last(); i >= 0 {
		now = rate(*l.curve.observed[i]) + "/s"
		if l.curve.banded() {
			band = "of " + span(l.curve.low[i], l.curve.high[i])
		}
		if l.curve.outside(i) {
			class = "val crit"
		}
	}
	if narrow {
		d.text("val", f.x0, f.y0-10, "", l.name)
		d.text(class, f.x1, f.y0-10, "end", now+" "+band)
		return
	}
	mid := (f.y0 + f.y1) / 2
	d.text("val", 16, mid-2, "", l.name)
	if l.sub != "" {
		d.text("axis sub", 16, mid+13, "", l.sub)
	}
	d.text(class, f.x1+11, mid-2, "", now)
	d.text("axis sub", f.x1+11, mid+13, "", band)
}

// drawLevelMarks draws deploys and onsets over all lanes; one line of words at the top names the last of each.
func (s *Server) drawLevelMarks(d *svg, marks []mark, f frame, top, bottom float64, c clock, narrow bool) {
	words, x := "", f.x1
	for _, m := range marks {
		if m.at.Before(f.from) || m.at.After(f.from.Add(f.length)) {
			continue
		}
		mx := f.x(m.at)
		d.line("m-"+m.class, mx, top-2, mx, bottom)
		if m.class == "onset" {
			d.path("mark", "M"+px(mx-4.5)+" "+px(top-8)+"h9l-4.5 8z", "")
		}
		if words != "" {
			words += " · "
		}
		words += map[string]string{"deploy": "◇ ", "onset": "▼ "}[m.class] + m.label
		x = math.Min(x, mx)
	}
	if words == "" || narrow || len([]rune(words)) > 80 {
		return
	}
	anchor, at := "end", x-8
	if at-float64(len([]rune(words)))*charWidth < f.x0 {
		anchor, at = "start", x+8
	}
	d.text("label halo", at, top+13, anchor, words)
}

// levelLanes groups counts by level into info (with debug), warn and error (with fatal), in lines a second.
func levelLanes(l CountLines) []levelLane {
	lanes := []levelLane{{name: "info", sub: "debug"}, {name: "warn"}, {name: "error", sub: "fatal"}}
	for _, k := range l.Lines {
		at := laneOf(k)
		lanes[at].curve = addCurves(lanes[at].curve, countCurve(l, k))
	}
	for i := range lanes {
		if lanes[i].curve.observed == nil {
			lanes[i].curve = quietCurve(l)
		}
		if s := l.Step.Seconds(); s > 0 {
			lanes[i].curve = lanes[i].curve.scaled(1 / s)
		}
	}
	return lanes
}

// laneOf is the lane in which a series is drawn.
func laneOf(l CountLine) int {
	switch l.Level.String() {
	case "warn":
		return 1
	case "error", "fatal":
		return 2
	}
	return 0
}

// quietCurve is nothing, counted: zero where some other series of the answer has a point.
func quietCurve(l CountLines) curve {
	c := curve{start: l.Start, step: l.Step}
	zero := 0.0
	for _, k := range l.Lines {
		if len(k.Observed) > len(c.observed) {
			c.observed = make([]*float64, len(k.Observed))
		}
	}
	for i := range c.observed {
		for _, k := range l.Lines {
			if i < len(k.Observed) && k.Observed[i] != nil {
				c.observed[i] = &zero
			}
		}
	}
	return c
}
