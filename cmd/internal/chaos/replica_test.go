//go:build linux

package chaos

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/cmd/internal/chaos/proxy"
)

const (
	running = 3 // replicas that run all the time
	slots   = 4 // replicas that there can be
)

// sessionTimeout is the replicas': a replica that is stopped for longer has lost its partitions when it wakes.
const sessionTimeout = 6 * time.Second

// rules page once for each host of the service "planted" that breaks.
const rules = `
version: 1
rules:
  - name: broken-host
    when: service == "planted" && level >= error
    by: [host]
    window: 5m
    if: value > 20
    severity: page
`

// replica is tocsin as a person runs it, with a way of its own to everything.
type replica struct {
	process
	slot    int
	hook    *proxy.Proxy // to the page receiver
	slack   *proxy.Proxy
	toKafka []*proxy.Proxy
	toRedis *proxy.Proxy
	toStore *proxy.Proxy
	mu      sync.Mutex
	url     string
	started chan struct{} // closed when url is known
}

func (w *world) newReplica(slot int) (*replica, error) {
	r := &replica{slot: slot, toRedis: w.redis.toReplicas[slot], toStore: w.postgres.toReplicas[slot]}
	var err error
	if r.hook, err = w.proxy(w.pages.address()); err != nil {
		return nil, err
	}
	if r.slack, err = w.proxy(w.slack.Host()); err != nil {
		return nil, err
	}
	var brokers []string
	for _, b := range w.kafka.brokers {
		r.toKafka = append(r.toKafka, b.toReplicas[slot])
		brokers = append(brokers, `"`+b.toReplicas[slot].Addr()+`"`)
	}
	dir := filepath.Join(w.dir, fmt.Sprintf("tocsin-%d", slot))
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	conf := fmt.Sprintf(`
listen: 127.0.0.1:0
data: %s
kafka: {brokers: [%s], topics: [%s], group: tocsin, session_timeout: %s}
redis: {addresses: ["%s"]}
store: {url: "%s"}
rules: {files: [rules.yml]}
receivers:
  - name: hook
    webhook: {url: "http://%s/hook", secret: %s, allow_private: true}
  - name: oncall
    slack: {token: %s, channel: "#oncall", api_url: "http://%s/api/"}
routes:
  - {receivers: [hook], severities: [page, notice], continue: true}
  - {receivers: [oncall]}
`, dir, strings.Join(brokers, ", "), topic, sessionTimeout, r.toRedis.Addr(), postgresURL(postgresUser, r.toStore.Addr()),
		r.hook.Addr(), hookSecret, w.slack.Token, r.slack.Addr())
	for name, text := range map[string]string{"tocsin.yml": conf, "rules.yml": rules} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	r.process = process{
		spawner: w.spawner, name: fmt.Sprintf("replica %d", slot), log: filepath.Join(w.dir, fmt.Sprintf("tocsin-%d.log", slot)),
		make: func() *exec.Cmd {
			cmd := exec.Command(w.binary, "run", "--config", filepath.Join(dir, "tocsin.yml"))
			cmd.Dir = dir
			return cmd
		},
		line: func(line string) {
			if a, ok := strings.CutPrefix(line, "tocsin: dashboard at "); ok {
				r.mu.Lock()
				defer r.mu.Unlock()
				r.url = a
				close(r.started)
			}
		},
	}
	w.onClose(r.kill)
	return r, nil
}

// run starts the replica and waits until it says where its dashboard is.
func (r *replica) run(ctx context.Context) error {
	started := make(chan struct{})
	r.mu.Lock()
	r.url, r.started = "", started
	r.mu.Unlock()
	if err := r.start(); err != nil {
		return err
	}
	select {
	case <-started:
		return nil
	case <-r.ended:
		return fmt.Errorf("%s ended at its start: %v\n%s", r.name, r.err, tail(r.log, 3000))
	case <-ctx.Done():
		return fmt.Errorf("%s did not start: %w\n%s", r.name, ctx.Err(), tail(r.log, 3000))
	}
}

func (r *replica) base() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.url
}

// get asks the API. Its answer comes in 10 s or not at all.
func (r *replica) get(ctx context.Context, path string, q url.Values, into any) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	base := r.base()
	if base == "" {
		return errors.New("it has not started")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+path+"?"+q.Encode(), nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s: %.300s", path, res.Status, body)
	}
	return json.Unmarshal(body, into)
}

// counts is what the replica says was counted since from.
func (r *replica) counts(ctx context.Context, from time.Time) (tally, error) {
	var got struct {
		Counts []struct {
			Service, Level, Template string
			Lines                    uint64
		}
	}
	q := url.Values{"from": {from.Format(time.RFC3339)}, "to": {time.Now().Add(time.Minute).Format(time.RFC3339)}, "by": {"service,level,template"}}
	if err := r.get(ctx, "/api/v1/counts", q, &got); err != nil {
		return nil, err
	}
	out := make(tally)
	for _, c := range got.Counts {
		out[cell{c.Service, c.Level, kindOf(c.Template)}] += c.Lines
	}
	return out, nil
}

// incident is what the API says of one.
type incident struct {
	ID, Kind, Service, Status, Title string
	Page                             bool
}

func (r *replica) incidents(ctx context.Context) ([]incident, error) {
	var all []incident
	q := url.Values{"limit": {"500"}}
	for {
		var got struct {
			Incidents []incident
			Next      string
		}
		if err := r.get(ctx, "/api/v1/incidents", q, &got); err != nil {
			return nil, err
		}
		all = append(all, got.Incidents...)
		if got.Next == "" {
			return all, nil
		}
		q.Set("cursor", got.Next)
	}
}
