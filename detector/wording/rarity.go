package wording

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Rarity prints how rarely a series does what it does now: 6 weeks, or over 20 weeks where it was not watched long enough
// to tell more. Empty where it cannot be told, or the same was there lately.
func Rarity(in *detector.Incident) string {
	once := time.Duration(in.OnceIn)
	if once < time.Hour || in.Earlier > 0 || in.Reopened > 0 {
		return ""
	}
	if rarer(in) {
		return "over " + OnceIn(once)
	}
	return OnceIn(once)
}

// rarer reports that the rarity is only a bound.
func rarer(in *detector.Incident) bool {
	return in.Watched > 0 && time.Duration(in.OnceIn) >= detector.Extrapolated*time.Duration(in.Watched)*99/100
}

// unusual says what its series did before: that it did the same, or never. Nothing where Rarity tells it.
func unusual(in *detector.Incident) string {
	switch in.Kind {
	case detector.KindRule, detector.KindSecret, detector.KindLoss, detector.KindSkew, detector.KindLate, detector.KindNewTemplate:
		return ""
	}
	if in.Earlier > 0 && in.EarlierAt != nil {
		ago := Duration(in.OpenedAt.Sub(*in.EarlierAt).Round(time.Minute))
		if in.Earlier == 1 {
			return "It did the same " + ago + " before."
		}
		return "It did the same " + Count(uint64(in.Earlier)) + " times in the two weeks before, last " + ago + " before."
	}
	if in.Reopened > 0 { // it did the same in the stretch before
		return ""
	}
	if watched := time.Duration(in.Watched); watched >= day && in.Kind != detector.KindNewError && Rarity(in) == "" {
		return "It did nothing like it in the " + OnceIn(watched) + " before."
	}
	return ""
}

// ExpectationKnown reports whether it is known what was expected: a rule's first hour has no past.
func ExpectationKnown(in *detector.Incident) bool {
	switch in.Kind {
	case detector.KindSkew, detector.KindLate: // they are not to be at all
		return false
	}
	return !NoValue(in) && (in.Kind != detector.KindRule || in.Expected != 0 || in.Low != 0 || in.High != 0)
}

// NoValue reports whether a rule fires that measures its lines, a share or a mean, while it has none: what it observed is
// nothing then, and not 0.
func NoValue(in *detector.Incident) bool { return in.Rule != nil && in.Rule.Without != "" }

// Observed is what was observed as people read it: a number in its unit, how far a clock is off, or that there was nothing to
// measure.
func Observed(in *detector.Incident) string {
	switch {
	case NoValue(in):
		return "no " + in.Rule.Without
	case in.Kind == detector.KindSkew:
		return clockOff(in)
	}
	return Amount(in.Observed, in.Unit)
}

// Measured is what an incident observed, as a rate where that is a count: "412 lines a minute", "214 ms".
func Measured(in *detector.Incident) string {
	window := time.Duration(in.Window)
	if in.Unit == "lines" && window > 0 {
		per := PerSecond.Coarsen(window, in.Observed)
		return linesOf(per.Of(in.Observed, window)) + " " + per.Words()
	}
	return Amount(in.Observed, in.Unit)
}
