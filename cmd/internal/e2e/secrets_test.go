package e2e

import (
	"bytes"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/source"
	"github.com/tocsin-io/tocsin/notifier/slack/slacktest"
)

// TestNoSecretLeaves plants secrets in every place of a record that a producer can put them into, and looks for any
// part of them everywhere afterwards: in Redis, Postgres, SQLite and the data directory, in logs at debug, a dump of
// all goroutines, every page and answer of the API that can be reached, live updates, metrics, Slack and webhooks. One
// process has Redis and Postgres, another of the same topic has SQLite.
func TestNoSecretLeaves(t *testing.T) {
	slack := slacktest.New()
	t.Cleanup(slack.Close)
	hooked := &logs{}
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(hooked, r.Body); err != nil {
			w.WriteHeader(http.StatusBadRequest)
		}
	}))
	t.Cleanup(hook.Close)
	p := newParts(t, 2)
	receivers := fmt.Sprintf(`
log: {level: debug}
receivers:
  - name: oncall
    slack: {token: "%s", channel: "#oncall", api_url: "%s"}
  - name: hook
    webhook: {url: "%s", secret: "0123456789abcdef0123456789abcdef"}
routes:
  - receivers: [oncall, hook]
`, slack.Token, slack.URL, hook.URL)
	start := func(text string) (*process, string) {
		data := t.TempDir()
		file := filepath.Join(t.TempDir(), "tocsin.yml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return spawn(t, []string{"GOTRACEBACK=all"}, "run", "--config", file, "--data", data), data
	}
	shared, sharedData := start(p.configuration(receivers))
	alone, aloneData := start(fmt.Sprintf(`
listen: 127.0.0.1:0
kafka: {brokers: ["%s"], topics: [%s], group: %s_alone}
log: {level: debug}
`, p.kafka, p.topic, p.topic))
	live := &logs{}
	stream(t, shared.url+"/api/v1/events", live)
	stream(t, shared.url+"/live", live)

	all := plants(t)
	put(t, p, records(all)...)
	again := "Mk9jNh8bGv7fCd6x"
	put(t, p, detector.Record{Value: []byte(jsonLine("stock", "info", "connecting to postgres://stock:"+again+"@pg-1:5432/stock", "")), Time: time.Now()})
	all = append(all, plant{service: "stock", secrets: []string{again}})

	secrets := func(base string) map[string]incident {
		out := make(map[string]incident)
		for _, in := range listed(t, base, "&kind=secret") {
			out[in.Service] = in
		}
		return out
	}
	for _, base := range []string{shared.url, alone.url} {
		eventually(t, 40*time.Second, "an incident for each secret", func() (bool, string) {
			got := secrets(base)
			var missing []string
			for _, p := range all {
				// A record's key and headers are not looked at, so nothing is found in them.
				if _, ok := got[p.service]; !ok && p.service != "" && p.service != "plain" {
					missing = append(missing, p.service)
				}
			}
			return len(missing) == 0, fmt.Sprintf("missing %v", missing)
		})
	}
	judgedPast(t, shared.url, time.Now())
	stock := secrets(shared.url)["stock"]
	if stock.Lines != 2 || !stock.Page {
		t.Errorf("%+v, want 2 lines and a page", stock)
	}
	// Somebody pastes the line into a note.
	pasted := "Lp9oKi8jUh7yGt6f"
	all = append(all, plant{service: "a note", secrets: []string{pasted}})
	note(t, shared.url, stock.ID, "it was postgres://stock:"+pasted+"@pg-1/stock, rotated now")
	eventually(t, 10*time.Second, "the note in Slack", func() (bool, string) {
		var all []string
		for _, m := range slack.Messages() {
			for _, r := range slack.Replies(m.TS) {
				all = append(all, r.Text+string(r.Blocks))
			}
		}
		return strings.Contains(strings.Join(all, "\n"), "rotated now"), strings.Join(all, "\n")
	})
	messages := slack.Messages()
	if n := opened(messages, stock.ID); n != 1 {
		t.Errorf("%d messages for the password of stock", n)
	}

	places := map[string]string{
		"webhooks": hooked.String(), "live updates": live.String(),
	}
	for i, m := range messages {
		places[fmt.Sprintf("Slack's message %d", i)] = m.Text + string(m.Blocks) + string(m.Metadata)
		for k, r := range slack.Replies(m.TS) {
			places[fmt.Sprintf("Slack's reply %d of message %d", k, i)] = r.Text + string(r.Blocks)
		}
	}
	// What a person looks for is shown to that person, and must not be logged.
	page(t, shared.url+"/search?q="+again)
	crawl(t, shared.url, 600, places)
	crawl(t, alone.url, 150, places)
	for _, p := range []*process{shared, alone} { // a crash: all goroutines are printed
		p.signal(syscall.SIGQUIT)
		<-p.ended
		if !strings.Contains(p.log.String(), "goroutine ") {
			t.Error("no goroutines were printed")
		}
	}
	places["log"], places["log of the other"] = shared.log.String()+shared.out.String(), alone.log.String()+alone.out.String()
	redisText(t, p, places)
	postgresText(t, p, places)
	keyStays(t, p, places)
	files(t, sharedData, places)
	files(t, aloneData, places)
	if n := len(places["data directory"]); n < 10_000 {
		t.Errorf("the data directories hold %d bytes", n)
	}
	leaks(t, all, places)
}

