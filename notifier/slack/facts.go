package slack

import (
	"time"

	"github.com/slack-go/slack"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
)

const maxFacts = 4

// facts are the figures, four at most, none of them empty. Labels and numbers are tocsin's own; what a log or a
// person wrote is plain text.
func facts(in *detector.Incident) slack.Block {
	var fields []*slack.TextBlockObject
	own := func(label, value string) {
		if value != "" && len(fields) < maxFacts {
			fields = append(fields, slack.NewTextBlockObject(slack.MarkdownType, "*"+label+"*\n"+value, false, false))
		}
	}
	said := func(label, value string) {
		if value != "" && len(fields) < maxFacts {
			value = wording.Middle(wording.Clean(value), 80)
			fields = append(fields, slack.NewTextBlockObject(slack.PlainTextType, label+"\n"+value, false, false))
		}
	}
	if in.Status == detector.StatusResolved {
		own("Lasted", wording.Duration(wording.Lasted(in)))
		said("Taken by", taken(in))
		own("Lines", count(in.Lines))
		own("Hosts", hosts(in))
	} else {
		if in.Kind == detector.KindSecret {
			own("Times", count(max(in.Lines, 1)))
			if in.Secret != nil {
				said("Key", in.Secret.Key)
			}
		} else {
			own(observedLabel(in), observed(in))
		}
		own("Happens once in", wording.Rarity(in))
		own("Hosts", hosts(in))
		said("Taken by", taken(in))
		if in.Kind != detector.KindSecret {
			own("Lines since then", count(in.Lines))
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return slack.NewSectionBlock(nil, fields, nil, slack.SectionBlockOptionBlockID("facts"))
}

func observedLabel(in *detector.Incident) string {
	if in.Window <= 0 {
		return "Observed"
	}
	return "Observed in " + wording.Duration(time.Duration(in.Window))
}

// observed is what was observed and, where that is known, what was expected.
func observed(in *detector.Incident) string {
	if wording.NoValue(in) || in.Kind == detector.KindSkew {
		return wording.Observed(in)
	}
	var a, b string
	switch in.Unit {
	case "bytes":
		a, b = wording.BytePair(in.Observed, in.Expected)
	case "share":
		a, b = wording.Percent(in.Observed), wording.Percent(in.Expected)
	case "ms", "s":
		a, b = wording.Number(in.Observed)+" "+in.Unit, wording.Figure(in.Expected)
	default:
		a, b = wording.Number(in.Observed), wording.Figure(in.Expected)
	}
	if !wording.ExpectationKnown(in) {
		return a
	}
	return a + "; expected " + b
}

func count(n uint64) string {
	if n == 0 {
		return ""
	}
	return wording.Count(n)
}

func hosts(in *detector.Incident) string { return count(uint64(max(in.HostCount, len(in.Hosts), 0))) }

// taken says who acknowledged it and how long after it was opened.
func taken(in *detector.Incident) string {
	e, ok := last(in, detector.EntryAcknowledged, detector.EntryUnacknowledged)
	if ok && e.Kind == detector.EntryUnacknowledged && in.Assignee == "" {
		return ""
	}
	who := in.Assignee
	if who == "" {
		who = e.Actor
	}
	if who == "" || !ok {
		return who
	}
	if after := e.At.Sub(in.OpenedAt); after > 0 {
		return who + ", after " + wording.Duration(after)
	}
	return who
}
