package slack

import (
	"github.com/slack-go/slack"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
)

// Act is what a button does. Its text is the button's action_id.
type Act string

// The acts that buttons offer.
const (
	ActAcknowledge   Act = "acknowledge"
	ActUnacknowledge Act = "unacknowledge"
	ActResolve       Act = "resolve"
	ActReopen        Act = "reopen"
	ActSilence       Act = "silence_1h"
	ActExpected      Act = "expected"
)

var actWords = map[Act]string{
	ActAcknowledge: "Acknowledge", ActUnacknowledge: "Give back", ActResolve: "Resolve", ActReopen: "Reopen",
	ActSilence: "Silence 1 h", ActExpected: "Mark as expected",
}

// offered are the acts of each state, the first one first.
var offered = map[detector.Status][]Act{
	detector.StatusOpen:         {ActAcknowledge, ActSilence, ActResolve},
	detector.StatusAcknowledged: {ActResolve, ActUnacknowledge, ActSilence},
	detector.StatusResolved:     {ActReopen, ActExpected},
}

const (
	maxButtons = 4
	maxActing  = 2 // two links stand beside them
)

// buttons are the acts that the state allows and the links, four at most.
func buttons(m notifier.Message, look Look) slack.Block {
	in := &m.Incident
	if m.Group != nil {
		return groupButtons(m, look)
	}
	var elements []slack.BlockElement
	for _, act := range offered[in.Status] {
		if len(elements) == maxActing || m.Test || !incidentID.MatchString(in.ID) {
			break
		}
		if !has(look.Acts, act) || act == ActSilence && !silenceable(in) {
			continue
		}
		b := slack.NewButtonBlockElement(string(act), in.ID, label(actWords[act]))
		if act == ActAcknowledge {
			b.Style = slack.StylePrimary
		}
		elements = append(elements, b)
	}
	link := func(id, word, url string) {
		if url == "" || len(url) > 3000 || len(elements) == maxButtons {
			return
		}
		b := slack.NewButtonBlockElement(id, "", label(word))
		b.URL = url
		elements = append(elements, b)
	}
	link("open", "Open in tocsin", m.Links.Incident)
	link("runbook", "Runbook", m.Links.Runbook)
	if len(elements) == 0 {
		return nil
	}
	return slack.NewActionBlock("acts", elements...)
}

// silenceable reports whether a message offers to silence its incident: secrets and lost input are silenced where one says so
// in so many words.
func silenceable(in *detector.Incident) bool {
	return !in.Kind.Critical() && in.Muted == nil
}

func has(acts []Act, act Act) bool {
	for _, a := range acts {
		if a == act {
			return true
		}
	}
	return false
}

func label(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, s, false, false)
}
