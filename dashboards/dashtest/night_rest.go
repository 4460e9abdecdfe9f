package dashtest

import (
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
)

func nightTemplates() []dashboards.Template {
	now := At("02:05:20")
	t := func(n int, service string, l detector.Level, text string, first time.Time, lines, bytes uint64) dashboards.Template {
		return dashboards.Template{ID: ID(n), Text: text, Service: service, Environment: "production", Level: l, FirstSeen: first, LastSeen: now.Add(-300 * time.Millisecond), Lines: lines, Bytes: bytes}
	}
	old := time.Date(2026, 9, 20, 12, 7, 33, 0, time.UTC)
	refused := t(0, "checkout", detector.LevelError, Refused, old, 18312, 3100000)
	refused.Hosts = []string{"checkout-k2mvq", "checkout-9wz4t", "checkout-pl70d", "checkout-x7c1n", "checkout-aa1", "checkout-bb2"}
	refused.Samples = checkoutLines()[1:3]
	refused.Shapes = []dashboards.Shape{
		{ID: ID(0), Text: Refused, Lines: 16133},
		{ID: 0x02bd77f1aa, Text: "POST refunds to payments failed: connection refused to <*>, try <*> of 5", Lines: 1721, Why: "slot 1 is a word"},
		{ID: 0xe5180a6caa, Text: "POST <*>/capture to payments failed: connection refused to <*>, try <*> of 5", Lines: 457, Why: "slot 1 is cut by a word"},
	}
	refused.History = []dashboards.TemplateChange{{At: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC), What: "Merged with 1 shape", Why: "slot 2 takes IPv6 addresses"}}
	return []dashboards.Template{
		refused,
		t(1, "checkout", detector.LevelError, Clients, At("01:50:54"), 7, 900),
		t(2, "checkout", detector.LevelError, Giving, old, 1211, 120000),
		t(3, "checkout", detector.LevelWarn, Bad503, old, 8011, 800000),
		t(4, "checkout", detector.LevelWarn, Breaker, At("01:51:36"), 1, 41),
		t(5, "search", detector.LevelDebug, Query, old, 31204420, 6180000000),
		t(6, "payments", detector.LevelInfo, Captured, old, 2140011, 210000000),
		t(7, "inventory", detector.LevelDebug, Connects, on(22, "22:12:40"), 14, 1400),
		t(8, "payments", detector.LevelInfo, "pool resized to <*> connections", At("01:50:20"), 6, 240),
		t(9, "search", detector.LevelWarn, "plan cache miss for query <*>, replanning", At("00:39:00"), 812, 50000),
		t(10, "cart", detector.LevelDebug, "cache <*> key <*> value <*> in <*> us", old, 182140200, 419000000000),
		t(11, "gateway", detector.LevelInfo, "<*> <*> <*> <*> ms upstream=<*> ua=<*>", old, 1049041180, 118000000000),
		t(12, "inventory", detector.LevelInfo, "stock of <*> in <*> is <*>", old, 90082110, 14600000000),
		t(13, "notifications", detector.LevelInfo, "template <*> rendered for <*> in <*> ms", old, 19023770, 6000000000),
		t(14, "nightly-reports", detector.LevelInfo, "row <*> of <*> written to <*>", old, 20801140, 3800000000),
	}
}

// nightOrigins are the services with how many hosts each has, and its version.
var nightOrigins = []struct {
	name    string
	hosts   int
	version string
}{
	{"cart", 6, "1.9.0"},
	{"checkout", 6, "3.14.2"},
	{"gateway", 8, "7.0.1"},
	{"inventory", 6, "5.2.0"},
	{"nightly-reports", 2, ""},
	{"notifications", 4, "2.2.0"},
	{"payments", 6, "2.41.0"},
	{"search", 8, "5.8.1"},
}

