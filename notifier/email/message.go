package email

import (
	"bytes"
	"fmt"
	"html/template"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"regexp"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/compose"
)

var page = template.Must(template.New("").Parse(`<!doctype html><html><body style="font:15px/22px system-ui,sans-serif;color:#171c24">
<p style="color:#475160"><b>{{.Text.Head}}</b></p>
<p style="font-size:19px;line-height:26px">{{range .Text.Sentence}}{{if .Code}}<code>{{.Text}}</code>{{else}}{{.Text}}{{end}}{{end}}</p>
<p>{{.Text.Second}}</p>
<table>{{range .Text.Facts}}<tr><td style="padding-right:16px;color:#5f6978">{{.Label}}</td><td>{{.Value}}</td></tr>{{end}}</table>
{{if .Text.Lines}}<pre style="background:#eef0f4;padding:8px;white-space:pre-wrap">{{range .Text.Lines}}{{.}}
{{end}}</pre>{{end}}
<p>{{with .Links.Incident}}<a href="{{.}}">Open in tocsin</a> {{end}}{{with .Links.Runbook}}<a href="{{.}}">Runbook</a>{{end}}</p>
</body></html>
`))

var notID = regexp.MustCompile(`[^A-Za-z0-9.-]`)

// compose gives the mail as it goes over the wire and what is kept of it.
func (r *Receiver) compose(m notifier.Message) (mail, payload []byte, err error) {
	t := compose.Of(m)
	_, domain, _ := strings.Cut(r.from.Address, "@")
	id := func(s string) string { return "<" + notID.ReplaceAllString(s, "") + ".tocsin@" + domain + ">" }
	var b bytes.Buffer
	parts := multipart.NewWriter(&b)
	header := func(name, value string) { fmt.Fprintf(&b, "%s: %s\r\n", name, value) }
	var to []string
	for _, a := range r.to {
		to = append(to, a.String())
	}
	header("From", r.from.String())
	header("To", strings.Join(to, ", "))
	header("Subject", mime.QEncoding.Encode("utf-8", t.Subject))
	header("Date", m.Now.Format(time.RFC1123Z))
	header("Message-ID", id(m.ID))
	header("References", id(m.Key())) // joins the mails of an incident
	if m.Event == detector.ChangeResolved {
		header("In-Reply-To", id(m.Key()))
	}
	header("Auto-Submitted", "auto-generated")
	header("MIME-Version", "1.0")
	header("Content-Type", `multipart/alternative; boundary="`+parts.Boundary()+`"`)
	b.WriteString("\r\n")
	plain := t.Plain()
	if m.Links.Incident != "" {
		plain += "\nOpen in tocsin: " + m.Links.Incident + "\n"
	}
	if m.Links.Runbook != "" {
		plain += "Runbook: " + m.Links.Runbook + "\n"
	}
	var html bytes.Buffer
	if err := page.Execute(&html, struct {
		Text  compose.Text
		Links notifier.Links
	}{t, m.Links}); err != nil {
		return nil, nil, fmt.Errorf("the mail cannot be composed: %w", err)
	}
	for _, part := range []struct{ kind, text string }{{"text/plain", plain}, {"text/html", html.String()}} {
		w, err := parts.CreatePart(textproto.MIMEHeader{
			"Content-Type": {part.kind + "; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"},
		})
		if err != nil {
			return nil, nil, err
		}
		q := quotedprintable.NewWriter(w)
		if _, err := q.Write([]byte(part.text)); err != nil {
			return nil, nil, err
		}
		if err := q.Close(); err != nil {
			return nil, nil, err
		}
	}
	if err := parts.Close(); err != nil {
		return nil, nil, err
	}
	return b.Bytes(), compose.JSON(map[string]any{"to": to, "subject": t.Subject, "text": plain}), nil
}
