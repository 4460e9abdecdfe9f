package slacktest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// call is one request to a method of the API.
type call struct {
	get func(string) string
}

type object = map[string]any

func fail(code string) object { return object{"ok": false, "error": code} }

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(v)
}

// method wraps what all methods share: failures on request, the form and the token.
func (s *Server) method(name string, fn func(*call) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f, failing := s.take(name)
		if failing && !f.After {
			s.play(w, r, f)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
		if err := r.ParseForm(); err != nil {
			reply(w, fail("invalid_form_data"))
			return
		}
		token := r.PostForm.Get("token")
		if t, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
			token = t
		}
		s.mu.Lock()
		accepted := s.Token
		s.mu.Unlock()
		switch {
		case token == "":
			reply(w, fail("not_authed"))
			return
		case token != accepted:
			reply(w, fail("invalid_auth"))
			return
		}
		s.mu.Lock()
		answer := fn(&call{get: r.Form.Get})
		s.note()
		s.mu.Unlock()
		if failing {
			s.play(w, r, f)
			return
		}
		reply(w, answer)
	}
}

func (s *Server) authTest(*call) any {
	return object{"ok": true, "url": s.http.URL, "team": "slacktest", "user": "tocsin", "team_id": "T000", "user_id": "U0BOT", "bot_id": "B000"}
}

// channel finds a channel by id or #name.
func (s *Server) channel(name string) *Channel {
	for _, c := range s.channels {
		if c.ID == name || "#"+c.Name == name {
			return c
		}
	}
	return nil
}

func (s *Server) message(channel, ts string) *Message {
	for _, m := range s.messages {
		if m.Channel == channel && m.TS == ts && !m.Deleted {
			return m
		}
	}
	return nil
}

func (s *Server) post(c *call) any {
	ch := s.channel(c.get("channel"))
	switch {
	case ch == nil:
		return fail("channel_not_found")
	case ch.Archived:
		return fail("is_archived")
	case ch.Out:
		return fail("not_in_channel")
	}
	m := &Message{Channel: ch.ID, ThreadTS: c.get("thread_ts"), Broadcast: c.get("reply_broadcast") == "true"}
	if m.ThreadTS != "" && s.message(ch.ID, m.ThreadTS) == nil {
		return fail("thread_not_found")
	}
	if code := fill(m, c); code != "" {
		return fail(code)
	}
	s.clock++
	m.TS = fmt.Sprintf("%d.%06d", s.clock, len(s.messages))
	s.messages = append(s.messages, m)
	return object{"ok": true, "channel": ch.ID, "ts": m.TS, "message": view(m)}
}

// permalink gives a message's address, as Slack makes it of workspace, channel and ts.
func (s *Server) permalink(c *call) any {
	ch, ts := c.get("channel"), c.get("message_ts")
	if strings.HasPrefix(ch, "#") || s.channel(ch) == nil {
		return fail("channel_not_found")
	}
	if s.message(ch, ts) == nil {
		return fail("message_not_found")
	}
	return object{"ok": true, "channel": ch, "permalink": "https://shop.slack.com/archives/" + ch + "/p" + strings.ReplaceAll(ts, ".", "")}
}

func (s *Server) update(c *call) any {
	ch := c.get("channel")
	if strings.HasPrefix(ch, "#") || s.channel(ch) == nil { // chat.update takes ids only
		return fail("channel_not_found")
	}
	m := s.message(ch, c.get("ts"))
	if m == nil {
		return fail("message_not_found")
	}
	if s.channel(ch).Archived {
		return fail("is_archived")
	}
	if code := fill(m, c); code != "" {
		return fail(code)
	}
	m.Edits++
	return object{"ok": true, "channel": ch, "ts": m.TS, "text": m.Text, "message": view(m)}
}

// fill takes over text, blocks and metadata, checked as Slack checks them; it gives Slack's error.
func fill(m *Message, c *call) string {
	text, blocks, metadata := c.get("text"), c.get("blocks"), c.get("metadata")
	switch {
	case text == "" && blocks == "":
		return "no_text"
	case len([]rune(text)) > 40_000:
		return "msg_too_long"
	}
	if blocks != "" {
		if err := CheckBlocks([]byte(blocks)); err != nil {
			return "invalid_blocks"
		}
		m.Blocks = json.RawMessage(blocks)
	}
	if metadata != "" && metadata != "{}" {
		var v struct {
			EventType    string         `json:"event_type"`
			EventPayload map[string]any `json:"event_payload"`
		}
		if err := json.Unmarshal([]byte(metadata), &v); err != nil {
			return "invalid_metadata_format"
		}
		if v.EventType != "" {
			m.Metadata = json.RawMessage(metadata)
		}
	}
	m.Text = text
	return ""
}

func view(m *Message) object {
	o := object{"type": "message", "ts": m.TS, "text": m.Text, "bot_id": "B000"}
	if m.Blocks != nil {
		o["blocks"] = m.Blocks
	}
	if m.Metadata != nil {
		o["metadata"] = m.Metadata
	}
	if m.ThreadTS != "" {
		o["thread_ts"] = m.ThreadTS
	}
	return o
}

func (s *Server) history(c *call) any {
	return s.read(c, func(m *Message) bool { return m.ThreadTS == "" || m.Broadcast })
}

func (s *Server) replies(c *call) any {
	ts := c.get("ts")
	if s.message(c.get("channel"), ts) == nil {
		return fail("thread_not_found")
	}
	return s.read(c, func(m *Message) bool { return m.TS == ts || m.ThreadTS == ts })
}

// read lists messages newest first, a page of at most limit.
func (s *Server) read(c *call, want func(*Message) bool) any {
	switch ch := s.channel(c.get("channel")); {
	case s.noRead:
		return fail("missing_scope")
	case ch == nil || strings.HasPrefix(c.get("channel"), "#"):
		return fail("channel_not_found")
	}
	limit, _ := strconv.Atoi(c.get("limit"))
	if limit < 1 {
		limit = 100
	}
	from, _ := strconv.Atoi(c.get("cursor"))
	out, skipped := []object{}, 0
	for i := len(s.messages) - 1; i >= 0; i-- {
		m := s.messages[i]
		if m.Channel != c.get("channel") || m.Deleted || !want(m) {
			continue
		}
		if skipped < from {
			skipped++
			continue
		}
		if len(out) == limit {
			return object{"ok": true, "messages": out, "has_more": true, "response_metadata": object{"next_cursor": strconv.Itoa(from + limit)}}
		}
		v := view(m)
		if c.get("include_all_metadata") != "1" && c.get("include_all_metadata") != "true" {
			delete(v, "metadata")
		}
		out = append(out, v)
	}
	return object{"ok": true, "messages": out, "has_more": false}
}

func (s *Server) list(*call) any {
	if s.noRead {
		return fail("missing_scope")
	}
	out := []object{}
	for _, c := range s.channels {
		out = append(out, object{"id": c.ID, "name": c.Name, "is_channel": true, "is_archived": c.Archived, "is_member": !c.Out})
	}
	return object{"ok": true, "channels": out}
}

func (s *Server) info(c *call) any {
	ch := s.channel(c.get("channel"))
	if ch == nil {
		return fail("channel_not_found")
	}
	return object{"ok": true, "channel": object{"id": ch.ID, "name": ch.Name, "is_archived": ch.Archived, "is_member": !ch.Out}}
}