// nightFrom are hosts that log nearly alike, and one version or, of payments, two.
func nightFrom() map[string]dashboards.Origins {
	out := make(map[string]dashboards.Origins)
	for _, k := range nightOrigins {
		var from dashboards.Origins
		for n := range k.hosts {
			share := (1 + .1*float64(k.hosts-1-2*n)/float64(k.hosts)) / float64(k.hosts)
			from.Hosts = append(from.Hosts, dashboards.Origin{Name: fmt.Sprintf("%s-%c%d", k.name, 'a'+n, n*7), Share: share})
		}
		switch {
		case k.name == "payments":
			from.Versions = []dashboards.Origin{{Name: k.version, Share: .62}, {Name: "2.40.3", Share: .38}}
		case k.version != "":
			from.Versions = []dashboards.Origin{{Name: k.version, Share: 1}}
		}
		out[k.name] = from
	}
	return out
}

func nightServices() []dashboards.Service {
	first := time.Date(2026, 9, 20, 12, 0, 0, 0, time.UTC)
	var out []dashboards.Service
	for _, k := range nightOrigins {
		out = append(out, dashboards.Service{Name: k.name, Environments: []string{"production"}, FirstSeen: first, LastSeen: At("02:05:20")})
	}
	return out
}

func nightLines() []Counted {
	onset := At("01:51:02")
	var out []Counted
	add := func(service string, l detector.Level, id int, text string, level, wobble, share, bytes float64) {
		out = append(out, Counted{service, l, ID(id), text, steady(level, wobble, float64(id)), around(level, share), bytes})
	}
	add("gateway", detector.LevelInfo, 11, "<*> <*> <*> <*> ms upstream=<*> ua=<*>", 910, .03, .1, 112)
	add("gateway", detector.LevelWarn, 20, "slow upstream <*>: <*> ms", 5, .2, .4, 90)
	add("gateway", detector.LevelError, 21, "upstream <*> reset", 1.9, .3, .9, 90)
	add("search", detector.LevelDebug, 5, Query, 446, .03, .1, 198)
	add("search", detector.LevelError, 22, "shard <*> timed out", .18, .3, .9, 90)
	add("cart", detector.LevelDebug, 10, "cache <*> key <*> value <*> in <*> us", 211, .03, .1, 2300)
	add("cart", detector.LevelWarn, 23, "lock wait <*> ms", 2.9, .2, .4, 80)
	add("inventory", detector.LevelInfo, 12, "stock of <*> in <*> is <*>", 171, .03, .1, 162)
	add("checkout", detector.LevelInfo, 24, "order <*> paid in <*> ms", 47, .04, .1, 140)
	add("checkout", detector.LevelWarn, 25, "retry <*> of <*>", 1.1, .2, .4, 60)
	out = append(out, Counted{"checkout", detector.LevelError, ID(0), Refused, func(t time.Time) (float64, bool) {
		return .01 + 13.7*rise(t, onset, At("01:52:20"), time.Time{})*(1+.06*noise(t, 4)), true
	}, func(time.Time) (float64, float64) { return 0, .05 }, 170})
	hidden := []time.Time{At("01:51:02"), At("01:51:31"), At("01:52:06"), At("01:53:50"), At("01:57:11"), At("02:01:40"), At("02:04:02")}
	out = append(out, Counted{"checkout", detector.LevelError, ID(1), Clients, func(t time.Time) (float64, bool) {
		n := 0.0
		for _, h := range hidden {
			if h.Truncate(bucket).Equal(t.Truncate(bucket)) {
				n++
			}
		}
		return n / bucket.Seconds(), true
	}, never, 120})
	out = append(out, Counted{"payments", detector.LevelInfo, ID(6), Captured, func(t time.Time) (float64, bool) {
		v, _ := steady(58, .03, 8)(t)
		return v * (1 - .62*rise(t, At("01:52:30"), At("01:52:40"), time.Time{})), true
	}, around(58, .1), 98})
	out = append(out, Counted{"notifications", detector.LevelInfo, ID(13), "template <*> rendered for <*> in <*> ms", func(t time.Time) (float64, bool) {
		v, _ := steady(31, .05, 9)(t)
		return v, t.Before(on(22, "22:35:00")) || t.After(on(22, "23:00:00"))
	}, around(31, .15), 315})
	night := func(t time.Time) float64 { return rise(t, At("01:00:00"), At("01:00:30"), time.Time{}) }
	out = append(out, Counted{"nightly-reports", detector.LevelInfo, ID(14), "row <*> of <*> written to <*>", func(t time.Time) (float64, bool) {
		return 96 * night(t) * (1 + .04*noise(t, 11)), true
	}, func(t time.Time) (float64, float64) { return 80 * night(t), 118 * night(t) }, 200})
	return out
}

