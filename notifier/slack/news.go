package slack

import (
	"strings"

	"github.com/slack-go/slack"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/compose"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// News words what changed as a reply in the thread: its text, its block (nil where nothing is worth a reply), and
// whether it is to be shown in the channel too because it pages again. The text, which a phone shows without the thread,
// says of what it is.
func News(m notifier.Message, look Look) (text string, block slack.Block, loud bool) {
	head, rest, loud := changed(m)
	if head == "" {
		return "", nil, false
	}
	rest = strings.TrimSuffix(wording.Clean(rest), ".")
	if loud && !strings.Contains(rest, what(m)) { // in the channel it stands without its thread
		rest += ". " + what(m)
	}
	rest = wording.End(rest, 600)
	elements := []slack.RichTextSectionElement{bold(head), plain(rest)}
	if loud {
		elements = append(elements, mentions(m, look)...)
	}
	text = head + rest
	if !loud && !strings.Contains(text, what(m)) {
		of := compose.Subject(m)
		text = wording.End(text, wording.MaxLock-len([]rune(of))-2) + ". " + of
	}
	text = wording.End(text, wording.MaxLock)
	return text, rich("news", slack.NewRichTextSection(elements...)), loud
}

// what is of what a message tells, in its own words.
func what(m notifier.Message) string {
	if m.Group != nil {
		return wording.Clean(m.Group.Title())
	}
	return wording.Title(&m.Incident)
}

// Alone words what changed as a message of its own, which has to say of what: its text and blocks, none where nothing is
// worth a message.
func Alone(m notifier.Message) (text string, blocks []slack.Block) {
	head, rest, _ := changed(m)
	if head == "" {
		return "", nil
	}
	rest = wording.End(wording.Clean(rest), 300)
	blocks = []slack.Block{rich("news", slack.NewRichTextSection(bold(head), plain(rest)))}
	if m.Group == nil {
		rest += ". " + wording.Title(&m.Incident)
		blocks = append(blocks, sentence(&m.Incident, m.Location))
	}
	blocks = append(blocks, buttons(m, Look{})...)
	return wording.End(head+rest, wording.MaxLock), append(blocks, foot(&m.Incident, m))
}

// changed says what changed; head is empty where nothing is worth telling.
func changed(m notifier.Message) (head, rest string, loud bool) {
	switch {
	case m.Event == plan.Reminded:
		head, rest, loud = "Reminder", ": "+uncapital(compose.News(m)), true
	case m.Event == plan.Escalated:
		head, rest, loud = "Escalated", ": "+uncapital(compose.News(m)), true
	case m.Group != nil:
		head, rest, loud = groupNews(m)
	default:
		head, rest, loud = incidentNews(m)
	}
	if late := compose.Late(m); late != "" && head != "" {
		rest = strings.TrimSuffix(rest, ".") + ". " + late
	}
	return head, rest, loud
}

// incidentNews words the change of one incident.
func incidentNews(m notifier.Message) (head, rest string, loud bool) {
	in := &m.Incident
	switch m.Event {
	case detector.ChangeResolved:
		how, why := compose.Ending(in)
		head, rest = "Resolved", " "+how+" "+compose.Lasted(in)
		if why != "" {
			rest += ": " + why
		}
	case detector.ChangeReopened:
		// What comes and goes by itself was told. Whoever has resolved it believes that it is over.
		e, ok := last(in, detector.EntryResolved)
		head, rest, loud = "Reopened", ": "+wording.Title(in), in.Severity == detector.SeverityPage && ok && e.Actor != ""
	case detector.ChangeAcknowledged, detector.ChangeUpdated:
		head, rest = entryNews(m)
		// What held it back is over, and it goes on: that is to wake as an opening does.
		loud = compose.PagesAgain(m)
	}
	return head, rest, loud
}

var entryWords = map[detector.EntryKind]string{
	detector.EntryAcknowledged: "Acknowledged", detector.EntryUnacknowledged: "Given back", detector.EntryNote: "Note",
	detector.EntryExpected: "Marked as expected", detector.EntryNoise: "Marked as noise", detector.EntryUnmuted: "Pages again",
	detector.EntryRelated: "Related", detector.EntryWorse: "Worse", detector.EntryBack: "Back", detector.EntryDeploy: "New version",
}

// entryNews words the newest entry of the timeline; empty where it is none to be told.
func entryNews(m notifier.Message) (head, rest string) {
	in := &m.Incident
	if len(in.Timeline) == 0 {
		return "", ""
	}
	kinds := []detector.EntryKind{
		detector.EntryNote, detector.EntryExpected, detector.EntryRelated, detector.EntryWorse, detector.EntryBack,
		detector.EntryUnacknowledged, detector.EntryAcknowledged, detector.EntryNoise, detector.EntryMuted, detector.EntryUnmuted,
	}
	if m.Event == detector.ChangeAcknowledged {
		kinds = []detector.EntryKind{detector.EntryAcknowledged, detector.EntryUnacknowledged}
	}
	e, ok := last(in, kinds...)
	if !ok {
		if m.Event == detector.ChangeAcknowledged {
			return "Acknowledged", by(in.Assignee)
		}
		return "", ""
	}
	text := strings.TrimSpace(e.Text)
	switch e.Kind {
	case detector.EntryBack:
		return entryWords[e.Kind], " inside what is expected, waits before it resolves"
	case detector.EntryMuted:
		return compose.Muting(e)
	case detector.EntryUnmuted:
		return entryWords[e.Kind], ": " + text
	case detector.EntryRelated, detector.EntryWorse, detector.EntryNote:
		if text == "" {
			return "", ""
		}
		return entryWords[e.Kind] + by(e.Actor), ": " + text
	}
	return entryWords[e.Kind], by(e.Actor)
}

// uncapital puts a sentence that tocsin has made behind a colon.
func uncapital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
