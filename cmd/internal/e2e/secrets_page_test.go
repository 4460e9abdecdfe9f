package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/segmentio/kafka-go"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/sketch"
	"github.com/tocsin-io/tocsin/notifier/slack/slacktest"
)

// secretWithin is how long after a line with a secret its page has to be out.
const secretWithin = 5 * time.Second

// TestASecretPages has two replicas on a topic of four partitions. A secret pages within seconds whatever its line says
// of the time; one that is spread over partitions and hosts is one incident that names every offset and pages once; and
// what is logged after a person resolved it pages again.
func TestASecretPages(t *testing.T) {
	slack := slacktest.New()
	t.Cleanup(slack.Close)
	p := newParts(t, 4)
	conf := p.configuration(oncall(slack))
	a, _, _ := startApp(t, conf, "")
	_, _, stopOther := startApp(t, conf, "")
	eventually(t, 30*time.Second, "both replicas count", func() (bool, string) {
		var health struct {
			Partitions []struct{ Owner string } `json:"partitions"`
		}
		get(t, a.URL()+"/api/v1/health", &health)
		return len(health.Partitions) == 4, fmt.Sprint(health)
	})

	// The first one waits for the replicas to settle who judges what; it is not measured.
	page := func(service, at string) time.Duration {
		t.Helper()
		line := fmt.Sprintf(`{"time":%q,"level":"info","service":%q,"host":"h1","msg":"dial redis://:Qw8eRt5yUi2oPa7s@cache-1:6379/0"}`, at, service)
		began := time.Now()
		produce(t, p.kafka, p.topic, []string{line})
		eventually(t, 3*secretWithin, "a page of "+service, func() (bool, string) {
			messages := slack.Messages()
			for _, m := range messages {
				if strings.Contains(m.Text, service+" ") {
					return true, ""
				}
			}
			return false, fmt.Sprint(len(messages), " messages")
		})
		return time.Since(began)
	}
	page("warm", now())
	at := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(time.RFC3339Nano) }
	var slowest time.Duration
	for _, c := range []struct{ service, at string }{
		{"prompt-1", at(0)},
		{"behind", at(-3 * time.Minute)},
		{"yesterday", at(-24 * time.Hour)},
		{"ahead", at(25 * time.Second)},
		{"timeless", ""},
		{"prompt-2", at(0)},
		{"prompt-3", at(0)},
	} {
		took := page(c.service, c.at)
		slowest = max(slowest, took)
		if took > secretWithin {
			t.Errorf("%s: the page came %s after its line", c.service, took)
		}
	}
	t.Logf("from produced to Slack: at most %s", slowest)

	const spread = 60
	leak := func(i int) string {
		return fmt.Sprintf(`{"time":%q,"level":"info","service":"spread","host":"h%d","msg":"login password=Zx6cVb4nMl2kJh%02d ok"}`, now(), i%3, i%2)
	}
	var leaked []string
	for i := range spread {
		leaked = append(leaked, leak(i), fmt.Sprintf(`{"time":%q,"level":"info","service":"spread","host":"h1","msg":"request %d done"}`, now(), i))
	}
	produce(t, p.kafka, p.topic, leaked)
	in := whole(t, a.URL(), "spread", spread)
	if d := cmp.Diff(offsets(t, p, "password="), in.Places); d != "" {
		t.Errorf("places (-want +got):\n%s", d)
	}
	if in.HostCount != 3 || len(in.Fingerprints) != 2 || in.Secret == nil || in.Secret.Kind != "password" || in.Secret.Key != "password" {
		t.Errorf("%d hosts, %d values, %+v", in.HostCount, len(in.Fingerprints), in.Secret)
	}
	if !strings.Contains(in.Title, "60 times") || !strings.Contains(in.Detail, "topic "+p.topic+", partition 0") {
		t.Errorf("%s %s", in.Title, in.Detail)
	}

	// One replica goes and another one comes: the incident stays, and a value is known again by its fingerprint.
	stopOther()
	startApp(t, conf, "")
	produce(t, p.kafka, p.topic, []string{leak(0), leak(1), leak(2)})
	again := whole(t, a.URL(), "spread", spread+3)
	if again.ID != in.ID {
		t.Errorf("another incident: %s, was %s", again.ID, in.ID)
	}
	if d := cmp.Diff(in.Fingerprints, again.Fingerprints); d != "" {
		t.Errorf("fingerprints (-want +got):\n%s", d)
	}
	if d := cmp.Diff(offsets(t, p, "password="), again.Places); d != "" {
		t.Errorf("places (-want +got):\n%s", d)
	}
	if n := opened(slack.Messages(), in.ID); n != 1 {
		t.Errorf("%d messages", n)
	}

	// A person resolves it, and it is logged again.
	act(t, a.URL(), in.ID, "resolve", `{"actor":"ann"}`)
	last := time.Time{}
	eventually(t, 40*time.Second, "told again", func() (bool, string) {
		if time.Since(last) > time.Second {
			last = time.Now()
			produce(t, p.kafka, p.topic, []string{leak(0)})
		}
		var got detector.Incident
		get(t, a.URL()+"/api/v1/incidents/"+in.ID, &got)
		return got.Status == detector.StatusOpen && got.Reopened == 1, string(got.Status)
	})
	eventually(t, secretWithin, "Slack told of it", func() (bool, string) {
		var all []string
		for _, m := range slack.Messages() {
			if strings.Contains(m.Text+string(m.Blocks), in.ID) {
				for _, r := range slack.Replies(m.TS) {
					all = append(all, r.Text)
				}
			}
		}
		return strings.Contains(strings.Join(all, "\n"), "eopened"), strings.Join(all, "\n")
	})
}

// whole waits until the incident of a service's secret has counted so many lines.
func whole(t *testing.T, base, service string, lines uint64) (in detector.Incident) {
	t.Helper()
	eventually(t, 60*time.Second, fmt.Sprintf("%d lines of %s", lines, service), func() (bool, string) {
		found := listed(t, base, "&kind=secret&service="+service)
		if len(found) != 1 {
			return false, fmt.Sprint(found)
		}
		in = detector.Incident{}
		get(t, base+"/api/v1/incidents/"+found[0].ID, &in)
		return in.Lines == lines, fmt.Sprint(in.Lines)
	})
	return in
}

// offsets reads the topic and tells where the lines with a text stand.
func offsets(t *testing.T, p parts, text string) []detector.Span {
	t.Helper()
	var out sketch.Places
	for partition := range 4 {
		conn, err := kafka.DialLeader(t.Context(), "tcp", p.kafka, p.topic, partition)
		if err != nil {
			t.Fatal(err)
		}
		last, err := conn.ReadLastOffset()
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
			t.Fatal(err)
		}
		for next := int64(0); next < last; next++ {
			m, err := conn.ReadMessage(1 << 20)
			if err != nil {
				t.Fatal(err)
			}
			next = m.Offset
			if strings.Contains(string(m.Value), text) {
				out.Add(p.topic, partition, m.Offset, time.Time{}, "", "")
			}
		}
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return out.Spans
}
