package e2e

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/tocsin-io/tocsin/notifier/slack/slacktest"
)

// planted are secrets in the lines that carry them. %s stands for the time. They are made up.
var planted = []struct{ service, secret, line string }{
	{"stock", "hQ7vTz92kLmWx4Rp", `{"time":"%s","level":"info","service":"stock","msg":"connecting to postgres://stock:hQ7vTz92kLmWx4Rp@pg-1:5432/stock"}`},
	{"auth", "zX8cVb3nMq5wEr7t", `{"time":"%s","level":"debug","service":"auth","msg":"login","request":{"user":"ann","credentials":{"passwd":"zX8cVb3nMq5wEr7t"}}}`},
	{"cart", "Yr6tGh1jKz9pLw3x", `time=%s level=warn service=cart msg="retry with client_secret=Yr6tGh1jKz9pLw3x failed"`},
	{"web", "Tf5gRd8sWq2aZx6c", `{"time":"%s","level":"info","service":"web","msg":"GET /cb?code=1&access_token=Tf5gRd8sWq2aZx6c&x=2 200"}`},
	{"job", "Vc4rFt6yHu8iKo0p", `{"time":"%s","level":"info","service":"job","msg":"exec mysql -u root --password=Vc4rFt6yHu8iKo0p -e 'select 1'"}`},
	{"nest", "Gb5nHy7mJu9kLi1o", `{"time":"%s","level":"info","service":"nest","msg":"{\"user\":\"bob\",\"password\":\"Gb5nHy7mJu9kLi1o\"}"}`},
	{"proxy", "Qa1wSe3dRf5tGy7h", `{"time":"%s","level":"warn","service":"proxy","msg":"upstream https://svc:Qa1wSe3dRf5tGy7h@internal.example/v1 timed out"}`},
	{"redis", "Ujm8Ikn7Olp6Qaz5", `time=%s level=info service=redis msg="dialing redis://:Ujm8Ikn7Olp6Qaz5@cache-1:6379/0"`},
	{"broken", "Wsx2Edc4Rfv6Tgb8", `{"level":"info","service":"broken","msg":"half","password":"Wsx2Edc4Rfv6Tgb8","x":`},
	{"err", "Bnh6Jmk8Klo0Pqa2", `{"time":"%s","level":"error","service":"err","msg":"failed","error":"dial: amqp://app:Bnh6Jmk8Klo0Pqa2@mq:5672: refused"}`},
}

// TestNoSecretLeaves plants secrets in lines and looks for them everywhere afterwards.
func TestNoSecretLeaves(t *testing.T) {
	slack := slacktest.New()
	t.Cleanup(slack.Close)
	var mu sync.Mutex
	var hooked bytes.Buffer
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if _, err := io.Copy(&hooked, r.Body); err != nil {
			w.WriteHeader(http.StatusBadRequest)
		}
	}))
	t.Cleanup(hook.Close)
	p := newParts(t, 1)
	a, log, stop := startApp(t, p.configuration(fmt.Sprintf(`
log: {level: debug}
receivers:
  - name: oncall
    slack: {token: "%s", channel: "#oncall", api_url: "%s"}
  - name: hook
    webhook: {url: "%s", secret: "0123456789abcdef0123456789abcdef"}
routes:
  - receivers: [oncall, hook]
`, slack.Token, slack.URL, hook.URL)), "")

	var lines []string
	for _, s := range planted {
		line := s.line
		if strings.Contains(line, "%s") {
			line = fmt.Sprintf(line, time.Now().UTC().Format(time.RFC3339Nano))
		}
		lines = append(lines, line)
	}
	sent := time.Now()
	produce(t, p.kafka, p.topic, lines)
	secrets := func() map[string]incident {
		out := make(map[string]incident)
		for _, in := range listed(t, a.URL(), "&kind=secret") {
			if in.Page {
				out[in.Service] = in
			}
		}
		return out
	}
	eventually(t, 15*time.Second, "a page for the password of stock", func() (bool, string) {
		for _, m := range slack.Messages() {
			if strings.Contains(m.Text+string(m.Blocks), "stock") {
				return true, ""
			}
		}
		return false, fmt.Sprint(len(slack.Messages()))
	})
	if took := time.Since(sent); took > 5*time.Second {
		t.Errorf("the page came %s after the line", took)
	}
	eventually(t, 20*time.Second, "an incident for each secret", func() (bool, string) {
		got := secrets()
		var missing []string
		for _, s := range planted {
			if _, ok := got[s.service]; !ok && s.service != "broken" { // of no service, as it is understood
				missing = append(missing, s.service)
			}
		}
		return len(missing) == 0, fmt.Sprintf("missing %v", missing)
	})
	stock := secrets()["stock"]
	opened := func() (n int) {
		for _, m := range slack.Messages() {
			if m.ThreadTS == "" && strings.Contains(m.Text+string(m.Blocks), stock.ID) {
				n++
			}
		}
		return n
	}
	if n := opened(); n != 1 {
		t.Errorf("%d messages for the password of stock", n)
	}
	// The same key of the same service again, with another value: one incident, no second page.
	again := "Mk9jNh8bGv7fCd6x"
	produce(t, p.kafka, p.topic, []string{
		fmt.Sprintf(strings.ReplaceAll(planted[0].line, planted[0].secret, again), time.Now().UTC().Format(time.RFC3339Nano)),
	})
	eventually(t, 20*time.Second, "the second line counted", func() (bool, string) {
		got, _ := counted(t, a.URL(), sent.Add(-time.Minute), time.Now().Add(time.Minute))
		return got["stock/info"] == 2, fmt.Sprint(got)
	})
	judgedPast(t, a.URL(), time.Now())
	if n := opened(); n != 1 {
		t.Errorf("%d messages for the password of stock after the second line", n)
	}

	places := map[string]string{"tocsin's log": log.String(), "webhooks": func() string { mu.Lock(); defer mu.Unlock(); return hooked.String() }()}
	for i, m := range slack.Messages() {
		places[fmt.Sprintf("Slack's message %d", i)] = m.Text + string(m.Blocks)
	}
	for _, path := range []string{
		"/", "/incidents", "/services", "/templates", "/inbox", "/noise", "/health", "/connect", "/rules", "/receivers", "/metrics",
		"/api/v1/incidents?limit=500", "/api/v1/templates?limit=500", "/api/v1/services", "/api/v1/health",
		"/api/v1/counts?by=service,level,template", "/search?q=" + again, "/search?q=stock",
	} {
		places[path] = strings.ReplaceAll(page(t, a.URL()+path), "q="+again, "")
	}
	delete(places, "/search?q="+again) // it shows what was asked for
	for _, in := range listed(t, a.URL(), "") {
		for _, path := range []string{"/incidents/" + in.ID, "/api/v1/incidents/" + in.ID, "/incidents/" + in.ID + "/export"} {
			places[path] = page(t, a.URL()+path)
		}
	}
	stop()
	redisText(t, p, places)
	postgresText(t, p, places)
	looked := 0
	for place, text := range places {
		looked += len(text)
		for _, s := range planted {
			if strings.Contains(text, s.secret) {
				t.Errorf("%s holds the secret of %s: %s", place, s.service, around(text, s.secret))
			}
		}
		if strings.Contains(text, again) {
			t.Errorf("%s holds the second secret of stock", place)
		}
	}
	t.Logf("looked through %d places, %d bytes", len(places), looked)
}

