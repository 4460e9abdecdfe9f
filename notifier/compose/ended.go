package compose

import (
	"slices"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
)

// Ending says in words how a resolved incident ended, and why where it ended by itself: "by itself", "by ada", "as expected by
// ada", "as nothing was heard of it". why is empty where a person ended it.
func Ending(in *detector.Incident) (how, why string) {
	for _, e := range slices.Backward(in.Timeline) {
		by := ""
		if e.Actor != "" {
			by = " by " + wording.Middle(wording.Clean(e.Actor), 60)
		}
		switch e.Kind {
		case detector.EntryExpected:
			return "as expected" + by, ""
		case detector.EntryNoise:
			return "as noise" + by, ""
		case detector.EntryExpired:
			return "as expired", wording.End(wording.Clean(e.Text), 160)
		case detector.EntryResolved:
			if by != "" {
				return by[1:], ""
			}
			return "by itself", wording.End(wording.Clean(e.Text), 160)
		}
	}
	return "by itself", ""
}

// Lasted is how long a resolved incident lasted and how many lines it had: "after 32 min 8 s, 1,009 lines".
func Lasted(in *detector.Incident) string {
	text := "after " + wording.Duration(wording.Lasted(in))
	if in.Lines > 0 {
		text += ", " + wording.Count(in.Lines) + " " + wording.Plural(in.Lines, "line", "lines")
	}
	return text
}
