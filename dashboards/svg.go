package dashboards

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strings"
	"time"
)

// svg builds a drawing. Colours come from the style sheet by class; every text goes through text, which escapes it.
type svg struct{ strings.Builder }

func (s *svg) open(class string, width, height float64, label string) {
	fmt.Fprintf(s, `<svg class="%s" viewBox="0 0 %s %s" width="%s" height="%s" role="img" aria-label="%s">`,
		class, px(width), px(height), px(width), px(height), html.EscapeString(label))
}

func (s *svg) close() template.HTML {
	s.WriteString("</svg>")
	return template.HTML(s.String()) // built from numbers, class names of this package and escaped text
}

func (s *svg) line(class string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(s, `<line class="%s" x1="%s" y1="%s" x2="%s" y2="%s"/>`, class, px(x1), px(y1), px(x2), px(y2))
}

func (s *svg) text(class string, x, y float64, anchor, text string) {
	fmt.Fprintf(s, `<text class="%s" x="%s" y="%s"`, class, px(x), px(y))
	if anchor != "" {
		fmt.Fprintf(s, ` text-anchor="%s"`, anchor)
	}
	fmt.Fprintf(s, ">%s</text>", html.EscapeString(text))
}

// icon draws a symbol of the sprite, 14 px wide, with its middle at x, y.
func (s *svg) icon(sprite, name, class string, x, y float64) {
	fmt.Fprintf(s, `<use class="%s" href="%s#%s" x="%s" y="%s" width="14" height="14"/>`, class, sprite, name, px(x-7), px(y-7))
}

func (s *svg) path(class, d, fill string) { s.curve(class, pathData(d), fill) }

// curve is path for what was drawn with one.
func (s *svg) curve(class string, d pathData, fill string) {
	s.WriteString(`<path class="`)
	s.WriteString(class)
	s.WriteString(`" d="`)
	s.Write(d)
	if fill != "" {
		s.WriteString(`" fill="`)
		s.WriteString(fill)
	}
	s.WriteString(`"/>`)
}

// frame maps time and value to pixels. Values stand from 0, or on a log scale from one.
type frame struct {
	x0, x1, y0, y1 float64 // y0 is the top
	from           time.Time
	length         time.Duration
	max            float64
	log            bool
}

func (f frame) x(t time.Time) float64 {
	return f.x0 + (f.x1-f.x0)*float64(t.Sub(f.from))/float64(f.length)
}

func (f frame) y(v float64) float64 {
	share := 0.0
	if math.IsNaN(v) {
		v = 0
	}
	if f.log {
		if v > 1 {
			share = math.Log10(v) / math.Log10(math.Max(f.max, 10))
		}
	} else if f.max > 0 {
		share = math.Max(0, v) / f.max
	}
	return f.y1 - (f.y1-f.y0)*math.Min(1.02, share)
}

// ticks returns the values of grid lines from 0 to at least max, about n of them, and the highest.
func ticks(max float64, n int) []float64 {
	if max <= 0 || math.IsInf(max, 0) || math.IsNaN(max) {
		max = 1
	}
	raw := max / float64(n)
	unit := math.Pow(10, math.Floor(math.Log10(raw)))
	step := 10 * unit
	for _, m := range []float64{1, 2, 2.5, 4, 5, 8} {
		if m*unit >= raw*0.999 {
			step = m * unit
			break
		}
	}
	out := []float64{0}
	for v := step; ; v += step {
		out = append(out, v)
		if v >= max*0.98 || len(out) > n+2 {
			return out
		}
	}
}

// logTicks returns 1, 10, 100 … up to at least max.
func logTicks(max float64) []float64 {
	out := []float64{1}
	for v := 10.0; ; v *= 10 {
		out = append(out, v)
		if v >= max || len(out) > 12 {
			return out
		}
	}
}

// axisNumber is a value at an axis: 4 k.
func axisNumber(v float64) string {
	switch {
	case v >= 1e9:
		return figure(v/1e9) + " G"
	case v >= 1e6:
		return figure(v/1e6) + " M"
	case v >= 1000:
		return figure(v/1000) + " k"
	}
	return figure(v)
}

// timeTicks returns instants on whole minutes, hours or days of the zone, at most n of them.
func timeTicks(from, to time.Time, zone *time.Location, n int) (at []time.Time, days bool) {
	for _, step := range []time.Duration{
		10 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute,
		10 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	} {
		if to.Sub(from)/step > time.Duration(n) {
			continue
		}
		l := from.In(zone)
		midnight := time.Date(l.Year(), l.Month(), l.Day(), 0, 0, 0, 0, zone)
		t := midnight.Add(from.Sub(midnight).Truncate(step))
		for ; !t.After(to); t = t.Add(step) {
			if !t.Before(from) {
				at = append(at, t)
			}
		}
		return at, false
	}
	every := int(to.Sub(from)/(24*time.Hour))/n + 1
	l := from.In(zone)
	for t := time.Date(l.Year(), l.Month(), l.Day(), 0, 0, 0, 0, zone); !t.After(to); t = t.AddDate(0, 0, every) {
		if !t.Before(from) {
			at = append(at, t)
		}
	}
	return at, true
}
