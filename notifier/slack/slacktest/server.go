// Package slacktest is a server that speaks as much of Slack's API as tocsin uses, for tests: it checks the token,
// the channel and the blocks as Slack does, keeps messages and threads, and fails on request.
package slacktest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
)

// Message is a posted message as it is now.
type Message struct {
	Channel   string // id
	TS        string
	ThreadTS  string // the message it answers; empty for one in the channel
	Broadcast bool   // a reply that is shown in the channel too
	Text      string
	Blocks    json.RawMessage
	Metadata  json.RawMessage
	Edits     int
	Deleted   bool
}

// Channel is a channel of the workspace.
type Channel struct {
	ID       string
	Name     string
	Archived bool
	Out      bool // the app is not a member
}

// Server is the fake. Its methods are safe for concurrent use.
type Server struct {
	// URL is the base of the API, to be given as api_url; it ends in "/api/".
	URL string
	// Token is the bot token that is accepted, AppToken the app-level token.
	Token, AppToken string

	http *httptest.Server

	mu       sync.Mutex
	channels []*Channel
	messages []*Message
	calls    map[string]int
	failures map[string][]Failure
	answers  []Answer
	noRead   bool
	clock    int64
	tickets  map[string]bool // of sockets that may be opened
	sockets  []*Socket
	changed  chan struct{} // closed and replaced at each change
	closing  chan struct{}
}

// Answer is what was posted to a response URL.
type Answer struct {
	Body json.RawMessage
}

// New starts a server with the channels #oncall (C0ONCALL) and #security (C0SECURITY). Close it.
func New() *Server {
	s := &Server{
		Token: "xoxb-slacktest-0123456789", AppToken: "xapp-1-slacktest-0123456789", tickets: map[string]bool{}, calls: map[string]int{}, failures: map[string][]Failure{},
		changed: make(chan struct{}), closing: make(chan struct{}), clock: 1_700_000_000,
		channels: []*Channel{{ID: "C0ONCALL", Name: "oncall"}, {ID: "C0SECURITY", Name: "security"}},
	}
	mux := http.NewServeMux()
	for name, fn := range map[string]func(*call) any{
		"auth.test": s.authTest, "chat.postMessage": s.post, "chat.update": s.update,
		"conversations.history": s.history, "conversations.replies": s.replies, "conversations.list": s.list,
		"conversations.info": s.info, "chat.getPermalink": s.permalink,
	} {
		mux.HandleFunc("/api/"+name, s.method(name, fn))
	}
	mux.HandleFunc("/api/apps.connections.open", s.openSocket)
	mux.HandleFunc("GET /link", s.link)
	mux.HandleFunc("POST /services/{token}", s.hook)
	mux.HandleFunc("POST /response/{channel}/{ts}", s.response)
	s.http = httptest.NewServer(mux)
	s.URL = s.http.URL + "/api/"
	return s
}

// Close stops the server and releases requests that hang.
func (s *Server) Close() {
	close(s.closing)
	s.http.CloseClientConnections()
	s.http.Close()
}

// HookURL is the address of an incoming webhook of #oncall.
func (s *Server) HookURL() string { return s.http.URL + "/services/T000-B000-hooksecret" }

// Host is the server's host and port.
func (s *Server) Host() string { return strings.TrimPrefix(s.http.URL, "http://") }

// Client is an HTTP client for it.
func (s *Server) Client() *http.Client { return s.http.Client() }

// Messages returns copies of the messages that stand in channels, replies apart, in order.
func (s *Server) Messages() []Message {
	return s.pick(func(m *Message) bool { return m.ThreadTS == "" })
}

// Replies returns the replies in the thread of a message.
func (s *Server) Replies(ts string) []Message {
	return s.pick(func(m *Message) bool { return m.ThreadTS == ts })
}

func (s *Server) pick(want func(*Message) bool) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	for _, m := range s.messages {
		if !m.Deleted && want(m) {
			out = append(out, *m)
		}
	}
	return out
}

// Answers returns what was posted to response URLs.
func (s *Server) Answers() []Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.answers)
}

// Calls says how often a method was called, also without success.
func (s *Server) Calls(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[method]
}

// SetChannel adds a channel or changes the one with its id: its name, whether it is archived or the app is out.
func (s *Server) SetChannel(c Channel) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, have := range s.channels {
		if have.ID == c.ID {
			*have = c
			return
		}
	}
	s.channels = append(s.channels, &c)
}

// Delete deletes a message, as a person may.
func (s *Server) Delete(ts string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.messages {
		if m.TS == ts {
			m.Deleted = true
		}
	}
}

// ForbidReading takes the scopes channels:history and channels:read from the token.
func (s *Server) ForbidReading() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noRead = true
}

// SetToken changes the token that is accepted, so that the one in use is revoked.
func (s *Server) SetToken(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Token = token
}

// SetAppToken changes the app-level token that is accepted.
func (s *Server) SetAppToken(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.AppToken = token
}

// Wait blocks until ok holds over the server's state, looked at after each change. Its error is that of ctx.
func (s *Server) Wait(ctx context.Context, ok func(*Server) bool) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if ok(s) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("slacktest: what was waited for did not come: %w", ctx.Err())
		case <-changed:
		}
	}
}

// note tells those who wait that something changed. s.mu is held.
func (s *Server) note() {
	close(s.changed)
	s.changed = make(chan struct{})
}
