package receivers_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/tocsin-io/tocsin/notifier/receivertest"
)

// call is what a peer was sent.
type call struct {
	Method, Path, Auth string
	Size               int // bytes of the body
	Body               map[string]any
	List               []map[string]any // where the body is a list
}

// peer is a fake of a service: it checks what the real one checks, answers 400 with the reason where that fails, and
// keeps the calls it took.
type peer struct {
	check  func(c call) error
	answer string
	status int

	mu    sync.Mutex
	calls []call
}

func (p *peer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	c := call{Method: r.Method, Path: r.URL.Path, Auth: r.Header.Get("Authorization"), Size: len(raw)}
	if err == nil && len(raw) > 0 && raw[0] == '[' {
		err = json.Unmarshal(raw, &c.List)
	} else if err == nil {
		err = json.Unmarshal(raw, &c.Body)
	}
	if err == nil && r.Header.Get("Content-Type") != "application/json" {
		err = fmt.Errorf("content type %q", r.Header.Get("Content-Type"))
	}
	if err == nil {
		err = p.check(c)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	p.calls = append(p.calls, c)
	p.mu.Unlock()
	if p.status != 0 {
		w.WriteHeader(p.status)
	}
	_, _ = io.WriteString(w, p.answer)
}

func (p *peer) taken() []call {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]call(nil), p.calls...)
}

// text checks a field: 1 to limit characters.
func text(o map[string]any, key string, limit int) error {
	s, _ := o[key].(string)
	if n := utf8.RuneCountInString(s); n < 1 || n > limit {
		return fmt.Errorf("%s has %d characters, 1 to %d are allowed", key, n, limit)
	}
	return nil
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func want(ok bool, format string, args ...any) error {
	if ok {
		return nil
	}
	return fmt.Errorf(format, args...)
}

func pagerDuty() *peer {
	return &peer{status: 202, answer: `{"status":"success"}`, check: func(c call) error {
		action := c.Body["event_action"]
		err := first(want(c.Size <= 512<<10, "%d bytes", c.Size), want(c.Path == "/v2/enqueue", "path %s", c.Path), text(c.Body, "routing_key", 64), text(c.Body, "dedup_key", 255))
		if err != nil || action == "resolve" || action == "acknowledge" {
			return err
		}
		p, _ := c.Body["payload"].(map[string]any)
		severities := map[any]bool{"critical": true, "error": true, "warning": true, "info": true}
		at, _ := p["timestamp"].(string)
		_, err = time.Parse(time.RFC3339, at)
		return first(want(action == "trigger", "action %v", action), text(p, "summary", 1024), text(p, "source", 255), want(severities[p["severity"]], "severity %v", p["severity"]), err)
	}}
}

func opsGenie() *peer {
	return &peer{status: 202, answer: `{"result":"Request will be processed"}`, check: func(c call) error {
		if err := want(c.Auth == "GenieKey "+receivertest.Planted, "the key is wrong"); err != nil {
			return err
		}
		if c.Path == "/v2/alerts" {
			tags, _ := c.Body["tags"].([]any)
			details, _ := c.Body["details"].(map[string]any)
			size := 0
			for k, v := range details {
				size += utf8.RuneCountInString(k) + utf8.RuneCountInString(v.(string))
			}
			entity, _ := c.Body["entity"].(string)
			if err := first(want(len(tags) <= 20 && size <= 8000, "%d tags, %d characters of details", len(tags), size), text(c.Body, "source", 100),
				want(utf8.RuneCountInString(entity) <= 512, "entity")); err != nil {
				return err
			}
			return first(text(c.Body, "message", 130), text(c.Body, "alias", 512), text(c.Body, "description", 15000), want(strings.HasPrefix(fmt.Sprint(c.Body["priority"]), "P"), "priority"))
		}
		return want(regexp.MustCompile(`^/v2/alerts/tocsin-[a-z0-9]+/(close|acknowledge|unacknowledge|notes)$`).MatchString(c.Path), "path %s", c.Path)
	}}
}

func alertManager() *peer {
	label := regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)
	return &peer{check: func(c call) error {
		if err := first(want(strings.HasSuffix(c.Path, "/api/v2/alerts"), "path %s", c.Path), want(len(c.List) > 0, "no alert")); err != nil {
			return err
		}
		for _, a := range c.List {
			labels, _ := a["labels"].(map[string]any)
			for k, v := range labels {
				if err := want(label.MatchString(k) && v != "", "label %q = %v", k, v); err != nil {
					return err
				}
			}
			start, err1 := time.Parse(time.RFC3339, fmt.Sprint(a["startsAt"]))
			end, err2 := time.Parse(time.RFC3339, fmt.Sprint(a["endsAt"]))
			if err := first(err1, err2, text(labels, "alertname", 1000), want(!start.After(end), "it starts after its end")); err != nil {
				return err
			}
		}
		return nil
	}}
}

