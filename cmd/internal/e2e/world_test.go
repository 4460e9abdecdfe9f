package e2e

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/segmentio/kafka-go"

	"github.com/tocsin-io/tocsin/cmd/internal/app"
	"github.com/tocsin-io/tocsin/cmd/internal/config"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/source"
	"github.com/tocsin-io/tocsin/notifier/slack/slacktest"
)

// need is a variable that `make test` sets; without the service the test fails.
func need(t *testing.T, name string) string {
	t.Helper()
	v := os.Getenv(name)
	if v == "" {
		t.Fatalf("%s is not set: run make test, or .ci/services up and eval \"$(.ci/services env)\"", name)
	}
	return v
}

// parts are real services with a corner of their own for one test.
type parts struct {
	kafka, redis, postgres string
	topic, prefix          string
}

// oncall is the part of a configuration that sends pages to a peer of Slack.
func oncall(slack *slacktest.Server) string {
	return fmt.Sprintf(`
receivers:
  - name: oncall
    slack: {token: "%s", channel: "#oncall", api_url: "%s"}
`, slack.Token, slack.URL)
}

func newParts(t *testing.T, partitions int) parts {
	t.Helper()
	var b [4]byte
	if _, err := rand.Read(b[:]); err != nil {
		t.Fatal(err)
	}
	name := "e2e_" + hex.EncodeToString(b[:])
	p := parts{kafka: need(t, "TOCSIN_TEST_KAFKA"), topic: name, prefix: name}
	u, err := url.Parse(need(t, "TOCSIN_TEST_REDIS"))
	if err != nil {
		t.Fatal(err)
	}
	p.redis = u.Host
	p.postgres = database(t, need(t, "TOCSIN_TEST_POSTGRES"), name)
	client := &kafka.Client{Addr: kafka.TCP(p.kafka), Timeout: 20 * time.Second}
	res, err := client.CreateTopics(t.Context(), &kafka.CreateTopicsRequest{
		Topics: []kafka.TopicConfig{{Topic: name, NumPartitions: partitions, ReplicationFactor: 1}},
	})
	if err != nil || res.Errors[name] != nil {
		t.Fatalf("create topic: %v %v", err, res)
	}
	return p
}

// database makes a database of its own and drops it at the end.
func database(t *testing.T, base, name string) string {
	t.Helper()
	db, err := sql.Open("pgx", base)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if _, err := db.ExecContext(t.Context(), `CREATE DATABASE `+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.ExecContext(context.Background(), `DROP DATABASE `+name+` WITH (FORCE)`); err != nil {
			t.Errorf("drop database: %v", err)
		}
	})
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// configuration is tocsin.yml for these parts, with what the test adds.
func (p parts) configuration(more string) string {
	return fmt.Sprintf(`
listen: 127.0.0.1:0
kafka:
  brokers: ["%s"]
  topics: [%s]
  group: %s
redis:
  addresses: ["%s"]
  prefix: %s
store:
  url: %s
`, p.kafka, p.topic, p.topic, p.redis, p.prefix, p.postgres) + more
}

// logs collects tocsin's own log.
type logs struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// startApp runs tocsin with a configuration until the test ends, or until stop is called.
func startApp(t *testing.T, text string, rules string) (a *app.App, log *logs, stop func()) {
	t.Helper()
	return startAppAt(t, text, rules, time.Now)
}

// startAppAt is startApp with a clock of its own.
func startAppAt(t *testing.T, text string, rules string, now func() time.Time) (a *app.App, log *logs, stop func()) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "tocsin.yml")
	if rules != "" {
		text += "rules:\n  files: [rules.yml]\n"
		if err := os.WriteFile(filepath.Join(dir, "rules.yml"), []byte(rules), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	conf, err := config.Load(path, os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	if conf.Data == "" {
		conf.Data = dir
	}
	log = &logs{}
	a, err = app.Start(t.Context(), app.Options{
		Config: conf, ConfigPath: path, Getenv: os.LookupEnv, Now: now, Version: "test",
		Logger: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	stop = func() {
		once.Do(func() {
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
			defer cancel()
			if err := a.Close(ctx); err != nil {
				t.Errorf("close: %v", err)
			}
		})
	}
	t.Cleanup(func() {
		stop()
		if t.Failed() {
			t.Logf("tocsin's log:\n%s", tail(log.String(), 6000))
		}
	})
	return a, log, stop
}

func tail(s string, n int) string {
	if len(s) > n {
		return s[len(s)-n:]
	}
	return s
}

// produce writes values to the topic over all partitions.
func produce(t *testing.T, broker, topic string, values []string) {
	t.Helper()
	records := make([]detector.Record, len(values))
	for i, v := range values {
		records[i] = detector.Record{Value: []byte(v), Time: time.Now()}
	}
	produceRecords(t, broker, topic, records)
}

func produceRecords(t *testing.T, broker, topic string, records []detector.Record) {
	t.Helper()
	w, err := source.NewWriter(source.WriterOptions{Options: source.Options{Brokers: []string{broker}, Topics: []string{topic}}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.Write(t.Context(), records...); err != nil {
		t.Fatal(err)
	}
}

// get asks the API and decodes the answer.
func get(t *testing.T, address string, into any) {
	t.Helper()
	if err := tryGet(address, into); err != nil {
		t.Fatal(err)
	}
}

// tryGet is get where a component may be away.
func tryGet(address string, into any) error {
	res, err := http.Get(address)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s: %s", address, res.Status, body)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%s: %w in %s", address, err, body)
	}
	return nil
}

// eventually asks until ok, at most for so long; it fails with what was last seen.
func eventually(t *testing.T, within time.Duration, what string, ok func() (done bool, seen string)) {
	t.Helper()
	deadline := time.NewTimer(within)
	defer deadline.Stop()
	every := time.NewTicker(100 * time.Millisecond)
	defer every.Stop()
	for {
		done, seen := ok()
		if done {
			return
		}
		select {
		case <-deadline.C:
			t.Fatalf("%s did not come within %s; last seen: %s", what, within, seen)
		case <-every.C:
		}
	}
}

// counted is what the API says was counted by service and level.
func counted(t *testing.T, base string, from, to time.Time) (map[string]uint64, time.Time) {
	t.Helper()
	out, until, err := tryCounted(base, from, to)
	if err != nil {
		t.Fatal(err)
	}
	return out, until
}

// tryCounted is counted where a component may be away.
func tryCounted(base string, from, to time.Time) (map[string]uint64, time.Time, error) {
	var got struct {
		Counts []struct {
			Service string `json:"service"`
			Level   string `json:"level"`
			Lines   uint64 `json:"lines"`
		} `json:"counts"`
		CompleteUntil time.Time `json:"complete_until"`
	}
	q := url.Values{"from": {from.Format(time.RFC3339)}, "to": {to.Format(time.RFC3339)}, "by": {"service,level"}}
	if err := tryGet(base+"/api/v1/counts?"+q.Encode(), &got); err != nil {
		return nil, time.Time{}, err
	}
	out := make(map[string]uint64)
	for _, c := range got.Counts {
		out[strings.TrimSuffix(c.Service+"/"+c.Level, "/")] += c.Lines
	}
	return out, got.CompleteUntil, nil
}
