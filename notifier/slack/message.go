// Package slack sends incidents to Slack: one message for an incident, edited as it lives, with its changes as replies
// in the message's thread. Text that comes out of logs stands only in rich text, where Slack pings nobody, makes no
// links and formats nothing.
package slack

import (
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/compose"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// Look says what a message offers beside what the incident says.
type Look struct {
	Acts    []Act  // buttons that act; none where no endpoint takes them
	Mention string // here, channel, or the id of a user or user group: told when it pages
}

// Message words an incident as it is now: the text that a locked phone shows and the blocks of the message. It is
// within Slack's limits (50 blocks, 3,000 characters a text) whatever the incident holds.
func Message(m notifier.Message, look Look) (text string, blocks []slack.Block) {
	if m.Group != nil {
		return group(m, look)
	}
	in := &m.Incident
	text = compose.Lock(m)
	if m.Event == plan.Reminded || m.Event == plan.Escalated {
		text = wording.End(compose.News(m)+" "+text, wording.MaxLock)
	}
	blocks = append(blocks, header(m, look))
	if late := compose.Late(m); late != "" {
		blocks = append(blocks, rich("late", slack.NewRichTextSection(plain(late))))
	}
	blocks = append(blocks, sentence(in, m.Location))
	if b := callout(in, m.Location); b != nil && in.Status != detector.StatusResolved {
		blocks = append(blocks, b)
	}
	if b := facts(in); b != nil {
		blocks = append(blocks, b)
	}
	if in.Status != detector.StatusResolved {
		if b := spark(in, m.Location); b != nil {
			blocks = append(blocks, b)
		}
		if b := lines(in, m.Location); b != nil {
			blocks = append(blocks, b)
		}
	}
	return text, append(append(blocks, buttons(m, look)...), foot(in, m))
}

// header is the first line: shape, severity word, kind, service. A page that has just gone out mentions whom the
// receiver names.
func header(m notifier.Message, look Look) slack.Block {
	in := &m.Incident
	elements := []slack.RichTextSectionElement{
		slack.NewRichTextSectionEmojiElement(shape(in), 0, nil), plain(" "), bold(compose.Head(m)),
	}
	if in.Status == detector.StatusOpen && in.Muted == nil && in.Severity == detector.SeverityPage && !plan.Lists(m.Event) {
		elements = append(elements, mentions(m, look)...)
	}
	return rich("head", slack.NewRichTextSection(elements...))
}

func shape(in *detector.Incident) string {
	switch {
	case in.Status == detector.StatusResolved:
		return "white_check_mark"
	case in.Muted != nil:
		return "no_bell"
	case in.Severity == detector.SeverityPage:
		return "octagonal_sign"
	case in.Severity == detector.SeverityNotice:
		return "warning"
	}
	return "heavy_minus_sign"
}

// sentence is what is wrong, and beneath it since when and what came just before.
func sentence(in *detector.Incident, loc *time.Location) slack.Block {
	var elements []slack.RichTextSectionElement
	strong := in.Status != detector.StatusResolved
	for _, s := range wording.Sentence(in) {
		style := &slack.RichTextSectionTextStyle{Bold: strong, Code: s.Code}
		if !style.Bold && !style.Code {
			style = nil
		}
		if s.Text != "" {
			elements = append(elements, slack.NewRichTextSectionTextElement(s.Text, style))
		}
	}
	second := wording.Since(in, time.Time{}, loc)
	if d := wording.Detail(in); d != "" {
		second += " " + d
	}
	return rich("what", slack.NewRichTextSection(append(elements, plain("\n"+wording.End(second, 600)))...))
}

// callout names the rare error that a flood, or a few others, hide.
func callout(in *detector.Incident, loc *time.Location) slack.Block {
	h := in.Hidden
	if h == nil || h.Template == "" {
		return nil
	}
	said := ", " + wording.Times(max(1, h.Lines))
	if in.Lines > h.Lines {
		said = ", " + wording.Count(h.Lines) + " of " + wording.Count(in.Lines) + " lines"
	}
	if !h.First.IsZero() {
		said += ", first at " + wording.Clock(h.First, loc)
	}
	by, _ := wording.Hiding(in)
	elements := []slack.RichTextSectionElement{bold(by + ": "), code(wording.Middle(wording.Clean(h.Called()), wording.MaxTemplate)), plain(said)}
	if h.Host != "" {
		elements = append(elements, plain(", on "), code(wording.Middle(wording.Clean(h.Host), 60)))
	}
	return rich("hidden", &slack.RichTextQuote{Type: slack.RTEQuote, Elements: append(elements, plain("."))})
}

// foot is the last line: id, where, and how it stands.
func foot(in *detector.Incident, m notifier.Message) slack.Block {
	parts := []string{"tocsin"}
	if id := wording.ShortID(in.ID); id != "" {
		parts[0] = id
	}
	if in.Environment != "" {
		parts = append(parts, wording.Middle(wording.Clean(in.Environment), 60))
	}
	if in.Rule != nil && in.Rule.Name != "" {
		parts = append(parts, "rule "+wording.Middle(wording.Clean(in.Rule.Name), 60))
	}
	switch in.Status {
	case detector.StatusAcknowledged:
		parts = append(parts, "taken"+by(in.Assignee))
	case detector.StatusResolved:
		how, why := compose.Ending(in)
		if parts = append(parts, "resolved "+how); why != "" {
			parts = append(parts, why)
		}
	default:
		if in.Reopened > 0 {
			parts = append(parts, "reopened "+wording.Times(uint64(in.Reopened)))
		}
	}
	if in.Muted != nil {
		parts = append(parts, wording.Middle(wording.Clean(in.Muted.Why), 200))
	}
	text := slack.NewTextBlockObject(slack.PlainTextType, strings.Join(parts, " · "), false, false)
	return slack.NewContextBlock("foot", text)
}

func by(who string) string {
	if who == "" {
		return ""
	}
	return " by " + wording.Middle(wording.Clean(who), 60)
}

// last is the newest entry of one of the kinds.
func last(in *detector.Incident, kinds ...detector.EntryKind) (detector.Entry, bool) {
	for i := len(in.Timeline) - 1; i >= 0; i-- {
		for _, k := range kinds {
			if in.Timeline[i].Kind == k {
				return in.Timeline[i], true
			}
		}
	}
	return detector.Entry{}, false
}
