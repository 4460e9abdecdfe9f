// Package compose says an incident in plain parts, for receivers that have no blocks of their own.
package compose

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// Text is what is said. All of it is clean and cut; what came out of a log stands in Sentence's code spans, in Lines,
// and in the values of Facts.
type Text struct {
	Subject  string         // at most 120 characters: severity, what, since when
	Head     string         // severity word, kind, service
	Sentence []wording.Span // what is wrong
	Second   string         // since when and what came just before
	Facts    []Fact         // figures, none empty
	Lines    []string       // up to three redacted lines, that of a hidden error first
	News     string         // what changed, in one line; empty for an opening
}

// Fact is one figure.
type Fact struct{ Label, Value string }

// Of says a message.
func Of(m notifier.Message) Text {
	if m.Group != nil {
		return group(m)
	}
	in := &m.Incident
	t := Text{
		Subject: Lock(m), Head: Head(m), Sentence: wording.Sentence(in),
		Second: wording.Since(in, time.Time{}, m.Location), Lines: Lines(in, m.Location), Facts: facts(in), News: News(m),
	}
	if d := wording.Detail(in); d != "" {
		t.Second += " " + wording.End(d, 600)
	}
	switch m.Event {
	case plan.Reminded, plan.Escalated:
		t.Subject, t.Second = wording.End(t.News+" "+t.Subject, wording.MaxLock), t.News+" "+t.Second
	}
	if late := Late(m); late != "" {
		t.Second = late + " " + t.Second
	}
	return t
}

// Head is the first line: Page · Masked error · checkout.
func Head(m notifier.Message) string {
	in := &m.Incident
	words := []string{wording.Severity(in.Severity)}
	if in.Status == detector.StatusResolved {
		words = []string{"Resolved", "was " + wording.Severity(in.Severity)}
	}
	if in.Muted != nil && in.Status != detector.StatusResolved && m.Group == nil {
		words = append([]string{mutedWord(in)}, words...)
	}
	if m.Test {
		words = append([]string{"Test"}, words...)
	}
	if word := eventWords[m.Event]; word != "" {
		words = append([]string{word}, words...)
	}
	if m.Late > 0 {
		words = append([]string{"Delayed"}, words...)
	}
	return strings.Join(append(words, Subject(m)), " · ")
}

// Subject says in two words of what a message is: Masked error · checkout.
func Subject(m notifier.Message) string {
	if m.Group != nil {
		return m.Group.Count()
	}
	text := wording.Kind(m.Incident.Kind)
	if s := m.Incident.Service; s != "" {
		text += " · " + wording.Middle(wording.Clean(s), 40)
	}
	return text
}

// Plain is the whole as plain text.
func (t Text) Plain() string {
	var b strings.Builder
	b.WriteString(wording.Join(t.Sentence) + "\n" + t.Second + "\n")
	for _, f := range t.Facts {
		b.WriteString(f.Label + ": " + f.Value + "\n")
	}
	if len(t.Lines) > 0 {
		b.WriteString("\n" + strings.Join(t.Lines, "\n") + "\n")
	}
	return b.String()
}

func facts(in *detector.Incident) []Fact {
	var out []Fact
	add := func(label, value string) {
		if value != "" {
			out = append(out, Fact{label, wording.Middle(wording.Clean(value), 80)})
		}
	}
	if in.Status == detector.StatusResolved {
		add("Lasted", wording.Duration(wording.Lasted(in)))
	} else if in.Kind != detector.KindSecret {
		add("Observed", wording.Observed(in))
		if wording.ExpectationKnown(in) {
			add("Expected", wording.Amount(in.Expected, in.Unit))
		}
		add("Happens once in", wording.Rarity(in))
	}
	if n := max(in.HostCount, len(in.Hosts)); n > 0 {
		add("Hosts", wording.Count(uint64(n)))
	}
	if in.Lines > 0 {
		add("Lines", wording.Count(in.Lines))
	}
	add("Environment", in.Environment)
	add("Taken by", in.Assignee)
	return out
}

var eventWords = map[detector.ChangeEvent]string{plan.Reminded: "Reminder", plan.Escalated: "Escalated", plan.Digested: "Digest", plan.Expiring: "Silence ends"}

// News says in one line what changed since the opening; empty where that is not worth one.
func News(m notifier.Message) string {
	in := &m.Incident
	switch m.Event {
	case plan.Reminded:
		return "Still open after " + waited(m) + ", not acknowledged."
	case plan.Escalated:
		if m.Group == nil && unheard(in) {
			return "Those before could not be told."
		}
		return "Not acknowledged in " + waited(m) + "."
	}
	if m.Group != nil {
		return groupNews(m)
	}
	if PagesAgain(m) {
		return "Pages again: what held it back is over."
	}
	switch m.Event {
	case detector.ChangeResolved:
		how, _ := Ending(in)
		return "Resolved " + how + " " + Lasted(in) + "."
	case detector.ChangeReopened:
		return "Reopened."
	case detector.ChangeAcknowledged:
		if in.Status == detector.StatusAcknowledged && in.Assignee != "" {
			return "Acknowledged by " + wording.Middle(wording.Clean(in.Assignee), 60) + "."
		}
	}
	return ""
}

// unheard reports whether pages of an incident failed and none but that of the inbox was sent.
func unheard(in *detector.Incident) (failed bool) {
	for _, e := range in.Timeline {
		switch e.Kind {
		case detector.EntryPageFailed:
			failed = true
		case detector.EntryPaged:
			if e.Actor != notifier.Inbox {
				return false
			}
		}
	}
	return failed
}

// waited is how long what a message tells of is open, in whole minutes where it is one: people read it on a phone.
func waited(m notifier.Message) string {
	d := m.Now.Sub(since(m))
	if d >= time.Minute {
		d = d.Truncate(time.Minute)
	}
	return wording.Duration(d)
}

// since is when what a message tells of was opened.
func since(m notifier.Message) time.Time {
	if m.Group != nil {
		return m.Group.Since
	}
	return m.Incident.OpenedAt
}

// JSON encodes what is kept of a message that was sent; v holds strings and numbers alone.
func JSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return b
}
