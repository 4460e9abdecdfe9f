package dashboards

import (
	"encoding/json"
	"net/url"
	"strings"
)

// Bounds of what is drawn of a message: Slack's own, or far above what it takes.
const (
	maxPayload  = 256 << 10
	maxBlocks   = 50
	maxElements = 200
)

// slackBlock is one block of a message as it is drawn.
type slackBlock struct {
	Type    string // header, section, rich_text, fields, pre, quote, list, context, actions, divider, image, other
	Parts   []slackPart
	Fields  [][]slackPart
	Buttons []slackButton
}

// slackPart is a piece of text with its style. URL is http or https, or empty.
type slackPart struct {
	Text                       string
	Bold, Italic, Strike, Code bool
	URL                        string
	Icon                       string // of the sprite: an emoji of ours
	Break                      bool
}

type slackButton struct {
	Text, Style, URL string
}

// The parts of Slack's block kit that are drawn.
type kitText struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

type kitStyle struct {
	Bold   bool `json:"bold"`
	Italic bool `json:"italic"`
	Strike bool `json:"strike"`
	Code   bool `json:"code"`
}

type kitElement struct {
	Type     string          `json:"type"`
	Text     json.RawMessage `json:"text"` // a string in rich text, an object in buttons
	Style    json.RawMessage `json:"style"`
	URL      string          `json:"url"`
	Name     string          `json:"name"`
	UserID   string          `json:"user_id"`
	GroupID  string          `json:"usergroup_id"`
	Range    string          `json:"range"`
	AltText  string          `json:"alt_text"`
	Elements []kitElement    `json:"elements"`
}

type kitBlock struct {
	Type     string       `json:"type"`
	Text     *kitText     `json:"text"`
	Fields   []kitText    `json:"fields"`
	Elements []kitElement `json:"elements"`
	AltText  string       `json:"alt_text"`
}

type kitMessage struct {
	Channel     string     `json:"channel"`
	Text        string     `json:"text"`
	Blocks      []kitBlock `json:"blocks"`
	Attachments []struct {
		Blocks []kitBlock `json:"blocks"`
	} `json:"attachments"`
}

// drawSlack reads a Slack message. ok is false where the payload is none.
func drawSlack(payload []byte) (blocks []slackBlock, text string, ok bool) {
	if len(payload) == 0 || len(payload) > maxPayload {
		return nil, "", false
	}
	var m kitMessage
	if err := json.Unmarshal(payload, &m); err != nil {
		return nil, "", false
	}
	list := m.Blocks
	for _, a := range m.Attachments {
		list = append(list, a.Blocks...)
	}
	for _, b := range list[:min(len(list), maxBlocks)] {
		blocks = append(blocks, drawBlock(b)...)
	}
	return blocks, m.Text, len(blocks) > 0 || m.Text != ""
}

func drawBlock(b kitBlock) []slackBlock {
	switch b.Type {
	case "header":
		if b.Text == nil {
			return nil
		}
		return []slackBlock{{Type: "header", Parts: plainEmoji(b.Text.Text, slackPart{Bold: true})}}
	case "section":
		var out []slackBlock
		if b.Text != nil {
			out = append(out, slackBlock{Type: "section", Parts: b.Text.parts()})
		}
		if len(b.Fields) > 0 {
			f := slackBlock{Type: "fields"}
			for _, t := range b.Fields[:min(len(b.Fields), 10)] {
				f.Fields = append(f.Fields, t.parts())
			}
			out = append(out, f)
		}
		return out
	case "rich_text":
		var out []slackBlock
		for _, e := range b.Elements[:min(len(b.Elements), maxElements)] {
			out = append(out, drawRich(e))
		}
		return out
	case "context":
		c := slackBlock{Type: "context"}
		for _, e := range b.Elements[:min(len(b.Elements), 10)] {
			t := kitText{Type: e.Type}
			if e.Type == "image" {
				t.Text = e.AltText
			} else if json.Unmarshal(e.Text, &t.Text) != nil {
				continue
			}
			c.Parts = append(c.Parts, t.parts()...)
			c.Parts = append(c.Parts, slackPart{Text: " "})
		}
		return []slackBlock{c}
	case "actions":
		a := slackBlock{Type: "actions"}
		for _, e := range b.Elements[:min(len(b.Elements), 25)] {
			var t kitText
			if json.Unmarshal(e.Text, &t) != nil || t.Text == "" {
				continue
			}
			button := slackButton{Text: t.Text, URL: webURL(e.URL)}
			var style string
			if json.Unmarshal(e.Style, &style) == nil && (style == "primary" || style == "danger") {
				button.Style = style
			}
			a.Buttons = append(a.Buttons, button)
		}
		return []slackBlock{a}
	case "divider":
		return []slackBlock{{Type: "divider"}}
	}
	return []slackBlock{{Type: "other", Parts: []slackPart{{Text: "a block of type " + short(b.Type)}}}}
}

