package slacktest

import (
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"
)

// CheckBlocks holds blocks against Slack's rules (docs.slack.dev/reference/block-kit): numbers, lengths, unique ids,
// known types, nothing empty. Its error says which rule of which block.
func CheckBlocks(raw []byte) error {
	var blocks []map[string]any
	if err := json.Unmarshal(raw, &blocks); err != nil {
		return fmt.Errorf("blocks are no list of objects: %w", err)
	}
	if len(blocks) == 0 || len(blocks) > 50 {
		return fmt.Errorf("%d blocks: 1 to 50 are allowed", len(blocks))
	}
	ids := map[string]bool{}
	for i, b := range blocks {
		if id, ok := b["block_id"].(string); ok && id != "" {
			if ids[id] || len(id) > 255 {
				return fmt.Errorf("block %d: block_id %q is too long or not unique", i, id)
			}
			ids[id] = true
		}
		if err := checkBlock(b); err != nil {
			return fmt.Errorf("block %d: %w", i, err)
		}
	}
	return nil
}

func checkBlock(b map[string]any) error {
	switch b["type"] {
	case "divider":
		return nil
	case "section":
		return checkSection(b)
	case "context":
		return each(b["elements"], 10, func(e map[string]any) error { return checkText(e, 2000, "plain_text", "mrkdwn") })
	case "header":
		text, _ := b["text"].(map[string]any)
		return checkText(text, 150, "plain_text")
	case "actions":
		return checkActions(b)
	case "rich_text":
		return each(b["elements"], 50, checkRich)
	}
	return fmt.Errorf("type %v is unknown here", b["type"])
}

func checkSection(b map[string]any) error {
	text, has := b["text"].(map[string]any)
	if has {
		if err := checkText(text, 3000, "plain_text", "mrkdwn"); err != nil {
			return err
		}
	}
	if b["fields"] == nil {
		if !has {
			return fmt.Errorf("a section needs a text or fields")
		}
		return nil
	}
	return each(b["fields"], 10, func(f map[string]any) error { return checkText(f, 2000, "plain_text", "mrkdwn") })
}

func checkText(t map[string]any, limit int, types ...string) error {
	kind, _ := t["type"].(string)
	text, _ := t["text"].(string)
	if !slices.Contains(types, kind) {
		return fmt.Errorf("a text of type %q is not allowed here", kind)
	}
	if n := utf8.RuneCountInString(text); n < 1 || n > limit {
		return fmt.Errorf("a text has %d characters: 1 to %d are allowed", n, limit)
	}
	if _, ok := t["emoji"]; ok && kind == "mrkdwn" {
		return fmt.Errorf("emoji is for plain_text alone")
	}
	return nil
}

func checkActions(b map[string]any) error {
	ids := map[string]bool{}
	return each(b["elements"], 25, func(e map[string]any) error {
		id, _ := e["action_id"].(string)
		value, _ := e["value"].(string)
		url, _ := e["url"].(string)
		style, styled := e["style"].(string)
		text, _ := e["text"].(map[string]any)
		switch {
		case e["type"] != "button":
			return fmt.Errorf("element %v is unknown here", e["type"])
		case id == "" || len(id) > 255 || ids[id]:
			return fmt.Errorf("action_id %q is empty, too long or not unique", id)
		case len(value) > 2000 || len(url) > 3000:
			return fmt.Errorf("a button's value or url is too long")
		case styled && style != "primary" && style != "danger":
			return fmt.Errorf("style %q is unknown", style)
		}
		ids[id] = true
		if c, ok := e["confirm"].(map[string]any); ok {
			for part, limit := range map[string]int{"title": 100, "text": 300, "confirm": 30, "deny": 30} {
				text, _ := c[part].(map[string]any)
				if err := checkText(text, limit, "plain_text"); err != nil {
					return fmt.Errorf("%s of a confirmation: %w", part, err)
				}
			}
		}
		return checkText(text, 75, "plain_text")
	})
}

func checkRich(e map[string]any) error {
	switch e["type"] {
	case "rich_text_section", "rich_text_quote", "rich_text_preformatted":
	default:
		return fmt.Errorf("rich element %v is unknown here", e["type"])
	}
	only := e["type"] == "rich_text_preformatted"
	return each(e["elements"], 500, func(p map[string]any) error {
		switch kind := p["type"]; {
		case kind == "text":
			text, _ := p["text"].(string)
			if n := utf8.RuneCountInString(text); n < 1 || n > 3000 {
				return fmt.Errorf("a rich text has %d characters: 1 to 3000 are allowed", n)
			}
			return nil
		case only && kind != "link":
			return fmt.Errorf("%v may not stand in preformatted text", kind)
		case kind == "emoji" && p["name"] != "", kind == "user" && p["user_id"] != "",
			kind == "usergroup" && p["usergroup_id"] != "", kind == "broadcast" && (p["range"] == "here" || p["range"] == "channel"):
			return nil
		}
		return fmt.Errorf("rich part %v is unknown here or empty", p["type"])
	})
}

func each(v any, limit int, fn func(map[string]any) error) error {
	list, ok := v.([]any)
	if !ok || len(list) == 0 || len(list) > limit {
		return fmt.Errorf("a list has %d entries: 1 to %d are allowed", len(list), limit)
	}
	for _, e := range list {
		o, ok := e.(map[string]any)
		if !ok {
			return fmt.Errorf("an entry is no object")
		}
		if err := fn(o); err != nil {
			return err
		}
	}
	return nil
}
