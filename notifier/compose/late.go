package compose

import (
	"time"

	"github.com/tocsin-io/tocsin/detector/wording"
	"github.com/tocsin-io/tocsin/notifier"
)

// Late says that a page is sent late, and why: "Delayed by 12 min: slack did not take it (503 Service Unavailable)."; empty where
// it is not.
func Late(m notifier.Message) string {
	if m.Late <= 0 {
		return ""
	}
	text := lateBy(m)
	if m.Cause != "" {
		text += ": " + wording.Middle(wording.Clean(m.Receiver), 60) + " did not take it (" + wording.End(wording.Clean(m.Cause), 160) + ")"
	}
	return text + "."
}

func lateBy(m notifier.Message) string {
	return "Delayed by " + wording.Duration(m.Late.Round(time.Minute))
}

// lead puts what a page begins with before a text: that it is late.
func lead(m notifier.Message, text string) string {
	if m.Late <= 0 {
		return text
	}
	return lateBy(m) + ". " + text
}

// Lock is the one line of an incident's message that a locked phone shows.
func Lock(m notifier.Message) string {
	text := wording.Lock(&m.Incident, m.Location)
	switch {
	case m.Test:
		text = "Test of tocsin. " + text
	default:
		text = lead(m, text)
	}
	return wording.End(text, wording.MaxLock)
}
