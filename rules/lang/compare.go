package lang

import (
	"strings"

	"github.com/tocsin-io/tocsin/detector"
)

// levelNames are the spellings that a rule may use for a level, beside those that tocsin prints.
var levelNames = map[string]detector.Level{
	"trace": detector.LevelTrace, "debug": detector.LevelDebug, "info": detector.LevelInfo, "information": detector.LevelInfo,
	"notice": detector.LevelInfo, "warn": detector.LevelWarn, "warning": detector.LevelWarn, "error": detector.LevelError,
	"err": detector.LevelError, "fatal": detector.LevelFatal, "critical": detector.LevelFatal, "crit": detector.LevelFatal,
	"": detector.LevelNone,
}

// ParseLevel reads a level as a rule may write it, in any case.
func ParseLevel(s string) (detector.Level, bool) {
	if l, ok := levelNames[s]; ok {
		return l, true
	}
	l, ok := levelNames[strings.ToLower(s)]
	return l, ok
}

// order compares a with b: below, equal or above zero. It is false where the two cannot be compared: one is missing, or
// their kinds have no order between them.
func order(a, b Value) (int, bool) {
	if a.Kind == Nil || b.Kind == Nil {
		return 0, false
	}
	switch {
	case a.Kind == Level && b.Kind == Text:
		l, ok := ParseLevel(b.Str)
		return compareNumbers(a.Num, float64(l)), ok
	case a.Kind == Text && b.Kind == Level:
		l, ok := ParseLevel(a.Str)
		return compareNumbers(float64(l), b.Num), ok
	case a.Kind == Bool && b.Kind == Text:
		return strings.Compare(a.String(), b.Str), b.Str == "true" || b.Str == "false"
	case a.Kind == Text && b.Kind == Bool:
		return strings.Compare(a.Str, b.String()), a.Str == "true" || a.Str == "false"
	case a.Kind == b.Kind && (a.Kind == Level || a.Kind == Bool || a.Kind == Time):
		return compareNumbers(a.Num, b.Num), true
	case a.Kind == Text && b.Kind == Text && !a.Numeric && !b.Numeric:
		return strings.Compare(a.Str, b.Str), true
	case a.Kind == b.Kind && (a.Kind == Array || a.Kind == Object):
		return strings.Compare(a.Str, b.Str), true
	}
	x, okX := a.Number()
	y, okY := b.Number()
	if okX && okY {
		if a.Kind == Text && b.Kind == Text && a.Str == b.Str {
			return 0, true // digits beyond a float64
		}
		return compareNumbers(x, y), true
	}
	if a.Kind == Text && b.Kind == Text {
		return strings.Compare(a.Str, b.Str), true
	}
	return 0, false
}

func compareNumbers(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// equal is ==. A value of another kind is not equal, a missing one neither.
func equal(a, b Value) bool {
	c, ok := order(a, b)
	return ok && c == 0
}

// unequal is !=. Values that cannot be compared differ, but a missing one gives false, as every comparison with it.
func unequal(a, b Value) bool {
	if a.Kind == Nil || b.Kind == Nil {
		return false
	}
	return !equal(a, b)
}
