package dashboards

import "strings"

var unescapeSlack = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// mrkdwn reads Slack's own text format: *bold*, _italic_, ~strike~, `code`, <url|label>, <@user>, :emoji:. What it
// does not know stays text.
func mrkdwn(s string) []slackPart {
	var out []slackPart
	plain := 0
	emit := func(to int) {
		if plain < to {
			out = append(out, plainEmoji(unescapeSlack.Replace(s[plain:to]), slackPart{})...)
		}
	}
	for i := 0; i < len(s); {
		n, p := mark1(s, i)
		if n == 0 {
			i++
			continue
		}
		emit(i)
		out = append(out, p...)
		i += n
		plain = i
	}
	emit(len(s))
	return out
}

// mark1 reads one marked piece at i: how many bytes it takes, and its parts; 0 where there is none.
func mark1(s string, i int) (int, []slackPart) {
	switch s[i] {
	case '\n':
		return 1, []slackPart{{Break: true}}
	case '`':
		fence := "`"
		if strings.HasPrefix(s[i:], "```") {
			fence = "```"
		}
		if n := strings.Index(s[i+len(fence):], fence); n > 0 {
			return n + 2*len(fence), []slackPart{{Text: unescapeSlack.Replace(s[i+len(fence) : i+len(fence)+n]), Code: true}}
		}
	case '<':
		n := strings.IndexByte(s[i:], '>')
		if n < 2 {
			return 0, nil
		}
		target, label, _ := strings.Cut(s[i+1:i+n], "|")
		if target == "" {
			return 0, nil
		}
		p := slackPart{Text: unescapeSlack.Replace(label), URL: webURL(unescapeSlack.Replace(target))}
		switch {
		case target[0] == '@' || target[0] == '#' || target[0] == '!':
			p = slackPart{Text: "@" + strings.TrimLeft(target, "@#!^subteam"), Bold: true}
			if label != "" {
				p.Text = label
			}
		case p.URL == "":
			return 0, nil
		case label == "":
			p.Text = p.URL
		}
		return n + 1, []slackPart{p}
	case '*', '_', '~':
		if i > 0 && !edge(s[i-1]) {
			return 0, nil
		}
		n := strings.IndexByte(s[i+1:], s[i])
		if n < 1 || strings.ContainsRune(s[i+1:i+1+n], '\n') || s[i+1] == ' ' {
			return 0, nil
		}
		if end := i + n + 2; end < len(s) && !edge(s[end]) {
			return 0, nil
		}
		p := plainEmoji(unescapeSlack.Replace(s[i+1:i+1+n]), slackPart{Bold: s[i] == '*', Italic: s[i] == '_', Strike: s[i] == '~'})
		return n + 2, p
	}
	return 0, nil
}

// edge tells whether a mark may stand beside c.
func edge(c byte) bool {
	return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9')
}
