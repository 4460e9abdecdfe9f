package slack

import (
	"strings"

	"github.com/slack-go/slack"
)

func rich(id string, elements ...slack.RichTextElement) slack.Block {
	return slack.NewRichTextBlock(id, elements...)
}

func plain(s string) slack.RichTextSectionElement { return slack.NewRichTextSectionTextElement(s, nil) }

func bold(s string) slack.RichTextSectionElement {
	return slack.NewRichTextSectionTextElement(s, &slack.RichTextSectionTextStyle{Bold: true})
}

func code(s string) slack.RichTextSectionElement {
	return slack.NewRichTextSectionTextElement(s, &slack.RichTextSectionTextStyle{Code: true})
}

func preformatted(id, s string) slack.Block {
	return rich(id, &slack.RichTextPreformatted{Type: slack.RTEPreformatted, Elements: []slack.RichTextSectionElement{plain(s)}})
}

// mention is the element that tells a person, a group or the channel; nil for none.
func mention(who string) slack.RichTextSectionElement {
	switch {
	case who == "":
		return nil
	case who == "here", who == "channel":
		return slack.NewRichTextSectionBroadcastElement(who)
	case strings.HasPrefix(who, "S"):
		return slack.NewRichTextSectionUserGroupElement(who)
	}
	return slack.NewRichTextSectionUserElement(who, nil)
}