// drawRich draws an element of a rich_text block.
func drawRich(e kitElement) slackBlock {
	b := slackBlock{Type: "rich_text"}
	switch e.Type {
	case "rich_text_preformatted":
		b.Type = "pre"
	case "rich_text_quote":
		b.Type = "quote"
	case "rich_text_list":
		b.Type = "list"
		for _, item := range e.Elements[:min(len(e.Elements), maxElements)] {
			b.Fields = append(b.Fields, drawRich(item).Parts)
		}
		return b
	}
	for _, k := range e.Elements[:min(len(e.Elements), maxElements)] {
		p := slackPart{URL: webURL(k.URL)}
		var st kitStyle
		if json.Unmarshal(k.Style, &st) == nil {
			p.Bold, p.Italic, p.Strike, p.Code = st.Bold, st.Italic, st.Strike, st.Code
		}
		var text string
		if len(k.Text) > 0 && json.Unmarshal(k.Text, &text) == nil {
			p.Text = text
		}
		switch k.Type {
		case "emoji":
			b.Parts = append(b.Parts, emoji(k.Name, p))
			continue
		case "user":
			p.Text, p.Bold = "@"+k.UserID, true
		case "usergroup":
			p.Text, p.Bold = "@"+k.GroupID, true
		case "broadcast":
			p.Text, p.Bold = "@"+k.Range, true
		case "link":
			if p.Text == "" {
				p.Text = k.URL
			}
		}
		b.Parts = append(b.Parts, p)
	}
	return b
}

func (t kitText) parts() []slackPart {
	if t.Type == "plain_text" {
		return plainEmoji(t.Text, slackPart{})
	}
	return mrkdwn(t.Text)
}

var emojiIcons = map[string]string{
	"octagonal_sign": "page", "rotating_light": "page", "warning": "notice", "heavy_minus_sign": "record",
	"white_check_mark": "resolved", "no_bell": "silenced", "bell": "sent",
}

func emoji(name string, p slackPart) slackPart {
	p.Text, p.Icon = ":"+name+":", emojiIcons[name]
	return p
}

// plainEmoji splits text at the emoji that are drawn.
func plainEmoji(s string, style slackPart) []slackPart {
	var out []slackPart
	for {
		a := strings.IndexByte(s, ':')
		if a < 0 {
			break
		}
		n := strings.IndexByte(s[a+1:], ':')
		if n < 0 {
			break
		}
		name := s[a+1 : a+1+n]
		p := style
		if _, ok := emojiIcons[name]; !ok {
			p.Text = s[:a+1]
			out, s = append(out, p), s[a+1:]
			continue
		}
		if a > 0 {
			p.Text = s[:a]
			out = append(out, p)
		}
		out, s = append(out, emoji(name, style)), s[a+n+2:]
	}
	if s != "" {
		style.Text = s
		out = append(out, style)
	}
	return out
}

// webURL is u if it is an http or https address, else nothing.
func webURL(u string) string {
	p, err := url.Parse(u)
	if err != nil || p.Scheme != "http" && p.Scheme != "https" {
		return ""
	}
	return u
}
