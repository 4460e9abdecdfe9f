package slack_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/receivertest"
	"github.com/tocsin-io/tocsin/notifier/slack"
	"github.com/tocsin-io/tocsin/notifier/slack/slacktest"
)

var everyAct = slack.Look{Mention: "here", Acts: []slack.Act{
	slack.ActAcknowledge, slack.ActUnacknowledge, slack.ActResolve, slack.ActReopen, slack.ActSilence, slack.ActExpected,
}}

// TestGolden pins the messages of one incident's life. Set UPDATE_GOLDEN=1 to write them anew, and look at them.
func TestGolden(t *testing.T) {
	open := receivertest.Message(detector.ChangeOpened)
	open.Links.Runbook = "https://runbooks.example/flood"
	open.Incident.Deploy = &detector.Deploy{Service: "payments", Version: "2.41.0", At: open.Incident.Onset.Add(-40 * time.Second)}
	open.Incident.Timeline = append(open.Incident.Timeline, detector.Entry{
		At: open.Incident.Onset.Add(-40 * time.Second), Kind: detector.EntryDeploy, Text: "payments 2.41.0",
	})
	taken := open
	taken.Event, taken.Incident.Status, taken.Incident.Assignee = detector.ChangeAcknowledged, detector.StatusAcknowledged, "oncall-1"
	taken.Incident.Timeline = append(taken.Incident.Timeline, detector.Entry{
		At: open.Now.Add(258 * time.Second), Kind: detector.EntryAcknowledged, Actor: "oncall-1",
	})
	over := taken
	at := open.Incident.Onset.Add(32*time.Minute + 8*time.Second)
	over.Event, over.Incident.Status, over.Incident.ResolvedAt = detector.ChangeResolved, detector.StatusResolved, &at
	over.Incident.Timeline = append(over.Incident.Timeline, detector.Entry{At: at, Kind: detector.EntryResolved})
	for name, m := range map[string]notifier.Message{"open": open, "acknowledged": taken, "resolved": over} {
		t.Run(name, func(t *testing.T) {
			text, blocks := slack.Message(m, everyAct)
			got, err := json.MarshalIndent(struct {
				Text   string `json:"text"`
				Blocks any    `json:"blocks"`
			}{text, blocks}, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			check(t, m, everyAct)
			path := filepath.Join("testdata", name+".json")
			if os.Getenv("UPDATE_GOLDEN") != "" {
				if err := os.WriteFile(path, append(got, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if string(want) != string(got)+"\n" {
				t.Errorf("the message differs from %s:\n%s", path, got)
			}
		})
	}
}

// check holds a message against Slack's rules and returns its blocks.
func check(t *testing.T, m notifier.Message, look slack.Look) []byte {
	t.Helper()
	text, blocks := slack.Message(m, look)
	if n := utf8.RuneCountInString(text); n == 0 || n > wording.MaxLock {
		t.Errorf("text has %d characters: %q", n, text)
	}
	raw, err := json.Marshal(blocks)
	if err != nil {
		t.Fatal(err)
	}
	if err := slacktest.CheckBlocks(raw); err != nil {
		t.Errorf("%v\n%s", err, raw)
	}
	if _, block, _ := slack.News(m, look); block != nil {
		one, err := json.Marshal([]any{block})
		if err != nil {
			t.Fatal(err)
		}
		if err := slacktest.CheckBlocks(one); err != nil {
			t.Errorf("reply: %v\n%s", err, one)
		}
	}
	return raw
}

// spiteful is what a log may hold to make Slack ping, link, format, or hide.
const spiteful = "<!channel> <@U0BOSS> <https://evil.example|ok> *bold* `x` ```y``` @here :fire: &lt; \u202e\x1b[31m\x00 \xff"

// TestNothingOfALogIsInterpreted plants spiteful text in every field that a log can fill, for every kind and state, and
// looks for it wherever Slack would interpret it.
func TestNothingOfALogIsInterpreted(t *testing.T) {
	for _, kind := range detector.Kinds() {
		for _, status := range []detector.Status{detector.StatusOpen, detector.StatusAcknowledged, detector.StatusResolved} {
			m := receivertest.Message(detector.ChangeUpdated)
			in := &m.Incident
			in.Kind, in.Status = kind, status
			if status == detector.StatusResolved {
				in.ResolvedAt = &m.Now
			}
			in.Service, in.Environment, in.Template, in.Reason, in.Assignee, in.Unit = spiteful, spiteful, spiteful, spiteful, spiteful, spiteful
			in.Rule = &detector.RuleFacts{Name: spiteful, By: map[string]string{spiteful: spiteful}, Limit: spiteful, Runbook: "javascript:alert(1)"}
			if status == detector.StatusAcknowledged {
				in.Rule.Summary = spiteful
			}
			in.Secret = &detector.Secret{Kind: spiteful, Key: spiteful}
			in.Hidden = &detector.Hidden{Template: spiteful, Host: spiteful, Lines: 2}
			in.Carriers = []detector.Carrier{{Template: spiteful, Share: 1}}
			in.Hosts = []string{spiteful}
			in.Deploy = &detector.Deploy{Service: spiteful, Version: spiteful, At: in.Onset}
			in.Related = []detector.Related{{Service: spiteful, Why: spiteful, Onset: in.Onset}}
			in.Samples = []detector.Sample{{Text: spiteful, Host: spiteful, Service: spiteful}}
			in.Timeline = append(in.Timeline, detector.Entry{Kind: detector.EntryNote, Actor: spiteful, Text: spiteful, At: m.Now},
				detector.Entry{Kind: detector.EntryDeploy, Text: spiteful, At: in.Onset})
			raw := check(t, m, slack.Look{Acts: everyAct.Acts})
			var all any
			if err := json.Unmarshal(raw, &all); err != nil {
				t.Fatal(err)
			}
			walk(all, func(o map[string]any) {
				text, _ := o["text"].(string)
				switch o["type"] {
				case "mrkdwn":
					if strings.Contains(text, "evil") || strings.Contains(text, "channel>") {
						t.Errorf("%s, %s: text of a log in mrkdwn: %q", kind, status, text)
					}
				case "broadcast", "user", "usergroup", "link":
					t.Errorf("%s, %s: a log pings or links: %v", kind, status, o)
				}
				if strings.ContainsAny(text, "\x1b\x00\u202e") {
					t.Errorf("%s, %s: control characters in %q", kind, status, text)
				}
			})
		}
	}
}

func walk(v any, see func(map[string]any)) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			walk(e, see)
		}
	case map[string]any:
		see(v)
		for _, e := range v {
			walk(e, see)
		}
	}
}

// FuzzMessage holds Slack's limits for incidents of any content.
func FuzzMessage(f *testing.F) {
	f.Add("checkout", "connection refused to <*>", 1006.0, uint8(5), uint8(0), 100)
	f.Add(strings.Repeat("long ", 2000), strings.Repeat("x", 20000), math.Inf(1), uint8(12), uint8(1), 5000)
	f.Add("", "", 0.0, uint8(0), uint8(2), 0)
	f.Fuzz(func(t *testing.T, a, b string, v float64, kind, status uint8, points int) {
		m := receivertest.Message(detector.ChangeUpdated)
		in := &m.Incident
		in.Kind = detector.Kinds()[int(kind)%len(detector.Kinds())]
		in.Status = []detector.Status{detector.StatusOpen, detector.StatusAcknowledged, detector.StatusResolved}[status%3]
		in.ID, in.Service, in.Environment, in.Template, in.Reason, in.Assignee = b, a, b, b, a, b
		in.Observed, in.Expected, in.Unit = v, -v, []string{"lines", "bytes", "share", a}[status%4]
		in.Hidden = &detector.Hidden{Template: b, Host: a}
		in.Samples = []detector.Sample{{Text: a, Host: b}, {Text: b, Host: a}, {Text: a + b}, {Text: b + a}}
		in.Rule = &detector.RuleFacts{Name: a, Limit: b, By: map[string]string{a: b}}
		in.Timeline = append(in.Timeline, detector.Entry{Kind: detector.EntryWorse, Actor: a, Text: b, At: m.Now})
		in.Chart = &detector.Chart{Start: m.Now, Bucket: detector.Duration(time.Duration(points)), Unit: a}
		for i := range min(max(points, 0), 5000) {
			p := v * float64(i)
			in.Chart.Observed = append(in.Chart.Observed, &p)
		}
		check(t, m, everyAct)
	})
}
