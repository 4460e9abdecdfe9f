package e2e

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/tocsin-io/tocsin/detector"
)

// older is what Redis held of a test at one moment.
type older map[string]string // by key, as DUMP writes it

func (p parts) dump(t *testing.T) older {
	t.Helper()
	c := redis.NewClient(&redis.Options{Addr: p.redis})
	defer c.Close()
	keys, err := p.keys(t.Context(), c)
	if err != nil || len(keys) == 0 {
		t.Fatalf("%d keys: %v", len(keys), err)
	}
	cmds := make([]*redis.StringCmd, len(keys))
	if _, err = c.TxPipelined(t.Context(), func(pipe redis.Pipeliner) error { // one moment of all keys, as a snapshot is
		for i, key := range keys {
			cmds[i] = pipe.Dump(t.Context(), key)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	out := make(older)
	for i, key := range keys {
		out[key] = cmds[i].Val()
	}
	return out
}

// restore puts Redis back to what it held, as a restart from an older file does: what was acknowledged since is gone.
func (p parts) restore(t *testing.T, was older) {
	t.Helper()
	c := redis.NewClient(&redis.Options{Addr: p.redis})
	defer c.Close()
	keys, err := p.keys(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.TxPipelined(t.Context(), func(pipe redis.Pipeliner) error {
		pipe.Del(t.Context(), keys...)
		for key, value := range was {
			pipe.Restore(t.Context(), key, 0, value)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

var claimed = regexp.MustCompile(`msg=counting .*\bfrom=(\d+) `)

// claims are the offsets from which partitions were counted, in the order of their claims.
func (l *logs) claims(t *testing.T) (from []int) {
	t.Helper()
	for _, m := range claimed.FindAllStringSubmatch(l.String(), -1) {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			t.Fatal(err)
		}
		from = append(from, n)
	}
	return from
}

// TestRedisFromAnOlderFile restarts Redis with what it held some thousand lines ago, while tocsin runs and while it is
// stopped: that is noticed and said, counting goes on from the offsets that Redis still holds, every line is counted once,
// and the page that was sent for the lost lines is not sent again.
func TestRedisFromAnOlderFile(t *testing.T) {
	p := newParts(t, 2)
	const rule = "version: 1\nrules:\n  - name: searched\n    when: service == \"search\" && level >= error\n    window: 1h\n    if: value > 200\n    severity: page\n"
	f := newFlow(t, func(v []string) { produce(t, p.kafka, p.topic, v) })
	a, log, stop := startApp(t, p.configuration(""), rule)
	f.batch(2000) // 167 of them are what the rule looks for
	f.all(a.URL(), 60*time.Second)
	was := p.dump(t)
	f.batch(1000)
	f.all(a.URL(), 60*time.Second)
	searched := func() ([]detector.Incident, error) { return ofKind(a.URL(), "rule") }
	eventually(t, 60*time.Second, "the incident of the rule", func() (bool, string) {
		list, err := searched()
		return err == nil && len(list) == 1, fmt.Sprint(err, list)
	})
	before := len(log.claims(t))

	p.restore(t, was)
	f.batch(500)
	f.all(a.URL(), 60*time.Second)
	if text := log.String(); !strings.Contains(text, "reading again from the offset that they reach") {
		t.Error("it is not said that the counts are not where they were left")
	}
	after := log.claims(t)
	if len(after) < before+2 {
		t.Errorf("claims from %v, want both partitions again after the first %d", after, before)
	}
	for _, from := range after[before:] {
		if from == 0 {
			t.Errorf("claims from %v: from the log's start, though Redis held what came before", after)
		}
	}

	stop()
	p.restore(t, was)
	a, log, _ = startApp(t, p.configuration(""), rule)
	f.all(a.URL(), 60*time.Second)
	if text := log.String(); !strings.Contains(text, "the backend lost counts that it had acknowledged") {
		t.Error("it is not said that counts were lost while nobody counted")
	}
	for _, from := range log.claims(t) {
		if from == 0 {
			t.Error("counted from the log's start, though Redis held what came before")
		}
	}
	f.batch(100)
	f.all(a.URL(), 60*time.Second)
	if list, err := searched(); err != nil || len(list) != 1 || list[0].Reopened != 0 {
		t.Errorf("incidents of the rule, want one that was opened once: %v %+v", err, list)
	}
	if list, err := ofKind(a.URL(), "loss"); err != nil || len(list) > 0 {
		t.Errorf("a loss was told where the log holds everything: %v %+v", err, list)
	}
}
