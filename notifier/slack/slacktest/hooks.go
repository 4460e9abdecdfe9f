package slacktest

import (
	"encoding/json"
	"io"
	"net/http"
)

type posted struct {
	Text     string          `json:"text"`
	Blocks   json.RawMessage `json:"blocks"`
	Replace  bool            `json:"replace_original"`
	Response string          `json:"response_type"`
}

// hook is an incoming webhook of #oncall. It answers in plain text, as Slack's do.
func (s *Server) hook(w http.ResponseWriter, r *http.Request) {
	f, failing := s.take("hook")
	if failing && !f.After {
		if f.Error != "" {
			http.Error(w, f.Error, http.StatusNotFound)
			return
		}
		s.play(w, r, f)
		return
	}
	if r.PathValue("token") != "T000-B000-hooksecret" {
		http.Error(w, "invalid_token", http.StatusForbidden)
		return
	}
	p, _, ok := read(w, r)
	if !ok {
		return
	}
	s.mu.Lock()
	ch := s.channel("C0ONCALL")
	archived := ch.Archived
	if !archived {
		s.clock++
		s.messages = append(s.messages, &Message{Channel: ch.ID, TS: "hook-" + string(rune('a'+len(s.messages)%26)), Text: p.Text, Blocks: p.Blocks})
		s.note()
	}
	s.mu.Unlock()
	switch {
	case archived:
		http.Error(w, "channel_is_archived", http.StatusGone)
	case failing:
		s.play(w, r, f)
	default:
		_, _ = io.WriteString(w, "ok")
	}
}

// response is the response URL of a message's buttons.
func (s *Server) response(w http.ResponseWriter, r *http.Request) {
	if f, failing := s.take("response"); failing {
		s.play(w, r, f)
		return
	}
	p, raw, ok := read(w, r)
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers = append(s.answers, Answer{Body: raw})
	if m := s.message(r.PathValue("channel"), r.PathValue("ts")); m != nil && p.Replace {
		m.Text, m.Edits = p.Text, m.Edits+1
		if p.Blocks != nil {
			m.Blocks = p.Blocks
		}
	}
	s.note()
	_, _ = io.WriteString(w, "ok")
}

func read(w http.ResponseWriter, r *http.Request) (p posted, raw []byte, ok bool) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil || json.Unmarshal(raw, &p) != nil {
		http.Error(w, "invalid_payload", http.StatusBadRequest)
		return p, nil, false
	}
	if p.Text == "" && p.Blocks == nil {
		http.Error(w, "no_text", http.StatusBadRequest)
		return p, nil, false
	}
	if p.Blocks != nil {
		if err := CheckBlocks(p.Blocks); err != nil {
			http.Error(w, "invalid_blocks", http.StatusBadRequest)
			return p, nil, false
		}
	}
	return p, raw, true
}
