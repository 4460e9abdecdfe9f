package dashboards

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

type receiversView struct {
	base
	Receivers []receiverRow
	States    []choice
	Messages  []messageRow
	Older     string
	Empty     *emptyView
	Sent      string
}

type receiverRow struct {
	Name, Kind, Target          string
	Sent, Waiting, Failed, Dead string
	State, Icon, Class          string
	Error                       string
	URL                         string
}

type messageRow struct {
	ID, URL   string
	Receiver  string
	Event     string
	Title     []part
	Incident  crumb
	State     string
	Icon      string
	Class     string
	At        stamp
	Attempts  string
	Error     string
	Next      string
	CanResend bool
	Blocks    []slackBlock
	Text      string
	JSON      string
	Channel   string
	Time      string
	Kind      string
}

func (s *Server) receivers(w http.ResponseWriter, r *http.Request) {
	b := s.base(w, r, "Receivers", "receivers")
	b.Live = true
	v := receiversView{base: b}
	list, err := s.src.Messages.ListReceivers(r.Context())
	if err != nil {
		s.failWith(w, r, "receivers", err)
		return
	}
	for _, k := range list {
		v.Receivers = append(v.Receivers, receiverView(k, b.clock))
	}
	q := r.URL.Query()
	f := MessageFilter{Receiver: q.Get("receiver"), Incident: q.Get("incident"), Cursor: q.Get("cursor"), Limit: pageSize}
	for _, st := range q["state"] {
		switch MessageState(st) {
		case "":
		case MessageWaiting, MessageSent, MessageFailed, MessageDead:
			f.States = append(f.States, MessageState(st))
		default:
			s.fail(w, r, http.StatusBadRequest, "bad_filter", "state is unknown: use waiting, sent, failed or dead")
			return
		}
	}
	for _, st := range []string{"", "waiting", "sent", "failed", "dead"} {
		u := cloneQuery(q)
		u.Del("cursor")
		u.Set("state", st)
		label := capital(st)
		if st == "" {
			label = "All"
		}
		on := st == "" && len(f.States) == 0 || len(f.States) == 1 && string(f.States[0]) == st
		v.States = append(v.States, choice{label, "/receivers?" + u.Encode(), on})
	}
	page, err := s.src.Messages.ListMessages(r.Context(), f)
	if err != nil {
		s.failWith(w, r, "messages", err)
		return
	}
	for k := range page.Messages {
		v.Messages = append(v.Messages, messageView(&page.Messages[k], b.clock))
	}
	if page.Next != "" {
		u := cloneQuery(q)
		u.Set("cursor", page.Next)
		v.Older = "/receivers?" + u.Encode()
	}
	if len(v.Messages) == 0 {
		v.Empty = &emptyView{Head: "No message here.", Text: "A message is written with the incident that it tells of."}
	}
	if id := q.Get("again"); id != "" {
		v.Notes = append([]note{{Class: "ok", Icon: "resolved", Text: "The message is due again and is tried at once."}}, v.Notes...)
	}
	s.render(w, r, http.StatusOK, "receivers", v)
}

func receiverView(k Receiver, c clock) receiverRow {
	row := receiverRow{
		Name: k.Name, Kind: k.Kind, Target: k.Target, Sent: count(k.Sent), Waiting: count(k.Waiting), Failed: count(k.Failed), Dead: count(k.Dead),
		State: "Good", Icon: "resolved", Class: "good", Error: k.LastError, URL: "/receivers?" + url.Values{"receiver": {k.Name}}.Encode(),
	}
	if !k.FailsFrom.IsZero() {
		row.State, row.Icon, row.Class = "Fails since "+c.minute(k.FailsFrom), "notice", "notice"
	}
	return row
}

var messageStates = map[MessageState][3]string{
	MessageWaiting: {"Waiting", "learning", ""}, MessageSent: {"Sent", "resolved", "good"},
	MessageFailed: {"Failed", "notice", "notice"}, MessageDead: {"Given up", "page", "page"},
}