func nightRules() dashboards.RuleSet {
	return dashboards.RuleSet{LoadedAt: on(21, "09:00:00"), Rules: []dashboards.Rule{
		{
			Name: "checkout-errors", File: "rules/checkout.yml:3", Line: 3, Severity: detector.SeverityPage, When: `service == "checkout" && level >= error`, If: "value > 50 && value > 4 * expected",
			Definition: "- name: checkout-errors\n  when: service == \"checkout\" && level >= error\n  by: [environment, host]\n  value: count\n  window: 5m\n  if: value > 50 && value > 4 * expected\n  for: 1m\n  keep: 5m\n  severity: page\n  labels: {team: payments}\n  summary: \"{{.Value}} errors on {{.By.host}}, usually {{.Expected}}\"\n  runbook: https://wiki.shop.example/run/checkout",
			Runbook:    "https://wiki.shop.example/run/checkout", Evaluations: 41209877, Cost: 20 * time.Nanosecond,
			States: []dashboards.RuleState{
				{Key: "prod / checkout-k2mvq", State: "firing", Value: f(701), Expected: f(1), Since: At("01:52:20"), Reason: "701 > 50", Turns: []dashboards.RuleTurn{
					{At: At("02:05:20"), Value: f(701), Holds: true, From: "firing", To: "firing", Reason: "701 > 50"},
					{At: At("01:52:20"), Value: f(412), Holds: true, From: "pending", To: "firing", Reason: "412 > 50"},
					{At: At("01:51:20"), Value: f(61), Holds: true, From: "inactive", To: "pending", Reason: "61 > 50"},
					{At: on(21, "18:35:50"), Value: f(46), From: "firing", To: "inactive", Reason: "46, not > 50"},
				}},
				{Key: "prod / checkout-9wz4t", State: "firing", Value: f(688), Expected: f(1), Since: At("01:52:30"), Reason: "688 > 50"},
				{Key: "prod / checkout-pl70d", State: "pending", Value: f(61), Expected: f(1), Since: At("02:04:50"), Reason: "61 > 50, holds 30 s of 1 min"},
				{Key: "prod / checkout-x7c1n", State: "inactive", Value: f(2), Expected: f(1), Since: on(20, "11:00:00"), Reason: "2 ≤ 50"},
				{Key: "staging / checkout-0", State: "inactive", Value: f(0), Since: on(16, "11:00:00"), Reason: "0 ≤ 50"},
			},
		},
		{Name: "payments-declines", File: "rules/payments.yml:3", Line: 3, Severity: detector.SeverityPage, If: "value > 120", Definition: "- name: payments-declines\n  when: service == \"payments\" && message contains \"declined\"\n  by: [fields.region]\n  if: value > 120", Evaluations: 90211, States: []dashboards.RuleState{{Key: "eu", State: "inactive", Value: f(40), Expected: f(44)}}},
		{Name: "disk-full", File: "pack default:12", Line: 12, Severity: detector.SeverityNotice, If: "value > 0", Definition: "- name: disk-full\n  when: word(message, \"No space left on device\")", Errors: 2, LastError: "integer divide by zero at 1:9"},
	}}
}
