package slack

import (
	"errors"

	"github.com/slack-go/slack"

	"github.com/tocsin-io/tocsin/detector/wording"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/compose"
)

// refusedForms are the errors by which Slack refuses the form of a message and not the message.
var refusedForms = map[string]bool{
	"invalid_blocks": true, "invalid_blocks_format": true, "msg_blocks_too_long": true, "msg_too_long": true, "invalid_arguments": true,
}

// plainly sends with the blocks, and where Slack refuses their form with one block of plain text: a page that looks poor is
// better than none.
func plainly(m notifier.Message, blocks []slack.Block, send func([]slack.Block) error) error {
	err := send(blocks)
	var e slack.SlackErrorResponse
	if !errors.As(err, &e) || !refusedForms[e.Err] {
		return err
	}
	t := compose.Of(m)
	text := t.Head + "\n" + t.Plain()
	if m.Links.Incident != "" {
		text += m.Links.Incident + "\n"
	}
	text = wording.End(text, maxPlain) + "\nSlack refused the full message (" + e.Err + "); please report this as a fault of tocsin."
	return send([]slack.Block{slack.NewSectionBlock(label(text), nil, nil)})
}

// maxPlain leaves room in the 3,000 characters of a text.
const maxPlain = 2800

// renamed is the channel in which the receiver's message before stands, where the one that is configured by name is not
// found: it was renamed since, and keeps its id.
func (r *Receiver) renamed(m notifier.Message, to string, err error) (id string, ok bool) {
	var e slack.SlackErrorResponse
	if !errors.As(err, &e) || e.Err != "channel_not_found" || to != r.channel {
		return "", false
	}
	at, ok := parseReference(m.Earlier)
	return at.channel, ok && at.channel != to
}

// strayed says in a message why it stands where it does.
func strayed(channel string) slack.Block {
	return slack.NewContextBlock("strayed", label("There is no channel "+wording.Middle(wording.Clean(channel), 80)+
		" any more, so this stands where the message before does: correct the receiver's channel in tocsin.yml."))
}
