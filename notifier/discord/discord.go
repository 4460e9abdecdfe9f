// Package discord posts incidents to a Discord webhook
// (docs.discord.com/developers/resources/webhook). The message is edited as the incident changes.
package discord

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/compose"
	"github.com/tocsin-io/tocsin/notifier/outbound"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// Receiver posts to one webhook.
type Receiver struct {
	url    notifier.Secret
	poster outbound.Poster
}

// New makes a receiver that talks through client.
func New(c notifier.DiscordConfig, client *http.Client) *Receiver {
	return &Receiver{url: c.URL, poster: outbound.Poster{Client: client, Mends: map[int]string{
		401: "copy the webhook's address again", 404: "the webhook is gone: make a new one",
	}}}
}

type message struct {
	Content  string         `json:"content"`
	Embeds   []embed        `json:"embeds"`
	Mentions map[string]any `json:"allowed_mentions"`
}

type embed struct {
	Title       string  `json:"title"`       // at most 256 characters
	Description string  `json:"description"` // at most 4,096
	URL         string  `json:"url,omitempty"`
	Color       int     `json:"color"`
	Fields      []field `json:"fields,omitempty"`
}

type field struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Inline bool   `json:"inline"`
}

var snowflake = regexp.MustCompile(`^[0-9]{1,25}$`)

// Send posts the message, or edits the one that is there. Nothing in it mentions anyone.
func (r *Receiver) Send(ctx context.Context, m notifier.Message) (notifier.Receipt, bool, error) {
	keep := m.Reference // the message that later changes edit
	if keep != "" && !plan.Pages(m.Event) && !plan.Lists(m.Event) {
		receipt, retry, err := r.send(ctx, m, keep)
		if !gone(err) {
			return receipt, retry, err
		}
		keep = "" // somebody deleted it
	}
	receipt, retry, err := r.send(ctx, m, "") // an edit would call nobody
	if keep != "" && m.Event != detector.ChangeReopened {
		receipt.Reference = keep
	}
	return receipt, retry, err
}

// send edits a message, or posts one where edits names none. The receipt refers to it.
func (r *Receiver) send(ctx context.Context, m notifier.Message, edits string) (notifier.Receipt, bool, error) {
	method, address, err := r.address(edits)
	if err != nil {
		return notifier.Receipt{}, false, err
	}
	answer, sent, retry, err := r.poster.JSON(ctx, outbound.Request{Method: method, URL: address, Now: m.Now}, r.message(m))
	receipt := notifier.Receipt{Payload: sent, Reference: edits}
	if err != nil {
		return receipt, retry, err
	}
	var posted struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(answer, &posted) == nil && snowflake.MatchString(posted.ID) {
		receipt.Reference = posted.ID
	}
	return receipt, false, nil
}

// gone reports whether an edit failed because the message, or with it the webhook, is not there: then a post tells which.
func gone(err error) bool { return outbound.Status(err) == http.StatusNotFound }

// address is where to post, or where to edit what was posted.
func (r *Receiver) address(reference string) (string, notifier.Secret, error) {
	u, err := url.Parse(r.url.Reveal())
	if err != nil {
		return "", "", notifier.Scrub(err, r.url)
	}
	q := u.Query()
	q.Set("wait", "true") // the answer names the message
	u.RawQuery = q.Encode()
	if !snowflake.MatchString(reference) {
		return http.MethodPost, notifier.Secret(u.String()), nil
	}
	return http.MethodPatch, notifier.Secret(u.JoinPath("messages", reference).String()), nil
}

func (r *Receiver) message(m notifier.Message) message {
	in := &m.Incident
	t := compose.Of(m)
	e := embed{Title: escape(wording.End(t.Head, 120)), URL: m.Links.Incident, Color: 0xb3261e}
	switch {
	case in.Status == detector.StatusResolved:
		e.Color = 0x1b6e43
	case in.Severity != detector.SeverityPage:
		e.Color = 0x8a5300
	}
	var b strings.Builder
	for _, s := range t.Sentence {
		if s.Code {
			b.WriteString("`" + ticks(s.Text) + "`")
		} else {
			b.WriteString(escape(s.Text))
		}
	}
	b.WriteString("\n" + escape(wording.End(t.Second, 400)))
	if len(t.Lines) > 0 {
		b.WriteString("\n```\n" + ticks(strings.Join(t.Lines, "\n")) + "\n```")
	}
	if m.Links.Runbook != "" {
		b.WriteString("\n[Runbook](<" + m.Links.Runbook + ">)")
	}
	e.Description = b.String()
	for _, f := range t.Facts {
		e.Fields = append(e.Fields, field{f.Label, escape(f.Value), true})
	}
	return message{Content: escape(t.Subject), Embeds: []embed{e}, Mentions: map[string]any{"parse": []string{}}}
}

// escape takes the meaning from every character that Discord's Markdown gives one, and breaks what would become a link. Phones
// show the escapes in notifications, so there are no others: marks of lists and headings begin a line, and a colon is followed
// by what it leads to.
func escape(s string) string {
	var b strings.Builder
	begins := true
	for i, r := range s {
		marks := strings.ContainsRune("\\`*_~|<>[]()@", r)
		switch r {
		case '#', '-', '+':
			marks = begins
		case ':':
			next, _ := utf8.DecodeRuneInString(s[i+1:])
			marks = next != ' ' && (next < '0' || next > '9')
		}
		if marks {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
		begins = r == '\n' || begins && (r == ' ' || r == '>')
	}
	return b.String()
}

// ticks keeps text inside its code marks.
func ticks(s string) string {
	if s = strings.ReplaceAll(s, "`", "ˋ"); strings.TrimSpace(s) == "" {
		return "…"
	}
	return s
}
