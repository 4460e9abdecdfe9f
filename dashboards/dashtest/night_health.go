package dashtest

import (
	"encoding/json"
	"math"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
)

func nightHealth() dashboards.Health {
	now := At("02:05:20")
	h := dashboards.Health{
		At: now, LinesPerSecond: 1956, LagLines: 847, Lag: 600 * time.Millisecond, CountedTo: now, FirstLine: time.Date(2026, 9, 20, 12, 0, 0, 0, time.UTC),
		LinesTotal: 9814220114, Bucket: 10 * time.Second, Topic: "logs", Group: "tocsin", Generation: 41, Replicas: 3, Sources: []string{"localhost:9092"},
		Stages: []dashboards.Stage{
			{Name: "Read", Value: 1956, Notes: []string{"of 1,956 arriving", "12 partitions"}},
			{Name: "Decode", Value: 1956, Notes: []string{"0.4 % unstructured", "1.6 µs a line"}},
			{Name: "Redact", Value: 1956, Notes: []string{"14 secrets, 24 h", "0.2 µs a line"}},
			{Name: "Shape", Value: 1956, Notes: []string{"1,284 templates", "no overflow"}},
			{Name: "Count", Value: 1956, Notes: []string{"0.02 % late", "to 03:05:20"}},
			{Name: "Detect", Value: 612, Unit: "series", Notes: []string{"0.9 µs each", "4 open"}},
			{Name: "Send", Value: 3, Notes: []string{"0 waiting", "p99 0.6 s"}},
		},
		Stores: []dashboards.Store{
			{Name: "Kafka", Note: "3 brokers", Latency: 4 * time.Millisecond, Since: now.AddDate(0, 0, -9)},
			{Name: "Redis", Note: "counts, 214 MB", Latency: 2 * time.Millisecond, Since: now.AddDate(0, 0, -9)},
			{Name: "Postgres", Note: "3,806 incidents", Latency: 7 * time.Millisecond, Since: now.AddDate(0, 0, -6)},
		},
		SkewedHosts: []dashboards.SkewedHost{
			{Host: "inventory-b4", Off: 4*time.Minute + 12*time.Second, Since: on(12, "08:00:00"), Lines: 88140},
			{Host: "notifications-2", Off: -38 * time.Second, Since: on(20, "08:00:00"), Lines: 21007},
		},
		Unstructured: []dashboards.ServiceShare{{Service: "nightly-reports", Share: .062}, {Service: "gateway", Share: .009}, {Service: "payments", Share: .002}},
		OwnErrors: []dashboards.OwnError{
			{Times: 3, Part: "Slack", Cause: "429 rate limited, retry after 2 s", Last: on(22, "20:31:00"), Action: "sent at the second try"},
			{Times: 1, Part: "Redis", Cause: "i/o timeout after 500 ms", Last: on(22, "13:10:00"), Action: "written again, no count lost"},
		},
	}
	for n := range 12 {
		p := dashboards.Partition{
			Topic: "logs", ID: n, Owner: "tocsin-" + string(rune('0'+n/4)), Offset: 815880629 + int64(n)*2111117, LagLines: int64(45 + n*37%80),
			Behind: time.Duration(200+n*137%600) * time.Millisecond, Watermark: now,
		}
		for k := range 60 {
			p.History = append(p.History, math.Abs(60+40*noise(now.Add(time.Duration(k)*31*time.Second), float64(n))))
		}
		h.Partitions = append(h.Partitions, p)
	}
	return h
}

// Behind is the night with a partition that is 41 s behind.
func Behind() *World {
	w := Night()
	p := &w.State.Partitions[7]
	p.LagLines, p.Behind, p.Watermark = 6710, 41*time.Second, At("02:04:39")
	for k := range p.History {
		p.History[k] = math.Max(0, float64(k-54)) * 1100
	}
	w.State.Lag, w.State.LagLines, w.State.CountedTo, w.State.LinesPerSecond = 41*time.Second, 7557, p.Watermark, 1911
	w.State.Stages[0].Bad, w.State.Stages[4].Bad = true, true
	return w
}

// Unjudged is the quiet morning, as far as is known: what was counted in the last two days is not judged yet.
func Unjudged() *World {
	w := Quiet()
	w.State.JudgedTo = w.State.CountedTo.Add(-49 * time.Hour)
	return w
}

type m = map[string]any

