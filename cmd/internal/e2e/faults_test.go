package e2e

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/tocsin-io/tocsin/cmd/internal/app"
)

// all waits until what was produced is counted, each line once.
func (f *flow) all(base string, within time.Duration) {
	f.t.Helper()
	eventually(f.t, within, "every line, once", func() (bool, string) {
		got, until, err := tryCounted(base, f.from, time.Now().Add(time.Minute))
		return err == nil && cmp.Equal(f.want, got), fmt.Sprintf("complete until %s, %v: %s", until, err, cmp.Diff(f.want, got))
	})
}

// stores is what the API says of the stores.
type stores struct {
	Status string
	Stores []oneStore
}

type oneStore struct {
	Name, State, Error string
	Since              *time.Time
}

// away waits until the health says that something is away, and since when.
func away(t *testing.T, a *app.App, name string, cut time.Time) {
	t.Helper()
	eventually(t, 20*time.Second, name+" away in the health", func() (bool, string) {
		var h stores
		err := tryGet(a.URL()+"/api/v1/health", &h)
		return err == nil && slices.ContainsFunc(h.Stores, func(s oneStore) bool {
			return s.Name == name && s.State == "away" && s.Since != nil && s.Error != "" &&
				!s.Since.Before(cut.Add(-time.Second)) && s.Since.Before(time.Now().Add(time.Second))
		}), fmt.Sprintf("%v %+v", err, h)
	})
}

// openPageSays waits until a page that is open says words.
func openPageSays(t *testing.T, a *app.App, words string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, a.URL()+"/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	for lines := bufio.NewScanner(res.Body); lines.Scan(); {
		if strings.Contains(lines.Text(), words) {
			return
		}
	}
	t.Errorf("no open page says %q", words)
}

// back waits until the health says that everything is there.
func back(t *testing.T, a *app.App) {
	t.Helper()
	eventually(t, 30*time.Second, "everything back in the health", func() (bool, string) {
		var h stores
		err := tryGet(a.URL()+"/api/v1/health", &h)
		return err == nil && !slices.ContainsFunc(h.Stores, func(s oneStore) bool { return s.State != "good" }), fmt.Sprintf("%v %+v", err, h)
	})
}

// TestRedisLost loses all that Redis holds, while tocsin runs and while it is stopped: it is counted again from the log.
func TestRedisLost(t *testing.T) {
	p := newParts(t, 3)
	f := newFlow(t, func(v []string) { produce(t, p.kafka, p.topic, v) })
	a, _, stop := startApp(t, p.configuration(""), "")
	f.batch(5000)
	f.all(a.URL(), 30*time.Second)
	p.wipe(t)
	f.batch(3000)
	f.all(a.URL(), 30*time.Second)
	p.wipe(t) // and with no line after it: an idle partition must notice too
	f.all(a.URL(), 30*time.Second)
	stop()
	p.wipe(t)
	f.batch(2000)
	a, _, _ = startApp(t, p.configuration(""), "")
	f.all(a.URL(), 30*time.Second)
}

// TestStoresCut cuts the ways to Redis and to Postgres for a while: nothing is lost, the health says so, and it goes on.
func TestStoresCut(t *testing.T) {
	p := newParts(t, 3)
	redis, postgres := newLink(t, p.redis), newLink(t, p.postgresHost(t))
	through, err := p.through(redis, postgres)
	if err != nil {
		t.Fatal(err)
	}
	f := newFlow(t, func(v []string) { produce(t, p.kafka, p.topic, v) })
	a, _, _ := startApp(t, through.configuration(""), "")
	f.batch(2000)
	f.all(a.URL(), 30*time.Second)
	for _, k := range []struct {
		name  string
		links []*link
	}{
		{"Redis", []*link{redis}},
		{"Postgres", []*link{postgres}},
		{"Redis", []*link{redis, postgres}},
	} {
		cut := time.Now()
		for _, l := range k.links {
			l.cut()
		}
		f.batch(1500)
		away(t, a, k.name, cut)
		openPageSays(t, a, k.name+" is away")
		if res, err := http.Get(a.URL() + "/-/ready"); err != nil || res.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("ready while %s is away: %v %v", k.name, res, err)
		} else {
			res.Body.Close()
		}
		f.batch(1500)
		for _, l := range k.links {
			l.mend()
		}
		f.all(a.URL(), 40*time.Second)
		back(t, a)
	}
}

// TestKafkaCut cuts the way to the brokers for a while.
func TestKafkaCut(t *testing.T) {
	p := newParts(t, 1)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gate := &gated{Listener: l}
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(3, p.topic),
		kfake.ListenFn(func(string, string) (net.Listener, error) { return gate, nil }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	p.kafka = l.Addr().String()
	f := newFlow(t, func(v []string) { produce(t, p.kafka, p.topic, v) })
	a, _, _ := startApp(t, p.configuration(""), "")
	f.batch(2000)
	f.all(a.URL(), 30*time.Second)
	for range 2 {
		cut := time.Now()
		gate.shut()
		away(t, a, "Kafka", cut)
		gate.mend()
		f.batch(1500)
		f.all(a.URL(), 40*time.Second)
		back(t, a)
	}
}
