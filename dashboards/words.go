package dashboards

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// count prints a whole number with commas: 1,956.
func count[T int | int64 | uint64](n T) string { return commas(strconv.FormatInt(int64(n), 10)) }

func commas(digits string) string {
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "−", digits[1:]
	}
	if len(digits) <= 3 {
		return sign + digits
	}
	var b strings.Builder
	b.WriteString(sign)
	head := len(digits) % 3
	b.WriteString(digits[:head])
	for i := head; i < len(digits); i += 3 {
		if b.Len() > len(sign) {
			b.WriteByte(',')
		}
		b.WriteString(digits[i : i+3])
	}
	return b.String()
}

// figure prints a measured value with the digits that matter: 1,956, 448, 61.8, 2.9, 0.31. Whole numbers stay whole.
func figure(v float64) string {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return "–"
	case v < 0:
		return "−" + figure(-v)
	case v == math.Trunc(v) && v < 1e15, v >= 100:
		return commas(strconv.FormatFloat(math.Round(v), 'f', 0, 64))
	case v >= 1:
		return strconv.FormatFloat(v, 'f', 1, 64)
	case v < 0.005:
		return "<0.01"
	}
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 2, 64), "0")
}

// rate prints lines a second: as figure, but a value that was measured keeps its decimal (31.0).
func rate(v float64) string {
	if v >= 10 && v < 100 {
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return figure(v)
}

// span prints a range of what was expected: 1,690–2,060.
func span(low, high float64) string {
	if from, to := figure(roundBand(low)), figure(roundBand(high)); from != to {
		return from + "–" + to
	}
	return figure(roundBand(high))
}

// roundBand rounds an edge of a band to three digits: nobody expects to the line.
func roundBand(v float64) float64 {
	if v < 1 {
		return math.Round(v*10) / 10
	}
	unit := math.Pow(10, math.Max(-1, math.Floor(math.Log10(v))-2))
	return math.Round(v/unit) * unit
}

// percent prints a share of 0 to 1: 22.6 %, 0.31 %, 97 %.
func percent(share float64) string {
	p := share * 100
	switch {
	case math.IsNaN(p) || math.IsInf(p, 0):
		return "–"
	case p > 0 && p < 0.005:
		return "<0.01 %"
	case p < 1:
		return strconv.FormatFloat(p, 'f', 2, 64) + " %"
	case p < 99.95:
		return strconv.FormatFloat(p, 'f', 1, 64) + " %"
	}
	return "100 %"
}

// size prints bytes: 41.9 GB.
func size(n uint64) string {
	v, units := float64(n), []string{"B", "kB", "MB", "GB", "TB", "PB"}
	i := 0
	for v >= 1000 && i < len(units)-1 {
		v, i = v/1000, i+1
	}
	if i == 0 {
		return count(n) + " B"
	}
	return figure(v) + " " + units[i]
}

// quantity prints a value in its unit.
func quantity(v float64, unit string) string {
	switch unit {
	case "bytes":
		return size(uint64(math.Max(0, v)))
	case "", "lines", "count", "values":
		return figure(v)
	case "share":
		return percent(v)
	}
	return figure(v) + " " + unit
}

// bandWords prints a band with its unit: 0–2, 104–136 ms, 1.2 kB–3 kB.
func bandWords(low, high float64, unit string) string {
	if unit == "bytes" || unit == "share" {
		return quantity(low, unit) + "–" + quantity(high, unit)
	}
	return figure(low) + "–" + quantity(high, unit)
}

// lasting prints how long: 0.6 s, 78 s, 14 min 18 s, 3 h 52 min, 19 days, 214 weeks.
func lasting(d time.Duration) string {
	if d < 0 {
		d = -d
	}
	s := d.Seconds()
	switch {
	case d == 0:
		return "0 s"
	case d < time.Millisecond:
		return figure(float64(d.Nanoseconds())/1e3) + " µs"
	case s < 0.1:
		return strconv.Itoa(int(d.Milliseconds())) + " ms"
	case s < 1:
		return strconv.FormatFloat(s, 'f', 1, 64) + " s"
	case s < 90:
		return strconv.Itoa(int(s)) + " s"
	case d < time.Hour:
		return two(int(d/time.Minute), "min", int(s)%60, "s")
	case d < 24*time.Hour:
		return two(int(d/time.Hour), "h", int(d/time.Minute)%60, "min")
	case d < 14*24*time.Hour:
		return plural(int(d/(24*time.Hour)), "day")
	}
	return plural(int(d/(7*24*time.Hour)), "week")
}

func two(a int, ua string, b int, ub string) string {
	if b == 0 {
		return strconv.Itoa(a) + " " + ua
	}
	return strconv.Itoa(a) + " " + ua + " " + strconv.Itoa(b) + " " + ub
}

// coarse is lasting without the seconds of a span over a minute: for what is read at a glance.
func coarse(d time.Duration) string {
	if d >= time.Minute && d < time.Hour {
		return strconv.Itoa(int(d/time.Minute)) + " min"
	}
	return lasting(d)
}

// ago prints how long before now: 14 min ago.
func ago(now, t time.Time) string {
	d := now.Sub(t)
	if d < 0 {
		return "in " + coarse(-d)
	}
	return coarse(d) + " ago"
}

// plural prints a count with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return count(n) + " " + noun + "s"
}

var kindWords = map[detector.Kind]string{
	detector.KindErrorSpike: "Error spike", detector.KindNewError: "New error", detector.KindMaskedError: "Masked error",
	detector.KindNewTemplate: "New template", detector.KindLate: "Late lines", detector.KindSkew: "Wrong clock",
}

// kindWord is a kind as a label.
func kindWord(k detector.Kind) string {
	if w, ok := kindWords[k]; ok {
		return w
	}
	return capital(string(k))
}

// capital makes the first letter of an ASCII word a capital.
func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// shortID is the part of an id that people say.
func shortID(id string) string {
	if len(id) > 6 {
		return id[:6]
	}
	return id
}