// slackPage is a page as Slack gets it.
func slackPage() []byte {
	text := func(s string, style m) m {
		e := m{"type": "text", "text": s}
		if style != nil {
			e["style"] = style
		}
		return e
	}
	bold, code := m{"bold": true}, m{"bold": true, "code": true}
	button := func(label, style, url string) m {
		b := m{"type": "button", "action_id": label, "text": m{"type": "plain_text", "text": label}}
		if style != "" {
			b["style"] = style
		}
		if url != "" {
			b["url"] = url
		}
		return b
	}
	body, err := json.Marshal(m{
		"channel": "C0ONCALL", "text": "Page: checkout has a new error hidden by a flood, \"sorry, too many clients already\". Since 02:51:02 CET.",
		"blocks": []m{
			{"type": "section", "text": m{"type": "mrkdwn", "text": ":octagonal_sign: *Page · Masked error · checkout*"}},
			{"type": "rich_text", "elements": []m{{"type": "rich_text_section", "elements": []m{
				text("checkout has a new error, ", bold), text("sorry, too many clients already", code), text(", 3 times. A flood hides it: ", bold),
				text("connection refused to <*>", code), text(" 1,006 times in 5 minutes; it expected 3.", bold),
				text("\nSince 02:51:02 CET. It began 40 s after a new version of payments, 2.41.0.", nil),
			}}}},
			{"type": "section", "fields": []m{
				{"type": "mrkdwn", "text": "*Observed in 5 min*\n1,006; expected 3"},
				{"type": "mrkdwn", "text": "*Happens once in*\n214 weeks"},
				{"type": "mrkdwn", "text": "*Hosts*\n6 of 6"},
				{"type": "mrkdwn", "text": "*Differs most*\npeer.version=2.41.0"},
			}},
			{"type": "rich_text", "elements": []m{{"type": "rich_text_preformatted", "elements": []m{
				text("02:51:02 error checkout-k2mvq sorry, too many clients already (SQLSTATE 53300) dsn=postgres://checkout:<redacted:password>@pg-orders-1:5432/orders\n02:51:10 error checkout-k2mvq POST /v2/charges to payments failed: connection refused to 10.42.7.31:8443, try 1 of 5", nil),
			}}}},
			{"type": "actions", "elements": []m{button("Acknowledge", "primary", ""), button("Silence 1 h", "", ""), button("Resolve", "", ""), button("Mark as expected", "", "")}},
			{"type": "actions", "elements": []m{button("Open in tocsin", "", "http://127.0.0.1:8642/incidents/7f3a2c19d04be8a1")}},
			{"type": "context", "elements": []m{{"type": "plain_text", "text": "7f3a2c · production"}}},
		},
	})
	if err != nil {
		panic(err) // maps of texts
	}
	return body
}

func nightMessages() ([]dashboards.Receiver, []dashboards.Message) {
	receivers := []dashboards.Receiver{
		{Name: "oncall", Kind: "slack", Target: "#oncall", Sent: 3},
		{Name: "search-team", Kind: "slack", Target: "#search-team", Sent: 1},
		{Name: "archive", Kind: "webhook", Target: "hooks.shop.example", Sent: 11},
		{Name: "inbox", Kind: "inbox", Sent: 14},
	}
	title := openIncidents()[1].Title
	messages := []dashboards.Message{
		{ID: "m1", Receiver: "oncall", Kind: "slack", Target: "#oncall", Event: detector.ChangeOpened, IncidentID: "7f3a2c19d04be8a1", Title: title, State: dashboards.MessageSent, Attempts: 1, CreatedAt: At("01:52:23"), SentAt: At("01:52:23").Add(400 * time.Millisecond), Payload: slackPage()},
		{ID: "m2", Receiver: "archive", Kind: "webhook", Target: "hooks.shop.example", Event: detector.ChangeOpened, IncidentID: "7f3a2c19d04be8a1", Title: title, State: dashboards.MessageSent, Attempts: 2, CreatedAt: At("01:52:23"), SentAt: At("01:52:25"), Payload: []byte(`{"version":1,"event":"opened","incident":{"id":"7f3a2c19d04be8a1","service":"checkout"},"links":{"incident":"http://127.0.0.1:8642/incidents/7f3a2c19d04be8a1"}}`)},
		{ID: "m3", Receiver: "search-team", Kind: "slack", Target: "#search-team", Event: detector.ChangeOpened, IncidentID: "5d20aa81c3f7e604", Title: openIncidents()[2].Title, State: dashboards.MessageFailed, Attempts: 4, CreatedAt: At("00:52:01"), NextAt: At("02:08:00"), LastError: "channel_not_found"},
		{ID: "m4", Receiver: "archive", Kind: "webhook", Target: "hooks.shop.example", Event: detector.ChangeResolved, IncidentID: "e0a1b2c3d4e5f601", Title: "notifications logged nothing for 4 minutes.", State: dashboards.MessageDead, Attempts: 12, CreatedAt: on(22, "20:40:30"), LastError: "410 Gone"},
	}
	return receivers, messages
}