// keyStays asks that the key of the fingerprints stands in its table alone: whoever has it and a fingerprint can try
// passwords.
func keyStays(t *testing.T, p parts, places map[string]string) {
	t.Helper()
	db, err := sql.Open("pgx", p.postgres)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var key []byte
	if err := db.QueryRowContext(t.Context(), `SELECT value FROM meta WHERE name = 'fingerprint_key'`).Scan(&key); err != nil || len(key) != 32 {
		t.Fatalf("a key of %d bytes: %v", len(key), err)
	}
	for place, text := range places {
		for _, form := range []string{string(key), hex.EncodeToString(key), base64.StdEncoding.EncodeToString(key)[:40], base64.RawURLEncoding.EncodeToString(key)[:40]} {
			if strings.Contains(text, form) != (place == "table meta" && (form == string(key) || form == hex.EncodeToString(key))) {
				t.Errorf("%s: the key of the fingerprints stands there %t", place, strings.Contains(text, form))
			}
		}
	}
}

func opened(messages []slacktest.Message, id string) (n int) {
	for _, m := range messages {
		if m.ThreadTS == "" && strings.Contains(m.Text+string(m.Blocks), id) {
			n++
		}
	}
	return n
}

// note adds a note to an incident, as a script does.
func note(t *testing.T, base, id, text string) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"text": text, "actor": "ann"})
	if err != nil {
		t.Fatal(err)
	}
	act(t, base, id, "note", string(body))
}

// act does to an incident what a person does.
func act(t *testing.T, base, id, what, body string) {
	t.Helper()
	res, err := http.Post(base+"/api/v1/incidents/"+id+"/"+what, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", what, res.Status)
	}
}

// put produces records as they are.
func put(t *testing.T, p parts, recs ...detector.Record) {
	t.Helper()
	w, err := source.NewWriter(source.WriterOptions{ByKey: true, Options: source.Options{Brokers: []string{p.kafka}, Topics: []string{p.topic}}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.Write(t.Context(), recs...); err != nil {
		t.Fatal(err)
	}
}

// piece is how much of a secret is looked for: any run of so many bytes of it, or all of a shorter one.
const piece = 8

// leaks looks for the secrets in all places, as they are and in hex.
func leaks(t *testing.T, all []plant, places map[string]string) {
	t.Helper()
	looked := 0
	for place, text := range places {
		looked += len(text)
		for _, p := range all {
			for _, secret := range p.secrets {
				if at, found := leak(text, secret); found {
					t.Errorf("%s holds the secret of %q: %q", place, p.service, text[max(0, at-80):min(len(text), at+60)])
				}
			}
		}
	}
	if len(places) < 100 || looked < 1<<20 {
		t.Errorf("looked through %d places, %d bytes alone", len(places), looked)
	}
	t.Logf("looked through %d places, %d bytes", len(places), looked)
}

func leak(text, secret string) (at int, found bool) {
	for i := 0; i+piece <= max(len(secret), piece); i++ {
		part := secret[i:min(i+piece, len(secret))]
		if at = strings.Index(text, part); at >= 0 {
			return at, true
		}
	}
	if at = strings.Index(text, fmt.Sprintf("%x", secret)); at >= 0 {
		return at, true
	}
	return 0, false
}

// files adds what a directory holds, bytes as they are.
func files(t *testing.T, dir string, places map[string]string) {
	t.Helper()
	var all bytes.Buffer
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		all.WriteString(path)
		all.Write(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	places["data directory"] += all.String()
}