func around(text, part string) string {
	i := strings.Index(text, part)
	return text[max(0, i-80):min(len(text), i+len(part)+40)]
}

// judgedPast waits until counts are complete past a moment.
func judgedPast(t *testing.T, base string, at time.Time) {
	t.Helper()
	eventually(t, 40*time.Second, "counts complete", func() (bool, string) {
		_, until := counted(t, base, at.Add(-time.Minute), at.Add(time.Minute))
		return until.After(at), until.String()
	})
}

// redisText adds all keys and values of the test in Redis.
func redisText(t *testing.T, p parts, places map[string]string) {
	t.Helper()
	ctx := context.Background()
	c := redis.NewClient(&redis.Options{Addr: p.redis})
	defer c.Close()
	keys, err := p.keys(ctx, c)
	if err != nil || len(keys) == 0 {
		t.Fatalf("%d keys in Redis: %v", len(keys), err)
	}
	for _, key := range keys {
		kind, err := c.Type(ctx, key).Result()
		if err != nil {
			t.Fatal(err)
		}
		var value any
		switch kind {
		case "string":
			value, err = c.Get(ctx, key).Result()
		case "hash":
			value, err = c.HGetAll(ctx, key).Result()
		case "list":
			value, err = c.LRange(ctx, key, 0, -1).Result()
		case "set":
			value, err = c.SMembers(ctx, key).Result()
		case "zset":
			value, err = c.ZRange(ctx, key, 0, -1).Result()
		default:
			t.Fatalf("%s is a %s", key, kind)
		}
		if err != nil {
			t.Fatal(err)
		}
		places["Redis "+key] = key + fmt.Sprint(value)
	}
}

// postgresText adds all tables as text.
func postgresText(t *testing.T, p parts, places map[string]string) {
	t.Helper()
	db, err := sql.Open("pgx", p.postgres)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	column := func(query string) (out []string) {
		rows, err := db.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				t.Fatal(err)
			}
			out = append(out, s)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return out
	}
	tables := column(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`)
	if len(tables) < 5 {
		t.Fatalf("only the tables %v", tables)
	}
	for _, name := range tables {
		var text strings.Builder
		for _, row := range column(`SELECT to_jsonb(x)::text FROM ` + name + ` x`) {
			text.WriteString(row)
			// Columns of bytes come as hex; what is JSON or text in them must be seen too.
			var fields map[string]any
			if err := json.Unmarshal([]byte(row), &fields); err != nil {
				t.Fatal(err)
			}
			for _, f := range fields {
				if s, ok := f.(string); ok {
					if h, ok := strings.CutPrefix(s, `\x`); ok {
						fmt.Fprintf(&text, " %s", unhex(h))
					}
				}
			}
		}
		places["table "+name] = text.String()
	}
}

func unhex(s string) []byte {
	var b []byte
	if _, err := fmt.Sscanf(s, "%x", &b); err != nil {
		return nil
	}
	return b
}
