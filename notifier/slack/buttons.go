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
	detector.StatusOpen:         {ActAcknowledge, ActSilence, ActResolve, ActExpected},
	detector.StatusAcknowledged: {ActResolve, ActUnacknowledge, ActSilence, ActExpected},
	detector.StatusResolved:     {ActReopen, ActExpected},
}

// buttons are the acts that the state allows, and below them the links.
func buttons(m notifier.Message, look Look) []slack.Block {
	if m.Group != nil {
		return rows(groupActs(m, look), m.Links)
	}
	return rows(acts(m, look), m.Links)
}

func acts(m notifier.Message, look Look) (out []slack.BlockElement) {
	in := &m.Incident
	if !incidentID.MatchString(in.ID) {
		return nil
	}
	for _, act := range offered[in.Status] {
		if !has(look.Acts, act) || act == ActSilence && !silenceable(in) {
			continue
		}
		out = append(out, button(act, in.ID, actWords[act], in.Kind))
		if m.Test { // the first one shows that Slack's requests arrive
			break
		}
	}
	return out
}

func button(act Act, value, word string, kind detector.Kind) slack.BlockElement {
	b := slack.NewButtonBlockElement(string(act), value, label(word))
	switch act {
	case ActAcknowledge:
		b.Style = slack.StylePrimary
	case ActExpected: // it may hold for ever, and a thumb slips
		b.Confirm = slack.NewConfirmationBlockObject(label("Mark as expected?"), label(foretold(kind)), label(word), label("Cancel"))
	}
	return b
}

// foretold says what a mark will do.
func foretold(k detector.Kind) string {
	if k.Lasting() {
		return "It is resolved, and the same pages nobody any more, until somebody reopens it or takes the mark back in tocsin."
	}
	return "It is resolved as expected. The next one pages again; tocsin has marks that last."
}

// rows puts acts and links into a row each, so that what acts stands together on a phone.
func rows(acts []slack.BlockElement, l notifier.Links) (out []slack.Block) {
	if len(acts) > 0 {
		out = append(out, slack.NewActionBlock("acts", acts...))
	}
	var links []slack.BlockElement
	for _, to := range []struct{ id, word, url string }{{"open", "Open in tocsin", l.Incident}, {"runbook", "Runbook", l.Runbook}} {
		if to.url == "" || len(to.url) > 3000 {
			continue
		}
		b := slack.NewButtonBlockElement(to.id, "", label(to.word))
		b.URL = to.url
		links = append(links, b)
	}
	if len(links) > 0 {
		out = append(out, slack.NewActionBlock("links", links...))
	}
	return out
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