func teamsWorkflow() *peer {
	return &peer{status: 202, check: func(c call) error {
		list, _ := c.Body["attachments"].([]any)
		if err := want(c.Size <= 28<<10 && c.Body["type"] == "message" && len(list) == 1, "no message, or of %d bytes", c.Size); err != nil {
			return err
		}
		a, _ := list[0].(map[string]any)
		card, _ := a["content"].(map[string]any)
		blocks, _ := card["body"].([]any)
		if err := want(a["contentType"] == "application/vnd.microsoft.card.adaptive" && card["type"] == "AdaptiveCard" && len(blocks) > 0, "no card"); err != nil {
			return err
		}
		for _, b := range blocks {
			o, _ := b.(map[string]any)
			runs, _ := o["inlines"].([]any)
			if err := want(o["type"] == "RichTextBlock" && len(runs) > 0, "block %v", o["type"]); err != nil {
				return err
			}
			for _, r := range runs {
				o, _ := r.(map[string]any)
				said, _ := o["text"].(string)
				if err := first(text(o, "text", 4000), want(!strings.Contains(strings.TrimPrefix(said, "\n"), "\n"), "a line end inside of a text: %q", said)); err != nil {
					return err
				}
			}
		}
		return nil
	}}
}

func discordHook() *peer {
	return &peer{answer: `{"id":"1172233445566778899"}`, check: func(c call) error {
		embeds, _ := c.Body["embeds"].([]any)
		if err := first(text(c.Body, "content", 2000), want(len(embeds) == 1, "%d embeds", len(embeds))); err != nil {
			return err
		}
		mentions, _ := c.Body["allowed_mentions"].(map[string]any)
		parse, ok := mentions["parse"].([]any)
		e, _ := embeds[0].(map[string]any)
		if err := first(want(ok && len(parse) == 0, "mentions are allowed"), text(e, "title", 256), text(e, "description", 4096)); err != nil {
			return err
		}
		fields, _ := e["fields"].([]any)
		total := utf8.RuneCountInString(fmt.Sprint(e["title"], e["description"]))
		for _, f := range fields {
			o, _ := f.(map[string]any)
			total += utf8.RuneCountInString(fmt.Sprint(o["name"], o["value"]))
			if err := first(text(o, "name", 256), text(o, "value", 1024)); err != nil {
				return err
			}
		}
		return want(len(fields) <= 25 && total <= 6000, "%d fields, %d characters in all", len(fields), total)
	}}
}

func telegramBot() *peer {
	return &peer{answer: `{"ok":true,"result":{"message_id":42}}`, check: func(c call) error {
		s, _ := c.Body["text"].(string)
		units := len(utf16.Encode([]rune(s)))
		entities, _ := c.Body["entities"].([]any)
		for _, e := range entities {
			o, _ := e.(map[string]any)
			from, n := o["offset"].(float64), o["length"].(float64)
			if err := want(n > 0 && int(from+n) <= units, "entity %v", o); err != nil {
				return err
			}
		}
		return first(want(strings.HasPrefix(c.Path, "/bot123:"+receivertest.Planted+"/"), "path"), want(units > 0 && units <= 4096 && len(entities) <= 100, "%d units, %d entities", units, len(entities)),
			want(c.Body["parse_mode"] == nil, "a parse mode"), text(c.Body, "chat_id", 100))
	}}
}

func ntfyServer() *peer {
	return &peer{answer: `{"id":"x"}`, check: func(c call) error {
		p, _ := c.Body["priority"].(float64)
		return first(text(c.Body, "topic", 64), text(c.Body, "title", 250), text(c.Body, "message", 4096), want(len(fmt.Sprint(c.Body["message"])) <= 4096, "%d bytes of message", len(fmt.Sprint(c.Body["message"]))), want(p >= 1 && p <= 5, "priority %v", p))
	}}
}

// grafanaServer takes annotations as Grafana 11 does: a mark is made once on a dashboard, and changed without one.
func grafanaServer() *peer {
	return &peer{answer: `{"message":"Annotation added","id":4711}`, check: func(c call) error {
		from, _ := c.Body["time"].(float64)
		to, _ := c.Body["timeEnd"].(float64)
		err := first(want(c.Auth == "Bearer "+receivertest.Planted, "the token is wrong"), text(c.Body, "text", 60_000),
			want(from > 1e12 && to >= from && from == float64(int64(from)), "time %v to %v", c.Body["time"], c.Body["timeEnd"]))
		tags, _ := c.Body["tags"].([]any)
		for _, t := range tags {
			name, value, _ := strings.Cut(fmt.Sprint(t), ":")
			err = first(err, want(utf8.RuneCountInString(name) <= 100 && utf8.RuneCountInString(value) <= 100 && name != "", "tag %q", t))
		}
		s, _ := c.Body["text"].(string)
		for _, t := range regexp.MustCompile(`<[^>]*>`).FindAllString(s, -1) {
			err = first(err, want(regexp.MustCompile(`^<(/?b|br|/a|a href="https://tocsin\.example/incidents[^"]*")>$`).MatchString(t), "markup %q", t))
		}
		switch {
		case c.Method == http.MethodPost && c.Path == "/api/annotations":
			return first(err, want(c.Body["dashboardUID"] == "abc-1", "dashboard %v", c.Body["dashboardUID"]), want(len(tags) > 0, "no tags"))
		case c.Method == http.MethodPatch && c.Path == "/api/annotations/4711":
			return first(err, want(c.Body["dashboardUID"] == nil, "a mark cannot move"))
		}
		return fmt.Errorf("%s %s", c.Method, c.Path)
	}}
}
