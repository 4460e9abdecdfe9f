package compose

import (
	"strconv"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// MaxListed is how many incidents of a group a message lists; it says how many more there are.
const MaxListed = 10

// group says a message that tells of several incidents.
func group(m notifier.Message) Text {
	g := m.Group
	t := Text{Head: Head(m), Sentence: []wording.Span{{Text: wording.End(wording.Clean(g.Title()), 300)}}, Lines: Listed(m), News: News(m)}
	t.Second = "Since " + wording.Clock(g.Since, m.Location) + "."
	switch g.Sort {
	case plan.Held:
		t.Second = "It ends at " + wording.Clock(g.Ends, m.Location) + ", and what is open then pages: " + wording.Middle(wording.Clean(g.Silence), 300) + "."
	case plan.Over:
		t.Second = "The budget of " + strconv.Itoa(g.Budget) + " pages a week is used up. These were not sent one by one."
	}
	if late := Late(m); late != "" {
		t.Second = late + " " + t.Second
	}
	t.Subject = wording.End(t.Head+": "+wording.Clean(g.Title())+firstOf(g), wording.MaxLock)
	for _, f := range []struct {
		label string
		n     int
	}{{"Open", g.Open}, {"Acknowledged", g.Acknowledged}, {"Resolved", g.Resolved}} {
		if f.n > 0 {
			t.Facts = append(t.Facts, Fact{f.label, strconv.Itoa(f.n)})
		}
	}
	return t
}

func firstOf(g *plan.Group) string {
	if len(g.Items) == 0 {
		return ""
	}
	return ". " + wording.Clean(g.Items[0].Title)
}

// Listed are the incidents of a group, a line each, the first and most severe first, and how many more there are.
func Listed(m notifier.Message) []string {
	g := m.Group
	var out []string
	for i, item := range g.Items {
		if i == MaxListed {
			break
		}
		out = append(out, line(item))
	}
	if more := g.Total() - g.Earlier - len(out); more > 0 {
		out = append(out, "and "+strconv.Itoa(more)+" more")
	}
	if g.Earlier > 0 {
		out = append(out, "and "+strconv.Itoa(g.Earlier)+" earlier, resolved")
	}
	return out
}

func line(i plan.Item) string {
	word := wording.Severity(i.Severity)
	switch i.Status {
	case detector.StatusResolved:
		word = "Resolved"
	case detector.StatusAcknowledged:
		word += ", acknowledged"
	}
	if i.Held {
		word += ", held back"
	}
	return word + " · " + wording.Middle(wording.Clean(i.Title), maxLine)
}

// joined are the titles of what a group's message before did not have.
func joined(g *plan.Group) string {
	n, text := 0, ""
	for _, i := range g.Items {
		if !i.New {
			continue
		}
		if n++; n <= 3 {
			text += "\n" + wording.Middle(wording.Clean(i.Title), maxLine)
		}
	}
	switch {
	case n == 0:
		return ""
	case n > 3:
		text += "\nand " + strconv.Itoa(n-3) + " more"
	}
	return "New: " + strconv.Itoa(n) + "." + text
}

// groupNews says what changed of a group.
func groupNews(m notifier.Message) string {
	g := m.Group
	switch m.Event {
	case detector.ChangeResolved:
		return "All " + strconv.Itoa(g.Total()) + " are resolved."
	case detector.ChangeAcknowledged:
		return "All that are open are acknowledged."
	case detector.ChangeReopened:
		return "Reopened: " + wording.Middle(wording.Clean(g.Items[0].Title), maxLine) + "."
	case detector.ChangeOpened, plan.Digested:
		return joined(g)
	}
	return ""
}
