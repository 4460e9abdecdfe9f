package slack

import (
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/compose"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// group words a message that tells of several incidents: what they have in common, and a line for each, the first and most
// severe first.
func group(m notifier.Message, look Look) (text string, blocks []slack.Block) {
	t := compose.Of(m)
	elements := []slack.RichTextSectionElement{
		slack.NewRichTextSectionTextElement(wording.Join(t.Sentence), &slack.RichTextSectionTextStyle{Bold: m.Incident.Status != detector.StatusResolved}),
		plain("\n" + wording.End(t.Second, 600)),
	}
	list := make([]slack.RichTextSectionElement, 0, 2*len(t.Lines))
	for i, line := range t.Lines {
		if i > 0 {
			list = append(list, plain("\n"))
		}
		list = append(list, plain(line))
	}
	var counts []string
	for _, f := range t.Facts {
		counts = append(counts, f.Value+" "+strings.ToLower(f.Label))
	}
	blocks = []slack.Block{header(m, look), rich("what", slack.NewRichTextSection(elements...))}
	if len(list) > 0 {
		blocks = append(blocks, rich("incidents", &slack.RichTextQuote{Type: slack.RTEQuote, Elements: list}))
	}
	blocks = append(blocks, buttons(m, look)...)
	from := "route " + m.Group.Route
	if m.Group.Sort == plan.Held {
		from = "silence " + m.Group.ID
	}
	foot := append([]string{wording.Middle(wording.Clean(from), 66)}, counts...)
	return t.Subject, append(blocks, slack.NewContextBlock("foot",
		slack.NewTextBlockObject(slack.PlainTextType, strings.Join(foot, " · "), false, false)))
}

// groupActs are the act on all that is open.
func groupActs(m notifier.Message, look Look) []slack.BlockElement {
	if m.Group.Open == 0 || m.Group.Sort == plan.Daily || m.Group.Sort == plan.Held || !has(look.Acts, ActAcknowledge) || !incidentID.MatchString(m.Group.ID) {
		return nil
	}
	return []slack.BlockElement{button(ActAcknowledge, m.Group.ID, "Acknowledge all", "")}
}

// groupNews words what changed of a group as a reply. A new page calls again, at most once an interval of the group.
func groupNews(m notifier.Message) (head, rest string, loud bool) {
	g := m.Group
	fresh := 0
	for _, i := range g.Items {
		if i.New && i.Status == detector.StatusOpen && i.Severity == detector.SeverityPage {
			fresh++
		}
	}
	switch m.Event {
	case detector.ChangeOpened:
		return "New", strings.TrimPrefix(compose.News(m), "New"), fresh > 0
	case detector.ChangeReopened:
		return "Reopened", strings.TrimPrefix(compose.News(m), "Reopened"), false
	case detector.ChangeResolved:
		return "Resolved", ": all " + strconv.Itoa(g.Total()), false
	case detector.ChangeAcknowledged:
		return "Acknowledged", ": all that are open", false
	case plan.Digested:
		return "More", strings.TrimPrefix(compose.News(m), "New"), false
	}
	return "", "", false
}

// mentions are the elements that tell people, groups or the channel of a page.
func mentions(m notifier.Message, look Look) []slack.RichTextSectionElement {
	who := m.Mention
	if who == nil {
		who = []string{look.Mention}
	}
	var out []slack.RichTextSectionElement
	for _, w := range who {
		if e := mention(w); e != nil {
			out = append(out, plain(" "), e)
		}
	}
	return out
}
