package slacktest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Socket is a connection of Socket Mode. It holds what is sent over it against what Slack takes.
type Socket struct {
	server *Server
	conn   *websocket.Conn
	write  sync.Mutex

	// Under the server's lock.
	waiting map[string]bool // envelopes that were not acknowledged
	faults  []string
	gone    bool
}

// openSocket is apps.connections.open: it takes an app-level token alone, and gives an address that is good once.
func (s *Server) openSocket(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.note()
	s.calls["apps.connections.open"]++
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case r.Method != http.MethodPost:
		http.Error(w, "POST alone", http.StatusMethodNotAllowed)
	case !ok || token == "":
		reply(w, fail("not_authed"))
	case token == s.Token:
		reply(w, fail("not_allowed_token_type"))
	case token != s.AppToken:
		reply(w, fail("invalid_auth"))
	default:
		ticket := fmt.Sprintf("ticket-%d", s.calls["apps.connections.open"])
		s.tickets[ticket] = true
		reply(w, object{"ok": true, "url": "ws" + strings.TrimPrefix(s.http.URL, "http") + "/link?ticket=" + ticket + "&app_id=A000"})
	}
}

// link is the socket itself: it says hello, pings, and reads acknowledgements.
func (s *Server) link(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	ticket := r.URL.Query().Get("ticket")
	good := s.tickets[ticket]
	delete(s.tickets, ticket)
	s.mu.Unlock()
	if !good {
		http.Error(w, "the ticket is used up", http.StatusForbidden)
		return
	}
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer conn.Close()
	c := &Socket{server: s, conn: conn, waiting: map[string]bool{}}
	if c.send(object{
		"type": "hello", "num_connections": 1, "connection_info": object{"app_id": "A000"},
		"debug_info": object{"host": "applink", "build_number": 1, "approximate_connection_time": 18060},
	}) != nil {
		return
	}
	s.mu.Lock()
	s.sockets = append(s.sockets, c)
	s.note()
	s.mu.Unlock()
	over := make(chan struct{})
	defer close(over)
	go c.pings(over)
	for {
		kind, data, err := conn.ReadMessage()
		s.mu.Lock()
		if err != nil {
			c.gone = true
			s.note()
			s.mu.Unlock()
			return
		}
		c.acknowledge(kind, data)
		s.note()
		s.mu.Unlock()
	}
}

// acknowledge takes a message of the app: the id of an envelope that is waiting, and nothing else. The server's lock is held.
func (c *Socket) acknowledge(kind int, data []byte) {
	var ack map[string]json.RawMessage
	var id string
	fault := ""
	switch err := json.Unmarshal(data, &ack); {
	case kind != websocket.TextMessage:
		fault = "a frame that is no text"
	case len(data) >= 20_000:
		fault = "an acknowledgement of 20 kB or more"
	case err != nil || json.Unmarshal(ack["envelope_id"], &id) != nil:
		fault = "no envelope_id: " + string(data)
	case len(ack["payload"]) > 0 && string(ack["payload"]) != "null":
		fault = "a payload where none is taken"
	case !c.waiting[id]:
		fault = "an envelope that does not wait on this connection: " + id
	}
	if fault != "" {
		c.faults = append(c.faults, fault)
		return
	}
	delete(c.waiting, id)
}

func (c *Socket) send(v any) error {
	c.write.Lock()
	defer c.write.Unlock()
	return c.conn.WriteJSON(v)
}

// pings is what Slack sends all the time: an app that hears none connects again.
func (c *Socket) pings(over chan struct{}) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		if c.conn.WriteControl(websocket.PingMessage, []byte("Ping from applink"), time.Now().Add(time.Minute)) != nil {
			return
		}
		select {
		case <-over:
			return
		case <-t.C:
		}
	}
}

// Sockets are the connections that were made so far, in order.
func (s *Server) Sockets() []*Socket {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*Socket(nil), s.sockets...)
}

// Faults is what was sent over the connection that Slack does not take.
func (c *Socket) Faults() []string {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	return append([]string(nil), c.faults...)
}

// Send sends an envelope and waits until it is acknowledged. Its error is that of ctx, or of a connection that is gone.
func (c *Socket) Send(ctx context.Context, id, kind string, payload any) error {
	c.server.mu.Lock()
	c.waiting[id] = true
	c.server.mu.Unlock()
	if err := c.send(object{"envelope_id": id, "type": kind, "payload": payload, "accepts_response_payload": false}); err != nil {
		return err
	}
	return c.server.Wait(ctx, func(s *Server) bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return !c.waiting[id]
	})
}

// Press presses a button of a posted message and waits until it is acknowledged.
func (c *Socket) Press(ctx context.Context, id string, m Message, click Click) error {
	value, ok := Button(m.Blocks, click.Action)
	if !ok {
		return fmt.Errorf("slacktest: the message has no button %q", click.Action)
	}
	return c.Send(ctx, id, "interactive", c.server.pressed(m, click, value))
}

// Disconnect tells the app that the connection is about to end, as Slack does every few hours, or cuts it without a word.
func (c *Socket) Disconnect(told bool) error {
	if told {
		return c.send(object{"type": "disconnect", "reason": "refresh_requested", "debug_info": object{"host": "applink"}})
	}
	return c.conn.Close()
}

// Gone reports whether the connection is over.
func (c *Socket) Gone() bool {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	return c.gone
}
