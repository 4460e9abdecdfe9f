package dashboards

import (
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// timelineRow is a line of a timeline.
type timelineRow struct {
	At         stamp
	Day        string // before the first row of a day that is not today
	Icon       string
	Class      string
	Head, Rest string
	URL        string // where the head leads
	Sub        []part
}

var entryWords = map[detector.EntryKind]struct{ icon, head string }{
	detector.EntryDeploy: {"deploy", "Deploy"}, detector.EntryOnset: {"onset", "Onset"}, detector.EntryOpened: {"detected", "Opened"},
	detector.EntryPaged: {"sent", "Paged"}, detector.EntryPageFailed: {"unsent", "Page failed"},
	detector.EntryRelated: {"explained", "Related"}, detector.EntryWorse: {"onset", "Worse"},
	detector.EntryAcknowledged: {"acknowledged", "Acknowledged"}, detector.EntryUnacknowledged: {"open", "Given back"},
	detector.EntryNote: {"note", "Note"}, detector.EntryExpected: {"silenced", "Marked as expected"},
	detector.EntryNoise: {"silenced", "Marked as noise"}, detector.EntryMuted: {"silenced", "Pages nobody"}, detector.EntryUnmuted: {"sent", "Pages again"},
	detector.EntryBack: {"record", "Back"}, detector.EntryResolved: {"resolved", "Resolved"}, detector.EntryReopened: {"open", "Reopened"},
	detector.EntryExpired: {"resolved", "Expired"},
}

// timeline makes the rows of what happened, and what is to come.
func timeline(i *detector.Incident, c clock) ([]timelineRow, *timelineRow) {
	var rows []timelineRow
	var last time.Time
	var since stretch
	for _, e := range i.Timeline {
		w, ok := entryWords[e.Kind]
		if !ok {
			w.icon, w.head = "detected", capital(string(e.Kind))
		}
		r := timelineRow{Icon: w.icon, Class: string(e.Kind), Head: w.head}
		if last.IsZero() && !c.sameDay(e.At, c.now) || !last.IsZero() && !c.sameDay(last, e.At) {
			r.Day = c.day(e.At)
		}
		last = e.At
		since.take(i, e)
		r.At = c.stamp(e.At, c.hms(e.At))
		switch e.Kind {
		case detector.EntryDeploy:
			if r.Rest = e.Text; e.Actor != "" {
				r.Sub = []part{{Text: "told by " + e.Actor}}
			}
		case detector.EntryPaged, detector.EntryPageFailed:
			r.Rest, r.Sub = e.Actor, messageLink(e.Text)
			if r.Sub == nil || r.Sub[0].URL != "" { // else it says so itself
				r.Sub = bothOf(since.opening(e.At), r.Sub)
			}
		case detector.EntryResolved, detector.EntryReopened:
			r.Rest, r.Sub = "by "+orItself(e.Actor), sentence(e.Text)
			if e.Actor == "" && e.Kind == detector.EntryResolved {
				r.Sub = bothOf(since.words(e.At), r.Sub)
			}
		case detector.EntryRelated:
			r.Sub = linked(sentence(e.Text))
		case detector.EntryOpened:
			if r.Rest = e.Text; r.Rest == "" {
				r.Rest = "as " + word(i.Kind)
			}
			r.Sub = since.words(e.At)
		case detector.EntryBack:
			r.Rest, r.Sub = "inside what is expected", sentence(e.Text)
		default:
			if e.Actor != "" {
				r.Rest = "by " + e.Actor
			}
			r.Sub = sentence(e.Text)
		}
		rows = append(rows, r)
	}
	return rows, upcoming(i)
}

// stretch is where in an incident's life its timeline is: it may be over and begin anew, and what was told of the first time
// was told from its own onset.
type stretch struct {
	onset    time.Time // zero: not known
	opened   time.Time
	resolved time.Time
	again    bool
}

func (s *stretch) take(i *detector.Incident, e detector.Entry) {
	switch e.Kind {
	case detector.EntryOnset:
		s.onset, s.again = e.At, false
	case detector.EntryOpened:
		s.opened = e.At
	case detector.EntryResolved, detector.EntryExpired:
		s.resolved = e.At
	case detector.EntryReopened:
		s.onset, s.opened, s.again = e.At, e.At, true
		if i.Onset.After(s.resolved) && !i.Onset.After(e.At) {
			s.onset, s.again = i.Onset, false
		}
	}
}

// opening says how long after it was opened a page was taken by its receiver: the times are of two clocks, so under a second says
// nothing.
func (s *stretch) opening(at time.Time) []part {
	if d := at.Sub(s.opened).Truncate(time.Second); !s.opened.IsZero() && d > 0 {
		return []part{{Text: lasting(d) + " after it was opened"}}
	}
	return nil
}

// words say how long after the onset something was; nothing where that is not known, or it was not after it.
func (s *stretch) words(at time.Time) []part {
	d := at.Sub(s.onset)
	switch {
	case s.onset.IsZero() || d <= 0:
		return nil
	case s.again:
		return []part{{Text: lasting(d) + " after it was reopened"}}
	}
	return []part{{Text: lasting(d) + " after the onset"}}
}

// bothOf puts a comma between what both say.
func bothOf(a, b []part) []part {
	if len(a) > 0 && len(b) > 0 {
		a = append(a, part{Text: ", "})
	}
	return append(a, b...)
}

// messageLink is what is said of a page: where the message is read, or why there is none.
func messageLink(text string) []part {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return sentence(text)
	}
	if strings.HasSuffix(u.Hostname(), ".slack.com") {
		return []part{{Text: "open in Slack", URL: text}}
	}
	return []part{{Text: "open the message", URL: text}}
}

var incidentID = regexp.MustCompile(`\b[0-9a-f]{16}\b`)

// linked makes links of the incidents' ids in plain words.
func linked(parts []part) []part {
	var out []part
	for _, p := range parts {
		at := 0
		for _, m := range incidentID.FindAllStringIndex(p.Text, -1) {
			if p.As != "" {
				break
			}
			id := p.Text[m[0]:m[1]]
			out = append(out, part{Text: p.Text[at:m[0]]}, part{Text: shortID(id), URL: incidentURL(id)})
			at = m[1]
		}
		p.Text = p.Text[at:]
		out = append(out, p)
	}
	return out
}

func orItself(actor string) string {
	if actor == "" {
		return "itself"
	}
	return actor
}

func word(k detector.Kind) string {
	w := []byte(kindWord(k))
	w[0] |= 0x20 // kinds begin with an ASCII letter
	return string(w)
}

// upcoming says what happens if nobody does anything.
func upcoming(i *detector.Incident) *timelineRow {
	switch {
	case i.Status == detector.StatusResolved:
		return nil
	case i.Kind == detector.KindSecret:
		return &timelineRow{Icon: "learning", Class: "next", Rest: "Stays open until a person resolves it", Sub: []part{{Text: "a secret does not close by itself"}}}
	case i.Kind == detector.KindRule && i.Rule != nil && i.Rule.Keep > 0:
		return &timelineRow{Icon: "learning", Class: "next", Rest: "Resolves by itself", Sub: []part{{Text: "after the rule has not held for " + lasting(time.Duration(i.Rule.Keep))}}}
	}
	return &timelineRow{Icon: "learning", Class: "next", Rest: "Resolves by itself", Sub: []part{{Text: "after " + lasting(i.ResolvesAfter(10*time.Minute)) + " inside what is expected"}}}
}
