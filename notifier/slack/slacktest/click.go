package slacktest

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Click is a person pressing a button.
type Click struct {
	To     string // address of the interactive endpoint
	Secret string // signing secret
	At     time.Time
	Action string // action_id of a button of the message
	UserID string
	User   string
}

// Press presses a button of a posted message, as Slack tells of it: a signed form posted to the endpoint. It fails if the
// message has no such button, and gives the status of the answer.
func (s *Server) Press(ctx context.Context, m Message, c Click) (status int, err error) {
	value, ok := Button(m.Blocks, c.Action)
	if !ok {
		return 0, fmt.Errorf("slacktest: the message has no button %q", c.Action)
	}
	req, err := s.Request(ctx, m, c, value)
	if err != nil {
		return 0, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	return resp.StatusCode, nil
}

// Request is the signed request of a click, not yet sent.
func (s *Server) Request(ctx context.Context, m Message, c Click, value string) (*http.Request, error) {
	payload, err := json.Marshal(s.pressed(m, c, value))
	if err != nil {
		return nil, err
	}
	body := url.Values{"payload": {string(payload)}}.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.To, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	at := strconv.FormatInt(c.At.Unix(), 10)
	h := hmac.New(sha256.New, []byte(c.Secret))
	_, _ = fmt.Fprintf(h, "v0:%s:%s", at, body)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("X-Slack-Request-Timestamp", at)
	req.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(h.Sum(nil)))
	return req, nil
}

// pressed is what Slack tells of a click.
func (s *Server) pressed(m Message, c Click, value string) object {
	return object{
		"type": "block_actions", "team": object{"id": "T000"}, "user": object{"id": c.UserID, "username": c.User, "name": c.User},
		"channel": object{"id": m.Channel}, "message": object{"ts": m.TS},
		"response_url": s.http.URL + "/response/" + m.Channel + "/" + m.TS,
		"actions":      []object{{"type": "button", "action_id": c.Action, "value": value, "block_id": "acts", "action_ts": fmt.Sprintf("%d.%06d", c.At.Unix(), c.At.Nanosecond()/1000)}},
	}
}

// Button finds the value of a button in blocks.
func Button(blocks []byte, action string) (value string, ok bool) {
	var list []struct {
		Elements []struct {
			ActionID string `json:"action_id"`
			Value    string `json:"value"`
		} `json:"elements"`
	}
	if json.Unmarshal(blocks, &list) != nil {
		return "", false
	}
	for _, b := range list {
		for _, e := range b.Elements {
			if e.ActionID == action {
				return e.Value, true
			}
		}
	}
	return "", false
}
