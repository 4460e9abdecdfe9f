package wording

import (
	"math"
	"strconv"
	"strings"
)

// Count prints a whole number with commas: 1,956. Numbers of lines are always exact.
func Count(n uint64) string {
	return group(strconv.FormatUint(n, 10))
}

// Figure prints a measured number with the three digits that matter: 0.31, 4.5, 61.8, 448, 1,956, 48,200. What is
// over zero and under 0.01 is "under 0.01"; what is not finite is "unknown".
func Figure(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "unknown"
	}
	if v < 0 {
		return "-" + Figure(-v)
	}
	switch {
	case v == 0:
		return "0"
	case v < 0.01:
		return "under 0.01"
	case v < 9.995:
		return trim(v, 2)
	case v < 99.95:
		return trim(v, 1)
	case v < 9999.5:
		return group(strconv.FormatFloat(v, 'f', 0, 64))
	}
	unit := math.Pow(10, math.Floor(math.Log10(v))-2)
	return group(strconv.FormatFloat(math.Round(v/unit)*unit, 'f', 0, 64))
}

// Number prints a whole number exactly and any other one as Figure does: for values that may be counts or rates.
func Number(v float64) string {
	if v >= 0 && v < 1<<53 && v == math.Trunc(v) {
		return Count(uint64(v))
	}
	return Figure(v)
}

// Percent prints a share of 0 to 1: 22.6 %, 9 %, <0.1 %.
func Percent(share float64) string {
	if math.IsNaN(share) || math.IsInf(share, 0) {
		return "unknown"
	}
	p := share * 100
	switch {
	case p > 0 && p < 0.1:
		return "<0.1 %"
	case p < 100 && p > 99.9:
		return ">99.9 %"
	}
	return trim(p, 1) + " %"
}

// Ratio prints how many times: 1.8, 4.5, 61.8, 448.
func Ratio(x float64) string {
	if x > 0 && x < 9.95 {
		return trim(x, 1)
	}
	return Figure(x)
}

// Bytes prints an amount of bytes in decimal units: 512 B, 4.2 GB.
func Bytes(n float64) string {
	v, unit := n, "B"
	for _, u := range []string{"kB", "MB", "GB", "TB", "PB"} {
		if math.Abs(v) < 999.5 {
			break
		}
		v, unit = v/1000, u
	}
	return inUnit(v, unit)
}

// BytePair prints two amounts in the unit of the larger one, so that they can be compared at a glance: 4.2 GB and
// 0.6 GB. A second one too small for that unit is printed in its own.
func BytePair(a, b float64) (string, string) {
	scale, unit := 1.0, "B"
	for _, u := range []string{"kB", "MB", "GB", "TB", "PB"} {
		if math.Max(a, b)/scale < 999.5 {
			break
		}
		scale, unit = scale*1000, u
	}
	print := func(v float64) string {
		if v/scale < 0.05 {
			return Bytes(v)
		}
		return inUnit(v/scale, unit)
	}
	return print(a), print(b)
}

// Plural is word for one and plural for any other number.
func Plural(n uint64, word, plural string) string {
	if n == 1 {
		return word
	}
	return plural
}

// Times is "once", or "n times" with the number exact.
func Times(n uint64) string {
	if n == 1 {
		return "once"
	}
	return Count(n) + " times"
}

func inUnit(v float64, unit string) string {
	if unit != "B" && math.Abs(v) < 9.95 {
		return trim(v, 1) + " " + unit
	}
	return Figure(v) + " " + unit
}

// trim prints with at most so many decimals and without zeros at the end.
func trim(v float64, decimals int) string {
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// group sets commas between thousands.
func group(digits string) string {
	if len(digits) <= 3 {
		return digits
	}
	var b strings.Builder
	head := len(digits) % 3
	b.WriteString(digits[:head])
	for i := head; i < len(digits); i += 3 {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(digits[i : i+3])
	}
	return b.String()
}
