// Package teams posts incidents to Microsoft Teams through a workflow that takes webhook requests, as an adaptive card
// (adaptivecards.io, version 1.4). Text stands in RichTextBlocks, where Teams interprets no Markdown.
package teams

import (
	"context"
	"net/http"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/compose"
	"github.com/tocsin-io/tocsin/notifier/outbound"
)

// Receiver posts to one workflow.
type Receiver struct {
	url    notifier.Secret
	poster outbound.Poster
}

// New makes a receiver that talks through client.
func New(c notifier.TeamsConfig, client *http.Client) *Receiver {
	return &Receiver{url: c.URL, poster: outbound.Poster{Client: client, Mends: map[int]string{
		400: "check that the workflow takes a Teams webhook request", 401: "copy the workflow's address again",
		403: "copy the workflow's address again", 404: "the workflow is gone: make a new one",
	}}}
}

type object = map[string]any

// Send posts openings, reopenings, what pages again and resolvings whole and acknowledgements in one line; workflows cannot edit.
func (r *Receiver) Send(ctx context.Context, m notifier.Message) (notifier.Receipt, bool, error) {
	t := compose.Of(m)
	var body []object
	switch {
	case m.Event == detector.ChangeAcknowledged && t.News != "":
		body = []object{rich(run(t.Head, "bold", "")), rich(run(t.News, "", ""))}
	case m.Event == detector.ChangeAcknowledged, m.Event == detector.ChangeUpdated && !compose.PagesAgain(m):
		return notifier.Receipt{}, false, nil
	default:
		body = card(t, &m.Incident)
	}
	content := object{
		"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4", "body": body,
		"fallbackText": t.Subject, "msteams": object{"width": "Full"}, // lines of logs are wide
	}
	if a := actions(m.Links); a != nil {
		content["actions"] = a
	}
	_, sent, retry, err := r.poster.JSON(ctx, outbound.Request{URL: r.url, Now: m.Now}, object{
		"type": "message", "summary": t.Subject,
		"attachments": []object{{"contentType": "application/vnd.microsoft.card.adaptive", "content": content}},
	})
	return notifier.Receipt{Payload: sent}, retry, err
}

func card(t compose.Text, in *detector.Incident) []object {
	color := "attention"
	switch {
	case in.Status == detector.StatusResolved:
		color = "good"
	case in.Severity != detector.SeverityPage:
		color = "warning"
	}
	sentence := make([]object, 0, len(t.Sentence))
	for _, s := range t.Sentence {
		font := ""
		if s.Code {
			font = "monospace"
		}
		sentence = append(sentence, run(s.Text, "", font))
	}
	body := []object{rich(colored(run(t.Head, "bold", ""), color)), rich(sentence...), rich(run(t.Second, "", ""))}
	for _, f := range t.Facts {
		body = append(body, rich(run(f.Label+": ", "bold", ""), run(f.Value, "", "")))
	}
	for i, line := range t.Lines { // a line end inside of a text is a blank to Teams
		b := rich(run(line, "", "monospace"))
		if i > 0 {
			b["spacing"] = "none"
		}
		body = append(body, b)
	}
	return body
}

func rich(runs ...object) object { return object{"type": "RichTextBlock", "inlines": runs} }

func run(text, weight, font string) object {
	o := object{"type": "TextRun", "text": text}
	if weight != "" {
		o["weight"] = weight
	}
	if font != "" {
		o["fontType"] = font
	}
	return o
}

func colored(o object, color string) object {
	o["color"] = color
	return o
}

func actions(l notifier.Links) []object {
	var out []object
	if l.Incident != "" {
		out = append(out, object{"type": "Action.OpenUrl", "title": "Open in tocsin", "url": l.Incident})
	}
	if l.Runbook != "" {
		out = append(out, object{"type": "Action.OpenUrl", "title": "Runbook", "url": l.Runbook})
	}
	return out
}
