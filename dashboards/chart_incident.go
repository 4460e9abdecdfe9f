package dashboards

import (
	"html/template"
	"math"
	"time"
)

// chartView is a chart in two widths: a wide one and one for a phone. The style sheet shows one of them.
type chartView struct {
	Wide, Narrow template.HTML
	Rows         []chartRow // the same as a table
	Unit         string
	Empty        bool
	Banded       bool // something is known to be expected
}

// chartRow is a point of a chart as a table: time, observed, expected.
type chartRow struct {
	At                 stamp
	Observed, Expected string
	Outside            bool
}

// bigChart is what one large chart shows.
type bigChart struct {
	curve   curve
	marks   []mark
	ticks   []time.Time // of rare lines: each tick is one
	lane    string      // what the ticks are
	log     bool
	current string // beside the newest point
	label   string // for screen readers
	clock   clock
}

func (s *Server) bigChart(b bigChart) chartView {
	if len(b.curve.observed) == 0 {
		return chartView{Empty: true}
	}
	return chartView{Wide: s.drawBig(b, 1056, false), Narrow: s.drawBig(b, 368, true), Rows: b.table(), Unit: b.curve.unit}
}

// drawBig draws it at a width. Rows of labels stand above; a lane of ticks and the time axis below.
func (s *Server) drawBig(b bigChart, width float64, narrow bool) template.HTML {
	rows, left, right := 2, 57.0, 21.0
	if narrow {
		rows, left, right = 4, 38.0, 8.0
		b.curve = b.curve.thinned(150)
	}
	if len(b.marks) == 0 {
		rows = 0
	}
	c := b.curve
	grid := ticks(c.peak(), 2)
	if b.log {
		grid = logTicks(c.peak())
	}
	top := 22 + 24*float64(rows)
	f := frame{
		x0: left, x1: width - right, y0: top, y1: top + 162, from: c.start, length: c.end().Sub(c.start),
		max: grid[len(grid)-1], log: b.log,
	}
	axis, height := f.y1, f.y1+36
	if len(b.ticks) > 0 {
		axis, height = f.y1+44, f.y1+80
	}
	var d svg
	class := "chart wide"
	if narrow {
		class = "chart narrow"
	}
	d.open(class, width, height, b.label)
	for i, v := range grid {
		y := f.y(v)
		if i > 0 || b.log {
			d.line("grid", f.x0, y, f.x1, y)
		}
		d.text("axis", left-8, y+4, "end", axisNumber(v))
	}
	d.line("axis0", f.x0, f.y1, f.x1, f.y1)
	c.draw(&d, f, true)
	if c.banded() && !narrow {
		i := firstKnown(c)
		y := math.Max(f.y(c.high[i])-6, top+8)
		d.text("axis", f.x0+8, y, "", "expected "+bandWords(c.low[i], c.high[i], c.unit)+c.over())
	}
	b.drawGaps(&d, f)
	last := -10.0
	for _, p := range placeMarks(b.marks, f, max(rows, 1), narrow) {
		y := 28 + 24*float64(p.atRow)
		if p.x-last > 2 { // two lines on one pixel are one
			d.line("m-"+p.class, p.x, y, p.x, axis)
		}
		last = p.x
		d.icon(s.assets.url("icons.svg"), p.icon, "i-"+p.class, p.x, y)
		if p.text != "" {
			d.text("label l-"+p.class, p.textX, y+4, p.end, p.text)
		}
	}
	if i := c.last(); i >= 0 && b.current != "" {
		class := "now"
		if c.outside(i) {
			class = "now crit"
		}
		d.text(class, f.x1-6, math.Max(f.y(c.recentPeak())-10, top-4), "end", b.current)
	}
	if len(b.ticks) > 0 {
		b.drawLane(&d, f, axis, narrow)
	}
	b.drawTime(&d, f, axis, narrow)
	return d.close()
}

func firstKnown(c curve) int {
	for i := range c.observed {
		if c.observed[i] != nil {
			return i
		}
	}
	return 0
}

// drawLane draws a tick for each of the rare lines, so that they can be counted.
func (b bigChart) drawLane(d *svg, f frame, axis float64, narrow bool) {
	if narrow {
		d.text("lane", f.x0+6, axis-4, "", b.lane+", a tick a line")
	} else {
		d.text("lane strong", f.x0+8, axis-4, "", b.lane+" · each tick is one line")
	}
	b.drawTicks(d, f, axis)
}

// drawTicks draws them above an axis.
func (b bigChart) drawTicks(d *svg, f frame, axis float64) {
	last := math.Inf(-1)
	for _, t := range b.ticks {
		if t.Before(f.from) || t.After(f.from.Add(f.length)) {
			continue
		}
		x := f.x(t)
		if x < last+3.2 { // two lines of one bucket stand side by side
			x = last + 3.2
		}
		last = x
		d.line("tick", x, axis-15, x, axis-1)
	}
}

// drawGaps names gaps of two hours and more.
func (b bigChart) drawGaps(d *svg, f frame) {
	c := b.curve
	c.runs(func(i int) bool { return c.observed[i] == nil }, func(from, to int) {
		if n := time.Duration(to-from+1) * c.step; n >= 2*time.Hour {
			d.text("axis", (f.x(c.mid(from))+f.x(c.mid(to)))/2, f.y1-40, "middle", "no data, "+lasting(n))
		}
	})
}

func (b bigChart) drawTime(d *svg, f frame, axis float64, narrow bool) {
	d.line("axis0", f.x0, axis, f.x1, axis)
	n := 8
	if narrow {
		n = 4
	}
	at, days := timeTicks(f.from, f.from.Add(f.length), b.clock.zone, n)
	for _, t := range at {
		x := f.x(t)
		d.line("axis0", x, axis, x, axis+4)
		text := b.clock.hm(t)
		if days {
			text = b.clock.day(t)
		} else if f.length < 2*time.Minute {
			text = b.clock.hms(t)
		}
		anchor := "middle"
		if x < f.x0+14 {
			anchor = "start"
		} else if x > f.x1-14 {
			anchor = "end"
		}
		d.text("axis", x, axis+18, anchor, text)
	}
}

// table is the chart as rows, at most 120 of them.
func (b bigChart) table() []chartRow {
	c := b.curve.thinned(120)
	rows := make([]chartRow, 0, len(c.observed))
	for i, v := range c.observed {
		at := c.start.Add(time.Duration(i) * c.step)
		r := chartRow{At: b.clock.stamp(at, b.clock.minuteOrSecond(at, c.step)), Observed: "no data"}
		if v != nil {
			r.Observed = figure(*v)
			r.Outside = c.outside(i)
		}
		if c.banded() {
			r.Expected = figure(roundBand(c.low[i])) + "–" + figure(roundBand(c.high[i]))
		}
		rows = append(rows, r)
	}
	return rows
}
