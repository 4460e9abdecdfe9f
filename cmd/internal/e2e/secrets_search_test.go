package e2e

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

var links = regexp.MustCompile(`(?:href|src|data-zoom)="(/[^"#]*)`)

// crawl reads every page and every answer of the API that can be reached from the start page, the API's description and
// the ids that lists name, at most so many, and adds them with their headers.
func crawl(t *testing.T, base string, most int, places map[string]string) {
	t.Helper()
	client := &http.Client{Timeout: 20 * time.Second}
	queue := []string{"/", "/metrics", "/-/healthy", "/-/ready", "/search?q=redacted", "/api/v1/openapi.json"}
	var doc struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	get(t, base+"/api/v1/openapi.json", &doc)
	for path, methods := range doc.Paths {
		if _, ok := methods["get"]; ok && !strings.Contains(path, "{") && !strings.HasSuffix(path, "/events") {
			queue = append(queue, path)
		}
	}
	queue = append(queue, "/api/v1/counts?by=service,level,template", "/api/v1/incidents?limit=500", "/api/v1/templates?limit=500")
	for _, in := range listed(t, base, "") {
		queue = append(queue, "/incidents/"+in.ID, "/api/v1/incidents/"+in.ID, "/incidents/"+in.ID+"/export")
	}
	slices.Sort(queue)
	seen := make(map[string]bool)
	variants := make(map[string]int) // of a page with other ranges, scales and sorts a few are enough
	read := 0
	for len(queue) > 0 && read < most {
		path := queue[0]
		queue = queue[1:]
		bare, _, _ := strings.Cut(path, "?")
		if seen[path] || variants[bare] == 3 || path == "/live" || strings.HasPrefix(path, "/static/") || strings.HasPrefix(path, "/zone") {
			continue
		}
		seen[path] = true
		variants[bare]++
		read++
		res, err := client.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode >= 500 {
			t.Errorf("%s: %s", path, res.Status)
		}
		var head bytes.Buffer
		if err := res.Header.Write(&head); err != nil {
			t.Fatal(err)
		}
		text := string(body)
		places[base+path] = head.String() + text
		if plain, err := url.QueryUnescape(text); err == nil && plain != text {
			places[base+path] += plain
		}
		for _, m := range links.FindAllStringSubmatch(text, -1) {
			queue = append(queue, strings.ReplaceAll(m[1], "&amp;", "&"))
		}
	}
	if read < 60 {
		t.Errorf("only %d pages of %s were found", read, base)
	}
	t.Logf("read %d pages of %s, %d were left", read, base, len(queue))
}

// stream collects live updates until the test ends.
func stream(t *testing.T, address string, into io.Writer) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", address, res.Status)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		io.Copy(into, res.Body) // until the other side ends
	}()
	t.Cleanup(func() {
		res.Body.Close()
		<-done
	})
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