func messageView(m *Message, c clock) messageRow {
	st := messageStates[m.State]
	row := messageRow{
		ID: m.ID, URL: "/inbox?message=" + urlQuery(m.ID), Receiver: receiverName(m.Kind, m.Target, m.Receiver), Event: capital(string(m.Event)),
		Title: sentence(m.Title), Incident: crumb{shortID(m.IncidentID), incidentURL(m.IncidentID)}, State: st[0], Icon: st[1], Class: st[2],
		At: c.stamp(m.CreatedAt, c.zoned(m.CreatedAt)), Error: m.LastError, CanResend: m.State == MessageFailed || m.State == MessageDead, Kind: m.Kind,
	}
	if m.Attempts > 1 {
		row.Attempts = plural(m.Attempts, "try")
		row.Attempts = strings.Replace(row.Attempts, "trys", "tries", 1)
	}
	if !m.SentAt.IsZero() {
		row.Next = "in " + lasting(m.SentAt.Sub(m.CreatedAt))
	} else if !m.NextAt.IsZero() {
		row.Next = "· next try " + c.zoned(m.NextAt)
	}
	return row
}

func urlQuery(s string) string { return url.QueryEscape(s) }

// sendAgain makes a message due at once.
func (s *Server) sendAgain(w http.ResponseWriter, r *http.Request) {
	id := r.PostForm.Get("id")
	if id == "" {
		s.fail(w, r, http.StatusUnprocessableEntity, "invalid", "The form names no message.")
		return
	}
	if err := s.src.Messages.SendAgain(r.Context(), id); err != nil {
		s.failWith(w, r, "message", err)
		return
	}
	s.audit(r, "message.sent_again", id, "")
	http.Redirect(w, r, "/receivers?again=1", http.StatusSeeOther)
}

type inboxView struct {
	base
	Receivers []choice
	Messages  []messageRow
	Older     string
	Empty     *emptyView
}

// inbox shows messages as their receivers see them.
func (s *Server) inbox(w http.ResponseWriter, r *http.Request) {
	b := s.base(w, r, "Inbox", "inbox")
	q := r.URL.Query()
	b.Live = q.Get("cursor") == ""
	v := inboxView{base: b}
	page, err := s.src.Messages.ListMessages(r.Context(), MessageFilter{
		Receiver: q.Get("receiver"), Incident: q.Get("incident"), Cursor: q.Get("cursor"), Limit: 10,
	})
	if err != nil {
		s.failWith(w, r, "messages", err)
		return
	}
	list, err := s.src.Messages.ListReceivers(r.Context())
	if err != nil {
		s.failWith(w, r, "receivers", err)
		return
	}
	v.Receivers = []choice{{"All", "/inbox", q.Get("receiver") == ""}}
	for _, k := range list {
		v.Receivers = append(v.Receivers, choice{receiverName(k.Kind, k.Target, k.Name), "/inbox?" + url.Values{"receiver": {k.Name}}.Encode(), q.Get("receiver") == k.Name})
	}
	for k := range page.Messages {
		m := &page.Messages[k]
		row := messageView(m, b.clock)
		row.Channel, row.Time = m.Target, b.clock.hm(m.CreatedAt)
		if row.Channel == "" {
			row.Channel = m.Receiver
		}
		if blocks, text, ok := drawSlack(m.Payload); ok && m.Kind != "webhook" {
			row.Blocks, row.Text = blocks, text
		} else if len(m.Payload) > 0 {
			row.JSON = indented(m.Payload)
		}
		v.Messages = append(v.Messages, row)
	}
	if page.Next != "" {
		u := cloneQuery(q)
		u.Set("cursor", page.Next)
		v.Older = "/inbox?" + u.Encode()
	}
	if len(v.Messages) == 0 {
		v.Empty = &emptyView{Head: "Nobody was told anything yet.", Text: "Every message that tocsin sends is shown here as its receiver sees it, from the first one on.", Links: []crumb{{"Receivers", "/receivers"}}}
	}
	s.render(w, r, http.StatusOK, "inbox", v)
}

// indented prints a JSON payload for reading; what is none is printed as it is.
func indented(payload []byte) string {
	if len(payload) > maxPayload {
		payload = payload[:maxPayload]
	}
	var b bytes.Buffer
	if err := json.Indent(&b, payload, "", "  "); err != nil {
		return string(payload)
	}
	return numberLists.ReplaceAllStringFunc(b.String(), func(list string) string { return strings.Join(strings.Fields(list), " ") })
}

// numberLists are lists of plain numbers, one a line: a chart has hundreds. No text fits, as a line does not end in one.
var numberLists = regexp.MustCompile(`\[\n[-+.\deE,\s]*\n\s*\]`)
