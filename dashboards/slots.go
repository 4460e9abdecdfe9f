package dashboards

import (
	"cmp"
	"math"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// slotView is what stood in the place of one variable of a template.
type slotView struct {
	Name, Kind, Sub string
	Values          []slotValueRow
	Note            string

	distinct int
}

type slotValueRow struct {
	Parts []part
	Share float64
	Text  string
}

// shownValues is how many values of a variable are shown one by one.
const shownValues = 5

// slotViews counts what stood in the place of each variable of a template in some of its lines, and tells what is different since a
// moment, where it lies among them. Lines that are not of the form of the text are left out.
func slotViews(text string, lines []detector.Sample, since time.Time, c clock) []slotView {
	n := strings.Count(text, "<*>")
	if n == 0 {
		return nil
	}
	slots := make([]slotCount, n)
	for i := range lines {
		values := variables(lines[i].Text, text)
		for k := range values {
			slots[k].add(values[k], !lines[i].Time.Before(since))
		}
	}
	var out []slotView
	for k := range slots {
		if slots[k].total() > 0 {
			out = append(out, slots[k].view("<"+strconv.Itoa(k+1)+">", since, c))
		}
	}
	return out
}

// variables are what stands in the places of a template's variables in a line; nil where the line is not of its form.
func variables(line, text string) []string {
	literals := strings.Split(text, "<*>")
	rest, ok := strings.CutPrefix(line, literals[0])
	if !ok {
		return nil
	}
	last := literals[len(literals)-1]
	if rest, ok = strings.CutSuffix(rest, last); !ok {
		return nil
	}
	var out []string
	for _, lit := range literals[1 : len(literals)-1] {
		value, after, found := strings.Cut(rest, lit)
		if lit == "" || !found {
			return nil
		}
		out, rest = append(out, value), after
	}
	return append(out, rest)
}

// slotCount counts values before a moment and since.
type slotCount struct {
	counts map[string]*[2]int
	lines  [2]int
}

func (s *slotCount) add(value string, since bool) {
	if s.counts == nil {
		s.counts = make(map[string]*[2]int)
	}
	n := s.counts[value]
	if n == nil {
		n = &[2]int{}
		s.counts[value] = n
	}
	side := 0
	if since {
		side = 1
	}
	n[side]++
	s.lines[side]++
}

func (s *slotCount) total() int { return s.lines[0] + s.lines[1] }

// share is the part of the lines of one side, or of both where side is below 0, that have a value.
func (s *slotCount) share(value string, side int) float64 {
	n := s.counts[value]
	if side < 0 {
		return float64(n[0]+n[1]) / float64(s.total())
	}
	return float64(n[side]) / float64(s.lines[side])
}

func (s *slotCount) view(name string, since time.Time, c clock) slotView {
	values := make([]string, 0, len(s.counts))
	for v := range s.counts {
		values = append(values, v)
	}
	slices.SortFunc(values, func(a, b string) int {
		x, y := s.counts[a], s.counts[b]
		return cmp.Or(y[0]+y[1]-x[0]-x[1], cmp.Compare(a, b))
	})
	v := slotView{Name: name, Kind: valueKind(values), Sub: plural(len(values), "value"), distinct: len(values)}
	if v.Kind == "number" {
		v.Sub += s.numbers()
	}
	if top := s.counts[values[0]]; top[0]+top[1] == 1 && len(values) > 1 {
		v.Sub += ", each once"
		return v
	}
	rest := 1.0
	for _, value := range values[:min(len(values), shownValues)] {
		share := s.share(value, -1)
		v.Values = append(v.Values, slotValueRow{Parts: chips(shownValue(value), "code"), Share: share, Text: percent(share)})
		rest -= share
	}
	if others := len(values) - shownValues; others > 0 {
		v.Values = append(v.Values, slotValueRow{Parts: []part{{Text: plural(others, "other")}}, Share: rest, Text: percent(rest)})
	}
	v.Note = s.note(values, since, c)
	return v
}

// shownValue is a value as a page names it.
func shownValue(value string) string { return cmp.Or(value, "(empty)") }

// numbers are the range and the quantiles of what can be read as a number.
func (s *slotCount) numbers() string {
	type weighed struct {
		value float64
		n     int
	}
	var all []weighed
	total := 0
	for text, n := range s.counts {
		if v, err := strconv.ParseFloat(text, 64); err == nil && !math.IsNaN(v) && !math.IsInf(v, 0) {
			all = append(all, weighed{v, n[0] + n[1]})
			total += n[0] + n[1]
		}
	}
	if len(all) < 2 {
		return ""
	}
	slices.SortFunc(all, func(a, b weighed) int { return cmp.Compare(a.value, b.value) })
	at := func(q float64) string {
		left := int(q * float64(total-1))
		for _, w := range all {
			if left -= w.n; left < 0 {
				return figure(w.value)
			}
		}
		return figure(all[len(all)-1].value)
	}
	return ", " + at(0) + " to " + at(1) + "; p50 " + at(.5) + " · p95 " + at(.95)
}

// What is told to differ: in so many lines on each side, a value whose share moved by so much.
const (
	differLines = 20
	differShare = .2
)

// note tells which value changed its share most since a moment.
func (s *slotCount) note(values []string, since time.Time, c clock) string {
	if s.lines[0] < differLines || s.lines[1] < differLines {
		return ""
	}
	best, most := "", 0.0
	for _, v := range values {
		if d := math.Abs(s.share(v, 1) - s.share(v, 0)); d > most {
			best, most = v, d
		}
	}
	if most < differShare {
		return "As before " + c.zoned(since) + "."
	}
	return "Differs: " + shownValue(best) + " was " + wholePercent(s.share(best, 0)) + " before " + c.zoned(since) + ", " + wholePercent(s.share(best, 1)) + " since."
}

// valueKind says what most values of a variable look like; empty where they have nothing in common.
func valueKind(values []string) string {
	kinds := map[string]int{}
	for _, v := range values {
		kinds[kindOfValue(v)]++
	}
	for kind, n := range kinds {
		if 10*n >= 8*len(values) {
			return kind
		}
	}
	return ""
}

func kindOfValue(v string) string {
	if strings.HasPrefix(v, "<redacted:") {
		return "redacted"
	}
	if _, err := strconv.ParseFloat(v, 64); err == nil {
		return "number"
	}
	if host, _, err := net.SplitHostPort(v); err == nil && net.ParseIP(host) != nil {
		return "ip:port"
	}
	switch {
	case net.ParseIP(v) != nil:
		return "ip"
	case strings.Contains(v, "://"):
		return "url"
	case strings.Contains(v, "/"):
		return "path"
	case len(v) == 36 && strings.Count(v, "-") == 4:
		return "uuid"
	case len(v) >= 8 && strings.Trim(v, "0123456789abcdefABCDEF") == "":
		return "hex"
	case strings.Trim(v, "0123456789:.-TZ") == "" && strings.Contains(v, ":"):
		return "time"
	}
	return "word"
}
